#!/usr/bin/env python3
"""A stand-in for Meta's WhatsApp Cloud API: strict, with a ledger of its own, able to misbehave.

It shares no code with the notifier. Requests go to --listen, tests steer it through --control:

    GET  /stats              counts, webhooks still under way
    POST /faults             {"kind": …, "count": n}: the next n accepted requests misbehave; kinds in faults.py
    POST /inbound            {"from": "62…", "text": "BERHENTI"}: a message from a giver
    POST /token              {"token": "…"}: the access token from now on

Addresses and secrets also come from the environment: GATEWAY_TOKEN, GATEWAY_APP_SECRET, or files *_FILE.
"""

import argparse
import base64
import hashlib
import http.server
import json
import os
import signal
import socketserver
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import faults  # noqa: E402  pylint: disable=wrong-import-position
import validate  # noqa: E402  pylint: disable=wrong-import-position
import webhooks  # noqa: E402  pylint: disable=wrong-import-position
from ledger import Ledger  # noqa: E402  pylint: disable=wrong-import-position


class Bucket:
    """Tokens per second with a burst of one second."""

    def __init__(self, rate):
        self.rate = rate
        self._tokens = float(rate)
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def take(self):
        with self._lock:
            now = time.monotonic()
            self._tokens = min(self.rate, self._tokens + (now - self._at) * self.rate)
            self._at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True


class Gateway:
    """What the request handlers share."""

    def __init__(self, options):
        self.phone_number_id = options.phone_number_id
        self.token = secret("GATEWAY_TOKEN", options.token)
        here = os.path.dirname(os.path.abspath(__file__))
        with open(options.templates or os.path.join(here, "templates.json"), encoding="utf-8") as source:
            self.templates = json.load(source)
        self.ledger = Ledger(options.ledger)
        self.webhooks = webhooks.Webhooks(options.webhook, secret("GATEWAY_APP_SECRET", options.app_secret),
                                          self.ledger)
        self.delay_s = options.webhook_delay_ms / 1000
        self.bucket = Bucket(options.rate)
        self.faults = faults.Faults()
        self._wamid = 0
        self._lock = threading.Lock()

    def next_wamid(self, to):
        with self._lock:
            self._wamid += 1
            seed = f"{os.getpid()}|{self._wamid}|{to}".encode()
        return "wamid." + base64.b64encode(hashlib.sha256(seed).digest()[:24]).decode()

    def accept(self, message, body):
        """Decides, writes the ledger, sets the callbacks on their way. Returns (answer, fault or None)."""
        if not self.bucket.take():
            raise validate.Refused(429, 130429, "(#130429) Rate limit hit")
        fault = self.faults.next()
        if fault is not None and fault.refuses():
            self.ledger.write("fault", kind=fault.kind, opaque=message.opaque)
            return None, fault
        wamid = self.next_wamid(message.to)
        self.ledger.write("accepted", id=wamid, opaque=message.opaque, to=message.to, template=message.template,
                          parameters=message.parameters, bytes=len(body), fault=fault.kind if fault else None)
        at = int(time.time() * 1000)
        for step, status in enumerate(webhooks.fate(message.to)):
            self.webhooks.schedule(self.delay_s * (step + 1),
                                   webhooks.status_body(self.phone_number_id, wamid, message.to, message.opaque,
                                                        status, at + step))
        answer = {"messaging_product": "whatsapp", "contacts": [{"input": message.to, "wa_id": message.to}],
                  "messages": [{"id": wamid, "message_status": "accepted"}]}
        return answer, fault


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120

    def log_message(self, *args):  # the ledger is the log
        pass

    def send(self, status, body, headers=()):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def read_body(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > 4 * validate.BODY_MAX:
            self.close_connection = True
            raise validate.Refused(411, 100, "(#100) Content-Length is required.")
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            raise ConnectionError("body cut short")
        return body


class Messages(Handler):
    """The Cloud API's own port."""

    gateway = None

    def do_GET(self):
        self.serve()

    def do_POST(self):
        self.serve()

    def serve(self):
        gateway = self.gateway
        try:
            body = self.read_body() if self.command == "POST" else b""
            headers = {name.lower(): value for name, value in self.headers.items()}
            message = validate.check(self.command, self.path, headers, body,
                                     phone_number_id=gateway.phone_number_id, token=gateway.token,
                                     templates=gateway.templates)
            answer, fault = gateway.accept(message, body)
        except validate.Refused as refused:
            number = gateway.ledger.write("refused", code=refused.code, status=refused.status)
            self.send(refused.status, validate.error_body(refused, f"T{number}"))
            return
        except (ConnectionError, OSError):
            self.close_connection = True
            return
        if fault is not None:
            fault.act(self, answer)
            return
        self.send(200, answer)


class Control(Handler):
    """The tests' port."""

    gateway = None

    def do_GET(self):
        if self.path == "/stats":
            self.send(200, {**self.gateway.ledger.counts(), "webhooks_pending": self.gateway.webhooks.pending(),
                            "faults_left": self.gateway.faults.left()})
        else:
            self.send(404, {"error": "unknown path"})

    def do_POST(self):
        data = json.loads(self.read_body() or b"{}")
        if self.path == "/faults":
            self.gateway.faults.add(data["kind"], int(data.get("count", 1)), data)
        elif self.path == "/inbound":
            body = webhooks.inbound_body(self.gateway.phone_number_id, data["from"], data["text"],
                                         int(time.time() * 1000))
            self.gateway.webhooks.schedule(0, body)
        elif self.path == "/token":
            self.gateway.token = data["token"]
        else:
            self.send(404, {"error": "unknown path"})
            return
        self.send(200, {"ok": True})


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256


def secret(name, fallback):
    path = os.environ.get(name + "_FILE")
    if path:
        with open(path, encoding="utf-8") as source:
            return source.read().strip()
    return os.environ.get(name, fallback)


def address(text):
    host, _, port = text.rpartition(":")
    return host or "127.0.0.1", int(port)


def serve(handler, listen, gateway):
    bound = type(handler.__name__, (handler,), {"gateway": gateway})
    server = Server(address(listen), bound)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server


def parse_options(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen", default="127.0.0.1:18080", help="the API's address")
    parser.add_argument("--control", default="127.0.0.1:18081", help="the tests' address")
    parser.add_argument("--ledger", required=True, help="NDJSON file, appended to")
    parser.add_argument("--webhook", default="", help="where callbacks go; none if empty")
    parser.add_argument("--webhook-delay-ms", type=int, default=50, help="between acceptance and each status")
    parser.add_argument("--templates", default="", help="JSON file of approved templates")
    parser.add_argument("--phone-number-id", default="100000000000001")
    parser.add_argument("--token", default="token-uji")
    parser.add_argument("--app-secret", default="rahasia-uji")
    parser.add_argument("--rate", type=int, default=1000, help="messages per second before 130429")
    return parser.parse_args(argv)


def main(argv=None):
    options = parse_options(argv)
    gateway = Gateway(options)
    servers = [serve(Messages, options.listen, gateway), serve(Control, options.control, gateway)]
    print(json.dumps({"listen": servers[0].server_address, "control": servers[1].server_address}), flush=True)
    done = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: done.set())
    done.wait()
    gateway.webhooks.stop()
    for server in servers:
        server.shutdown()
    gateway.ledger.close()


if __name__ == "__main__":
    main()
