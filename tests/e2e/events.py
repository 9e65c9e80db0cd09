"""Canonical events made by hand, published as the daemons would: the small inputs of notifier's and reporting's tests."""

import base64
import hashlib
import hmac
import json
import os
import sys
import uuid

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
for part in ("tests/generator", "tests/gateway", "deploy/local"):
    if os.path.join(ROOT, part) not in sys.path:
        sys.path.append(os.path.join(ROOT, part))
from topics import _record  # noqa: E402
from world import partition  # noqa: E402

TIME = "2026-01-04T01:00:00.000Z"
REGENCY = "3510"
FROM, TO, REPORT_BY = "2026-01-05", "2026-01-25", "2026-01-31"
SOURCES = {"decision": "//berbagi/allocator", "notification": "//berbagi/notifier", "tally": "//berbagi/ingest"}


def token(text):
    """A token that no key made: of the right form, the same for the same text."""
    return "k1." + base64.b32encode(hashlib.sha256(text.encode()).digest()[:20]).decode().lower()


def uuid_of(text):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def asn(name):
    return {"kind": "asn", "id": token("nip " + name)}


def household_of(text):
    return token("kk " + text)


def golden(name, **changes):
    """A sample of tests/golden, changed here and there."""
    with open(os.path.join(ROOT, "tests/golden", name + ".json"), encoding="utf-8") as source:
        return {**json.load(source), **changes}


def notification_id(regency, period, giver, kind="assigned", round_="0"):
    text = "|".join((regency, period, giver["kind"], giver["id"], kind, round_))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Phones:
    """Seals and names phone numbers as ingest does (common/domain/cipher.h, token.h), with the stack's keys."""

    def __init__(self, keys):
        self._cipher = AESGCM(bytes.fromhex(keys.get("phone-cipher.keys").split()[1]))
        self._token = bytes.fromhex(keys.get("phone.keys").split()[1])

    def seal(self, giver, digits):
        nonce = os.urandom(12)
        sealed = self._cipher.encrypt(nonce, ("+" + digits).encode().ljust(16, b"\0"),
                                      f"{giver['kind']}|{giver['id']}".encode())
        return "k1." + base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def token(self, digits):
        made = hmac.new(self._token, f"phone|{digits}".encode(), hashlib.sha256).digest()[:20]
        return "k1." + base64.b32encode(made).decode().lower()


class Publisher:
    """Writes canonical events with their headers, into their regency's partition."""

    def __init__(self, stack):
        self.prefix, self.partitions = stack.prefix, stack.choices["partitions"]
        self._producer = Producer({"bootstrap.servers": stack.kafka.bootstrap, "linger.ms": 5})
        self._count = 0

    def _headers(self, topic, kind, regency):
        self._count += 1
        headers = {"ce_specversion": "1.0", "ce_id": f"uji-{self._count}", "ce_type": f"id.berbagi.{kind}.v1",
                   "ce_source": SOURCES.get(topic, "//uji"), "ce_time": TIME, "content-type": "application/json"}
        return {**headers, "ce_subject": regency} if regency else headers

    def put(self, topic, key, value, kind=None, regency=None, headers=None):
        """`value`: an object, bytes as they are, or None for a tombstone."""
        data = value if value is None or isinstance(value, bytes) else json.dumps(
            value, ensure_ascii=False, separators=(",", ":")).encode()
        where = {"partition": partition(regency, self.partitions)} if regency else {}
        self._producer.produce(self.prefix + topic, value=data, key=key.encode(), **where,
                               headers=list((headers or self._headers(topic, kind or topic, regency)).items()))

    def flush(self):
        assert self._producer.flush(20) == 0

    # ---- one function for each kind ----------------------------------------------------------------------------------

    def registry(self, kind, identity, value, regency=REGENCY):
        self.put("registry", f"{kind}:{regency}/{identity}", value, kind, regency)

    def row(self, household, giver, period="2026-01", regency=REGENCY, state="planned", **changes):
        value = golden("assignment.planned", household=household_of(household), period=period, regency=regency,
                       giver=giver and {**giver, "ref": "ASN/uji"}, state=state, revision=1)
        value.update(changes)
        self.put("decision", f"assignment:{regency}/{period}/{value['household']}", value, "assignment", regency)

    def plan(self, period="2026-01", regency=REGENCY, revision=1, trigger="cut", dates=(FROM, TO, REPORT_BY), **changes):
        value = golden("plan.cut" if trigger in ("cut", "close") else "plan.repair", regency=regency, period=period,
                       revision=revision, trigger=trigger, report_by=dates[2],
                       distribution={"from": dates[0], "to": dates[1]})
        value.update(changes)
        self.put("decision", f"plan:{regency}/{period}/{revision}", value, "plan", regency)

    def contact(self, giver, phones, digits, regency=REGENCY, consent=True):
        value = {"giver": giver, "regency": regency, "phone": phones.seal(giver, digits),
                 "phone_token": phones.token(digits), "consent": consent}
        self.put("contact", f"{regency}/{giver['id']}", value, "contact", regency)

    def visit(self, name, regency=REGENCY, **changes):
        value = golden("visit.full", visit=uuid_of(name), regency=regency, **changes)
        self.put("visit", f"{regency}/{value['visit']}", value, "visit", regency)

    def referral(self, name, kind, regency=REGENCY, **changes):
        visit = uuid_of(name)
        value = golden("referral.open", referral=f"{visit}/{kind}", kind=kind, visit=visit, regency=regency, **changes)
        self.put("referral", f"{regency}/{value['referral']}", value, "referral", regency)

    def tally(self, topic, part, first, next_, counts):
        value = {"topic": topic, "partition": part, "from": first, "next": next_, "counts": counts}
        self.put("tally", f"{topic}/{part}/{next_}", value, "tally")

    def notification(self, giver, state, period="2026-01", regency=REGENCY, **changes):
        identity = notification_id(regency, period, giver)
        value = golden("notification.intent", notification=identity, regency=regency, period=period, giver=giver,
                       state=state, **changes)
        self.put("notification", f"{regency}/{identity}", value, "notification", regency)


class Tail:
    """Committed records of some topics, read on as they come."""

    def __init__(self, stack, names):
        self.prefix = stack.prefix
        self.records = []
        self._consumer = Consumer({"bootstrap.servers": stack.kafka.bootstrap, "group.id": "uji-ekor",
                                   "enable.auto.commit": False, "isolation.level": "read_committed",
                                   "enable.partition.eof": True, "fetch.wait.max.ms": 20})
        topics = self._consumer.list_topics(timeout=10).topics
        self._places = [TopicPartition(self.prefix + name, number, OFFSET_BEGINNING) for name in names
                        for number in topics[self.prefix + name].partitions]
        self._consumer.assign(self._places)

    def read(self):
        """Everything there is by now, oldest first within a partition."""
        for message in self._consumer.consume(5000, timeout=0.05):
            error = message.error()
            if error is None:
                self.records.append(_record(message, self.prefix))
            elif error.code() not in (KafkaError._PARTITION_EOF, KafkaError._TRANSPORT,  # pylint: disable=protected-access
                                      KafkaError._ALL_BROKERS_DOWN):  # pylint: disable=protected-access
                raise RuntimeError(error.str())
        return self.records

    def close(self):
        self._consumer.close()
