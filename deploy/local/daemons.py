"""Berbagi's four daemons and the stand-in gateway, as processes of the local stack."""

import http.client
import json
import os

from process import Failure, Process

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BASE_ENV = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


def get(port, path, timeout=2):
    """(status, body) of a GET on loopback; (None, '') without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return None, ""
    finally:
        connection.close()


def settings_of(name, stack):
    """The BERBAGI_* variables of a daemon in this stack. An unknown one would stop it: each gets its own only."""
    key = stack.keys.path
    phone = {"BERBAGI_PHONE_KEYS_FILE": key("phone.keys"), "BERBAGI_PHONE_CIPHER_KEYS_FILE": key("phone-cipher.keys")}
    regions = {"BERBAGI_REGIONS_FILE": os.path.join(ROOT, "common/domain/data/regions.csv")}
    common = {"BERBAGI_KAFKA_BOOTSTRAP": stack.kafka.bootstrap, "BERBAGI_TOPIC_PREFIX": stack.prefix,
              "BERBAGI_PARTITIONS": str(stack.choices["partitions"])}
    own = {
        "ingest": {**phone, **regions, "BERBAGI_REDIS_URL": stack.redis.url,
                   "BERBAGI_NIK_KEYS_FILE": key("nik.keys"), "BERBAGI_KK_KEYS_FILE": key("kk.keys"),
                   "BERBAGI_NIP_KEYS_FILE": key("nip.keys")},
        "allocator": {**regions, "BERBAGI_EVIDENCE_DIR": os.path.join(stack.directory, "evidence")},
        "notifier": {**phone, "BERBAGI_GATEWAY_URL": stack.gateway.url, "BERBAGI_GATEWAY_ALLOW_HTTP": "true",
                     "BERBAGI_GATEWAY_PHONE_NUMBER_ID": stack.gateway.phone_number_id,
                     "BERBAGI_GATEWAY_TOKEN_FILE": key("gateway-token"),
                     "BERBAGI_WEBHOOK_LISTEN": stack.gateway.webhook.split("/")[2],
                     "BERBAGI_WEBHOOK_SECRET_FILE": key("webhook-secret"),
                     "BERBAGI_WEBHOOK_VERIFY_FILE": key("webhook-verify")},
        "reporting": {**regions, "BERBAGI_DATABASE_URL_FILE": key("postgres-url")},
    }
    return {**common, **own[name]}


class Daemon(Process):
    """One of ours. `settings` are its BERBAGI_* variables; nothing else of the caller's environment reaches it."""

    def __init__(self, name, directory, port, flavor, settings):
        super().__init__(name, directory, [port])
        self.program = os.path.join(ROOT, "build", flavor, "bin", "berbagi-" + name)
        self.settings = {"BERBAGI_HTTP_LISTEN": f"127.0.0.1:{port}", **settings}

    def command(self):
        sanitizers = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        return [self.program], {**BASE_ENV, **sanitizers, **self.settings}

    def prepare(self):
        if not os.path.exists(self.program):
            raise Failure(f"{self.name}: {self.program} is not built. Run `make all`")

    def waiting(self):
        status, body = get(self.port, "/readyz")
        if status == 200:
            return None
        return "does not answer yet" if status is None else "not ready: " + " ".join(body.split())[:200]

    def metrics(self):
        """{name{labels}: value} of /metrics."""
        _, body = get(self.port, "/metrics")
        lines = (line.rpartition(" ") for line in body.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}


class Gateway(Process):
    """The stand-in for WhatsApp: a program of the tests that shares no code with the notifier."""

    phone_number_id = "100000000000001"  # nobody's

    def __init__(self, directory, port, control_port, webhook, keys, options=()):
        super().__init__("gateway", directory, [port, control_port])
        self.webhook = webhook
        self.keys = keys
        self.options = list(options)
        self.ledger = os.path.join(directory, "gateway.ledger.ndjson")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def control(self):
        return f"http://127.0.0.1:{self.ports[1]}"

    def command(self):
        return (["/usr/bin/python3", os.path.join(ROOT, "tests/gateway/gateway.py"),
                 "--listen", f"127.0.0.1:{self.port}", "--control", f"127.0.0.1:{self.ports[1]}",
                 "--ledger", self.ledger, "--webhook", self.webhook,
                 "--phone-number-id", self.phone_number_id, *self.options],
                {**BASE_ENV, "GATEWAY_TOKEN_FILE": self.keys.path("gateway-token"),
                 "GATEWAY_APP_SECRET_FILE": self.keys.path("webhook-secret")})

    def stats(self):
        return json.loads(get(self.ports[1], "/stats")[1])

    def waiting(self):
        status, _ = get(self.ports[1], "/stats")
        return None if status == 200 else "does not answer yet"
