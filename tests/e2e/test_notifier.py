"""The notifier between a real broker and the stand-in gateway: nobody is told twice, nobody is forgotten.

Plans, contacts and suppressions are made by hand. What was sent is judged by the gateway's ledger, what the notifier
says of it by the topic `notification`.
"""

import collections
import hashlib
import hmac
import http.client
import itertools
import json
import signal
import time

import pytest

import events
from daemons import get
from process import wait_until
from stack import Stack, free_port_base
from webhooks import fate

FATES = {"read": ["sent", "delivered", "read"], "delivered": ["sent", "delivered"], "failed": ["sent", "failed"]}
MORNING = "2026-01-10T09:00:00+07:00"
SETTINGS = {"CLOCK": MORNING, "GATEWAY_RATE": "500", "CONTACT_GRACE": "1s", "GATEWAY_TIMEOUT": "1500ms",
            "GATEWAY_CONNECTIONS": "4", "GATEWAY_PAUSE": "500ms", "SESSION_TIMEOUT": "6s"}
WIB, WITA, WIT = "3510", "5108", "9471"


class Desk:
    """The notifier, what it reads and whom it talks to."""

    def __init__(self, directory):
        settings = {"BERBAGI_" + name: value for name, value in SETTINGS.items()}
        self.stack = Stack(str(directory), settings={"notifier": settings}, flavor="test",
                           port_base=free_port_base(), partitions=4)
        self.stack.up(("kafka", "gateway"))
        self.daemon, self.gateway = self.stack.daemons["notifier"], self.stack.gateway
        self.webhook = self.stack.all["gateway"].webhook.split("/")[2]
        self.phones = events.Phones(self.stack.keys)
        self.publisher = events.Publisher(self.stack)
        self.tail = events.Tail(self.stack, ("notification", "suppression", "rejected", "raw.gateway"))
        self.settings = None
        self._numbers = itertools.count(81200000001)
        self._names = itertools.count(1)
        self._periods = itertools.count(1)

    # ---- the daemon --------------------------------------------------------------------------------------------------

    def start(self, **settings):
        """A new life with these settings besides the usual ones. An old one ends before."""
        self.daemon.stop()
        self.settings = settings
        self.daemon.start(**{"BERBAGI_" + name: value for name, value in settings.items()})

    def ready(self, **settings):
        """A life with these settings: the present one if it has them."""
        if self.daemon.pid() is None or self.settings != settings:
            self.start(**settings)
        self.daemon.wait_ready()

    def restart(self, **settings):
        self.start(**settings)
        self.daemon.wait_ready()

    def dependency(self, name):
        body = json.loads(get(self.daemon.port, "/readyz")[1])
        return next(entry for entry in body["dependencies"] if entry["name"] == name)

    def log_events(self, name):
        with open(self.daemon.log, encoding="utf-8") as lines:
            return [event for event in map(json.loads, lines) if event["event"] == name]

    # ---- input -------------------------------------------------------------------------------------------------------

    def period(self):
        """A period that no other test has."""
        return f"{2000 + next(self._periods)}-01"

    def number(self, wanted="read"):
        return next(digits for digits in (f"62{number}" for number in self._numbers) if fate(digits) == FATES[wanted])

    def givers(self, count, wanted="read", regency=WIB, contact=True):
        """New givers: [(giver, digits)]."""
        made = [(events.asn(f"giver {next(self._names)}"), self.number(wanted)) for _ in range(count)]
        for giver, digits in made if contact else ():
            self.publisher.contact(giver, self.phones, digits, regency)
        self.publisher.flush()
        return made

    def plan(self, givers, period=None, families=1, regency=WIB, **plan):
        """`families` rows for each giver, then the plan event; the period's name."""
        period = period or self.period()
        for giver, _ in givers:
            for n in range(families):
                self.publisher.row(f"{giver['id']} {n}", giver, period, regency)
        self.publisher.plan(period, regency, **plan)
        self.publisher.flush()
        return period

    def control(self, path, **data):
        connection = http.client.HTTPConnection("127.0.0.1", self.gateway.ports[1], timeout=5)
        connection.request("POST", path, json.dumps(data))
        assert connection.getresponse().status == 200
        connection.close()

    def fault(self, kind, count=1, **options):
        self.control("/faults", kind=kind, count=count, **options)

    def post(self, body, signature=None):
        """A callback; its status. `signature` None: the right one."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        secret = self.stack.keys.get("webhook-secret").encode()
        right = "sha256=" + hmac.new(secret, raw, hashlib.sha256).hexdigest()
        connection = http.client.HTTPConnection(self.webhook, timeout=20)
        headers = {"X-Hub-Signature-256": right if signature is None else signature} if signature != "" else {}
        connection.request("POST", "/webhook", raw, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    # ---- what came of it ---------------------------------------------------------------------------------------------

    def messages(self, giver, period, regency=WIB):
        """All records of one message, in order."""
        key = f"{regency}/{events.notification_id(regency, period, giver[0])}"
        return [json.loads(record.value) for record in self.tail.read()
                if record.topic == "notification" and record.key == key]

    def states(self, giver, period, regency=WIB):
        return [f"{m['state']}/{m['reason']}" if m["reason"] else m["state"]
                for m in self.messages(giver, period, regency)]

    def last(self, giver, period, regency=WIB):
        return (self.states(giver, period, regency) or [None])[-1]

    def wait_last(self, givers, period, *wanted, regency=WIB, timeout=30):
        """Until the last state of each giver's message is one of `wanted`."""
        def all_there():
            return all(self.last(giver, period, regency) in wanted for giver in givers)
        assert wait_until(all_there, timeout, 0.05), \
            [self.states(giver, period, regency) for giver in givers] + [self.daemon.log_tail()]

    def ledger(self, *kinds):
        with open(self.gateway.ledger, encoding="utf-8") as lines:
            entries = [json.loads(line) for line in lines if line.endswith("\n")]
        return [entry for entry in entries if not kinds or entry["event"] in kinds]

    def requests(self, giver, period, regency=WIB):
        """What the gateway saw of one message."""
        prefix = f"{regency}/{events.notification_id(regency, period, giver[0])}/"
        return [entry for entry in self.ledger("accepted", "fault") if entry["opaque"].startswith(prefix)]

    def accepted(self, givers, period, regency=WIB):
        return [entry for giver in givers for entry in self.requests(giver, period, regency)
                if entry["event"] == "accepted"]

    def suppressions(self, digits):
        key = self.phones.token(digits)
        return [json.loads(record.value)["reason"] for record in self.tail.read()
                if record.topic == "suppression" and record.key == key]

    def close(self):
        self.tail.close()
        self.daemon.kill()
        self.stack.reset()


@pytest.fixture(scope="module", name="desk")
def one_desk(tmp_path_factory):
    made = Desk(tmp_path_factory.mktemp("notifier"))
    yield made
    made.close()


# ---- the usual case -------------------------------------------------------------------------------------------------

def test_each_giver_is_told_once(desk):
    desk.ready()
    read, delivered = desk.givers(10), desk.givers(5, "delivered")
    period = desk.plan(read + delivered, "2026-01", families=3)
    far = desk.givers(2, regency=WIT)
    desk.plan(far, "2026-w05", regency=WIT, dates=("2026-01-30", "2026-02-02", "2026-02-03"))
    partner = ({"kind": "partner", "id": "bank-contoh/2026-01"}, desk.number())
    desk.publisher.contact(partner[0], desk.phones, partner[1])
    desk.plan([partner], "2026-02", dates=("2026-02-05", "2026-02-05", "2026-02-28"))
    desk.wait_last(read, period, "read")
    desk.wait_last(delivered, period, "delivered")
    desk.wait_last(far, "2026-w05", "read", regency=WIT)
    desk.wait_last([partner], "2026-02", "read")
    for giver in read + delivered:
        entry, = desk.requests(giver, period)
        assert entry["to"] == giver[1] and entry["template"] == "paket_ditugaskan_v1"
        assert entry["parameters"] == ["Januari 2026", "3", "5–25 Januari 2026", "31 Januari 2026"]
        first, *rest = desk.messages(giver, period)
        assert (first["state"], first["attempt"], first["families"], first["gateway_id"]) == ("intent", 1, 3, None)
        assert {m["gateway_id"] for m in rest} == {entry["id"]}
    assert desk.requests(far[0], "2026-w05", WIT)[0]["parameters"] == \
        ["pekan ke-5 tahun 2026", "1", "30 Januari–2 Februari 2026", "3 Februari 2026"]
    assert desk.requests(partner, "2026-02")[0]["parameters"][2:] == ["5 Februari 2026", "28 Februari 2026"]
    # A repair, a second plan event and a restart tell nobody anything again.
    desk.publisher.row("a further family", read[0][0], period)
    desk.publisher.plan(period, revision=2, trigger="repair")
    desk.publisher.flush()
    before = len(desk.ledger("accepted"))
    desk.restart()
    late = desk.givers(1)
    again = desk.plan(late)
    desk.wait_last(late, again, "read")
    assert len(desk.ledger("accepted")) == before + 1
    assert len(desk.messages(read[0], period)) == 1 + len(FATES["read"])


# ---- the gateway misbehaves -----------------------------------------------------------------------------------------

def test_an_unanswered_request_is_never_repeated(desk):
    """One connection, used before: libcurl itself would send again what a closed connection left unanswered."""
    desk.ready(GATEWAY_CONNECTIONS="1")
    warm = desk.givers(2)
    desk.wait_last(warm, desk.plan(warm), "read")
    kinds = ["silent", "half", "silent", "garbage", "hang"]
    for kind in kinds:
        desk.fault(kind, seconds=3)
    givers = desk.givers(7)
    period = desk.plan(givers)
    desk.wait_last(givers, period, "read")
    fates = [desk.requests(giver, period) for giver in givers]
    assert [len(requests) for requests in fates] == [1] * len(givers)
    assert sorted(requests[0]["fault"] or "" for requests in fates) == sorted([*kinds, "", ""])
    for giver, requests in zip(givers, fates):
        states = desk.states(giver, period)
        assert ("unknown/no_answer" in states) == (requests[0]["fault"] in ("silent", "half", "garbage")), states


def test_when_answers_stop_the_notifier_stops_too(desk):
    desk.ready(GATEWAY_CONNECTIONS="1")
    desk.fault("silent", 6)
    givers = desk.givers(30)
    period = desk.plan(givers)
    assert wait_until(lambda: not desk.dependency("gateway")["up"], 20), "30 messages would be lost without a word"
    desk.wait_last(givers, period, "read")
    assert wait_until(lambda: desk.dependency("gateway")["up"], 20)
    assert len(desk.accepted(givers, period)) == 30
    unknown = sum("unknown/no_answer" in desk.states(giver, period) for giver in givers)
    assert unknown == 6


def test_refusals(desk):
    desk.ready(GATEWAY_RATE="100")
    pair, number, server, belied = (desk.givers(1) for _ in range(4))
    period = desk.period()
    for givers, error in ((belied, {"code": 131016}), (pair, {"code": 131056}), (number, {"code": 131026}),
                          (server, {"code": 131000, "status": 500})):
        desk.fault("error", **error)
        desk.plan(givers, period)
        assert wait_until(lambda: desk.gateway.stats()["faults_left"] == 0, 20)  # noqa: B023
    # "Temporary", said the answer; a callback says that it was taken: not tried again, not after a restart either.
    desk.wait_last(belied, period, "failed/gateway_131016")
    opaque = desk.requests(belied[0], period)[0]["opaque"]
    assert desk.post(callback(("wamid.B", opaque, "sent", 0))) == 200
    assert wait_until(lambda: desk.messages(belied[0], period)[-1]["gateway_id"] == "wamid.B", 20)
    desk.wait_last(number, period, "failed/gateway_131026")
    desk.restart(GATEWAY_RATE="100")
    assert desk.suppressions(number[0][1]) == ["unreachable"]
    desk.wait_last(server, period, "unknown/gateway_131000")
    next_period = desk.plan(number)
    desk.wait_last(number, next_period, "suppressed/unreachable")
    # Too fast: everything slows down and everything arrives.
    desk.fault("error", 12, code=130429, status=429)
    many = desk.givers(40)
    later = desk.plan(many)
    desk.wait_last(many, later, "read")
    assert len(desk.accepted(many, later)) == 40
    refused = [entry for giver in many for entry in desk.requests(giver, later) if entry["event"] == "fault"]
    assert len(refused) == 12
    # A refusal for this pair alone is tried again as a new attempt.
    desk.wait_last(pair, period, "read")
    first, second = desk.requests(pair[0], period)
    assert second["at"] - first["at"] >= 4000 and (first["event"], second["event"]) == ("fault", "accepted")
    assert [(m["state"], m["attempt"]) for m in desk.messages(pair[0], period)][:4] == \
        [("intent", 1), ("failed", 1), ("intent", 2), ("sent", 2)]
    assert desk.states(pair[0], period)[1] == "failed/gateway_131056"
    for giver, in (number, server, belied):
        assert len(desk.requests(giver, period)) == 1
    assert desk.post(callback(("wamid.B", opaque, "delivered", 0))) == 200
    desk.wait_last(belied, period, "delivered")


def test_a_wrong_token_stops_the_channel_and_loses_nothing(desk):
    desk.ready(GATEWAY_MAX_ATTEMPTS="2", GATEWAY_CONNECTIONS="2")
    desk.control("/token", token="another")
    refused = len(desk.ledger("refused"))
    givers = desk.givers(20)
    period = desk.plan(givers)
    assert wait_until(lambda: not desk.dependency("gateway")["up"], 20)
    assert "190" in desk.dependency("gateway")["why"]
    time.sleep(1.7)  # two more are tried, half a second and a whole one later
    assert len(desk.ledger("refused")) - refused <= 2 + 3
    assert desk.accepted(givers, period) == []
    desk.control("/token", token=desk.stack.keys.get("gateway-token"))
    desk.wait_last(givers, period, "read")
    assert len(desk.accepted(givers, period)) == 20
    assert desk.dependency("gateway")["up"]


def test_the_gateway_is_away_at_the_start(desk):
    desk.gateway.stop()
    desk.start()
    givers = desk.givers(30)
    period = desk.plan(givers)
    assert wait_until(lambda: get(desk.daemon.port, "/readyz")[0] and not desk.dependency("gateway")["up"], 30)
    time.sleep(0.3)
    desk.gateway.start()
    desk.gateway.wait_ready()
    desk.wait_last(givers, period, "read")
    assert len(desk.accepted(givers, period)) == 30
    assert all("unknown" not in state for giver in givers for state in desk.states(giver, period))


# ---- who may be written to, and when --------------------------------------------------------------------------------

def test_contact_and_consent(desk):
    desk.ready()
    none, late, mute, strange = (desk.givers(1, contact=False)[0] for _ in range(4))
    desk.publisher.contact(mute[0], desk.phones, mute[1], consent=False)
    other = {"kind": "asn", "id": events.token("somebody else")}
    desk.publisher.put("contact", f"{WIB}/{strange[0]['id']}",
                       {"giver": strange[0], "regency": WIB, "phone": desk.phones.seal(other, strange[1]),
                        "phone_token": desk.phones.token(strange[1]), "consent": True}, "contact", WIB)
    desk.publisher.flush()
    began = time.monotonic()
    period = desk.plan([none, late, mute, strange])
    desk.wait_last([mute], period, "suppressed/no_consent")
    desk.wait_last([strange], period, "suppressed/no_contact")
    desk.wait_last([none, late], period, "suppressed/no_contact")
    assert time.monotonic() - began >= 1.0
    for giver in (late, mute):
        desk.publisher.contact(giver[0], desk.phones, giver[1])
    desk.publisher.flush()
    desk.wait_last([late, mute], period, "read")
    assert desk.states(late, period)[:2] == ["suppressed/no_contact", "intent"]
    assert desk.requests(none, period) == desk.requests(strange, period) == []
    # A contact that is taken back.
    desk.publisher.put("contact", f"{WIB}/{late[0]['id']}", None, "contact", WIB)
    later = desk.plan([late])
    desk.wait_last([late], later, "suppressed/no_contact")


def test_who_answers_berhenti_is_left_alone(desk):
    desk.ready()
    giver, = desk.givers(1)
    desk.wait_last([giver], desk.plan([giver]), "read")
    desk.control("/inbound", **{"from": giver[1], "text": " Berhenti. "})
    assert wait_until(lambda: desk.suppressions(giver[1]) == ["opt_out"], 20)
    period = desk.plan([giver])
    desk.wait_last([giver], period, "suppressed/opt_out")
    desk.restart()
    still = desk.plan([giver])
    desk.wait_last([giver], still, "suppressed/opt_out")
    desk.publisher.put("suppression", desk.phones.token(giver[1]), None)
    desk.publisher.flush()
    witness, = desk.givers(1)
    desk.wait_last([witness], desk.plan([witness]), "read")
    lifted = desk.plan([giver])
    desk.wait_last([giver], lifted, "read")
    assert desk.requests(giver, period) == desk.requests(giver, still) == []


def test_a_number_that_no_message_reaches(desk):
    """The refusal comes by callback, after the gateway had taken the message: it isn't tried again."""
    desk.ready()
    giver, = desk.givers(1, "failed")
    period = desk.plan([giver])
    desk.wait_last([giver], period, "failed/gateway_131026")
    assert wait_until(lambda: desk.suppressions(giver[1]) == ["unreachable"], 20)
    assert len(desk.requests(giver, period)) == 1


def test_nothing_at_night(desk):
    desk.daemon.stop()
    west, east, dawn, done, late, today = (desk.givers(1, regency=regency)[0]
                                           for regency in (WIB, WIT, WIB, WIT, WIB, WIB))
    evening, night, gone = desk.period(), desk.period(), desk.period()
    desk.plan([west], evening)
    desk.plan([east, done], night, regency=WIT)
    desk.plan([late], gone, dates=("2026-01-05", "2026-01-09", "2026-01-31"))
    last_day = desk.plan([today], dates=("2026-01-05", "2026-01-10", "2026-01-31"))
    desk.ready(CLOCK="=2026-01-10T19:59:59+07:00")
    desk.wait_last([west], evening, "read")
    desk.wait_last([late], gone, "expired/too_late")
    desk.wait_last([today], last_day, "read")
    assert desk.messages(east, night, WIT) == [] and desk.requests(east, night, WIT) == []
    desk.daemon.stop()
    desk.publisher.row(f"{done[0]['id']} 0", done[0], night, WIT, state="delivered")
    desk.publisher.plan(night, WIT, revision=2, trigger="repair")
    morning = desk.plan([dawn])
    before = time.time() * 1000
    desk.start(CLOCK="2026-01-11T06:59:55+07:00")
    desk.wait_last([east], night, "read", regency=WIT)
    desk.wait_last([done], night, "suppressed/nothing_left", regency=WIT)
    desk.wait_last([dawn], morning, "read")
    assert desk.requests(dawn, morning)[0]["at"] >= before + 5000
    assert desk.requests(done, night, WIT) == desk.requests(late, gone) == []


def test_the_rate_is_kept(desk):
    rate = 20
    desk.ready(GATEWAY_RATE=str(rate))
    givers = desk.givers(70)
    period = desk.plan(givers)
    desk.wait_last(givers, period, "read")
    at = sorted(desk.requests(giver, period)[0]["at"] for giver in givers)
    assert len(at) == 70
    for first in range(len(at)):
        for last in range(first, len(at)):
            # One second's worth may go at once; what was under way between us and the ledger may bunch a little.
            assert last - first + 1 <= rate + rate * (at[last] - at[first]) / 1000 + 4, (first, last)


# ---- the webhook ----------------------------------------------------------------------------------------------------

def callback(*entries):
    return {"object": "whatsapp_business_account", "entry": [
        {"id": "WABA", "changes": [{"field": "messages", "value": {"statuses": [
            {"id": wamid, "status": status, "timestamp": str(int(time.time())), "recipient_id": "62",
             "biz_opaque_callback_data": opaque, "errors": [{"code": code}] if code else []}]}}]}
        for wamid, opaque, status, code in entries]}


def test_the_webhook(desk):
    desk.ready()
    one, two = desk.givers(2, "delivered")
    period = desk.plan([one, two])
    desk.wait_last([one, two], period, "delivered")
    (first,), (second,) = (desk.requests(giver, period) for giver in (one, two))
    read = callback((first["id"], first["opaque"], "read", 0), (second["id"], second["opaque"], "read", 0))
    for signature in ("", "sha256=" + 64 * "0", "sha256=short", "md5=x"):
        assert desk.post(read, signature) == 403
    assert desk.post(b"no json") == 400
    assert desk.post(callback(("wamid.X", f"{WIB}/{'0' * 32}/1", "read", 0))) == 200  # nobody's
    assert desk.post(callback(("", first["opaque"], "read", 0), ("wamid.Y", "of somebody else", "sent", 0))) == 200
    assert [desk.last(giver, period) for giver in (one, two)] == ["delivered", "delivered"]
    assert [desk.post(read) for _ in range(3)] == [200] * 3
    desk.wait_last([one, two], period, "read")
    assert desk.post(callback((first["id"], first["opaque"], "sent", 0), (first["id"], first["opaque"], "failed", 131026),
                              (second["id"], second["opaque"], "delivered", 0))) == 200
    witness, = desk.givers(1)
    desk.wait_last([witness], desk.plan([witness]), "read")
    assert len(desk.messages(one, period)) == len(desk.messages(two, period)) == 4, "sent, delivered, read: each once"
    assert desk.suppressions(one[1]) == []

    def verify(query):
        connection = http.client.HTTPConnection(desk.webhook, timeout=5)
        connection.request("GET", "/webhook?" + query)
        answer = connection.getresponse()
        return answer.status, answer.read()
    right = desk.stack.keys.get("webhook-verify")
    assert verify(f"hub.mode=subscribe&hub.verify_token={right}&hub.challenge=4711") == (200, b"4711")
    assert verify("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=4711") == (403, b"")
    assert verify("hub.challenge=4711")[0] == 403
    assert not any(record.topic == "rejected" for record in desk.tail.read())


def test_a_callback_is_refused_while_kafka_is_away(desk):
    desk.ready()
    giver, = desk.givers(1, "delivered")
    period = desk.plan([giver])
    desk.wait_last([giver], period, "delivered")
    request, = desk.requests(giver, period)
    body = callback((request["id"], request["opaque"], "read", 0))
    desk.stack.kafka.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        assert desk.post(body) == 503
        assert time.monotonic() - began < 9, "the gateway does not wait so long"
    finally:
        desk.stack.kafka.signal(signal.SIGCONT)
    assert wait_until(lambda: desk.post(body) == 200, 20)
    desk.wait_last([giver], period, "read")


# ---- it dies, it is doubled, it is told to end ----------------------------------------------------------------------

def kill_at(desk, point, tmp_path, givers):
    """A life that ends at the point, with these givers' plan as its first work; the period."""
    desk.ready()
    witness, = desk.givers(1)
    desk.wait_last([witness], desk.plan([witness]), "read")  # the contacts are behind it
    desk.daemon.stop()
    period = desk.plan(givers)
    mark = tmp_path / "mark"
    desk.start(TEST_DIE_AT=point, TEST_DIE_MARK=str(mark), GATEWAY_CONNECTIONS="2")
    assert wait_until(lambda: desk.daemon.pid() is None, 30) and mark.read_text().strip() == point.split(":")[0]
    return period


def test_killed_before_the_intents_stand(desk, tmp_path):
    givers = desk.givers(6)
    period = kill_at(desk, "after-produce:1", tmp_path, givers)
    assert [desk.requests(giver, period) for giver in givers] == [[]] * 6, "a request without a standing intent"
    assert [desk.messages(giver, period) for giver in givers] == [[]] * 6
    desk.ready()
    desk.wait_last(givers, period, "read")
    assert [len(desk.requests(giver, period)) for giver in givers] == [1] * 6


@pytest.mark.parametrize("point", ["after-commit:1", "after-intent:1"])
def test_killed_between_intents_and_requests(desk, tmp_path, point):
    """Nobody can tell this from a request that left: unknown, and never sent."""
    givers = desk.givers(6)
    period = kill_at(desk, point, tmp_path, givers)
    desk.ready()
    desk.wait_last(givers, period, "unknown/no_answer")
    witness, = desk.givers(1)
    desk.wait_last([witness], desk.plan([witness]), "read")
    desk.restart()  # what is unknown stays so
    desk.wait_last(givers, period, "unknown/no_answer")
    assert [desk.requests(giver, period) for giver in givers] == [[]] * 6
    assert [desk.states(giver, period) for giver in givers] == [["intent", "unknown/no_answer"]] * 6


def test_killed_with_requests_on_the_wire(desk, tmp_path):
    givers = desk.givers(6)
    period = kill_at(desk, "after-body:1", tmp_path, givers)
    desk.ready()
    desk.wait_last(givers, period, "read", "unknown/no_answer")
    assert wait_until(lambda: desk.gateway.stats()["webhooks_pending"] == 0, 20)
    told = [giver for giver in givers if desk.requests(giver, period)]
    desk.wait_last(told, period, "read")  # a callback tells what the answer would have told
    assert len(told) >= 1 and len(desk.accepted(givers, period)) == len(told)
    for giver in givers:
        assert desk.states(giver, period)[:2] == ["intent", "unknown/no_answer"]


def test_a_stop_waits_for_answers(desk):
    desk.ready(GATEWAY_TIMEOUT="10s", GATEWAY_CONNECTIONS="8")
    desk.fault("slow", 5, seconds=1.5)
    givers = desk.givers(5)
    period = desk.plan(givers)
    assert wait_until(lambda: len(desk.accepted(givers, period)) == 5, 20)
    desk.daemon.signal(signal.SIGTERM)
    assert wait_until(lambda: desk.daemon.pid() is None, 15)
    assert desk.daemon.exit_status() == 0
    desk.ready()
    desk.wait_last(givers, period, "read")
    assert [len(desk.requests(giver, period)) for giver in givers] == [1] * 5
    assert all("unknown/no_answer" not in desk.states(giver, period) for giver in givers)


def test_a_twin_takes_over(desk):
    """The second of one name goes on, the first one ends; nobody hears from both."""
    desk.ready(GATEWAY_RATE="20")
    givers = desk.givers(60)
    period = desk.plan(givers)
    assert wait_until(lambda: len(desk.accepted(givers, period)) >= 5, 20)
    twin = twin_of(desk)
    twin.start(BERBAGI_GATEWAY_RATE="100")
    try:
        assert wait_until(lambda: desk.daemon.pid() is None, 30)
        assert desk.daemon.exit_status() == 1
        desk.wait_last(givers, period, "read", "unknown/no_answer", "delivered", "sent")
        assert len(desk.accepted(givers, period)) == len({e["opaque"] for e in desk.accepted(givers, period)})
        assert {len(desk.requests(giver, period)) for giver in givers} <= {0, 1}
        untold = [giver for giver in givers if not desk.requests(giver, period)]
        assert all(desk.last(giver, period) == "unknown/no_answer" for giver in untold)
    finally:
        twin.stop()


def standby(daemon):
    status, body = get(daemon.port, "/readyz")
    return status == 200 and json.loads(body)["standby"]


def test_another_instance_takes_over_in_peace(desk):
    """Who is first by instance is preferred. What is under way ends before, nothing becomes unknown."""
    desk.ready()
    witness, = desk.givers(1)
    desk.wait_last([witness], desk.plan([witness]), "read")
    desk.daemon.stop()
    second = twin_of(desk, BERBAGI_INSTANCE="1", BERBAGI_GATEWAY_RATE="20")
    second.start()
    try:
        givers = desk.givers(160)
        period = desk.plan(givers)
        assert wait_until(lambda: len(desk.accepted(givers, period)) >= 5, 30)
        desk.fault("slow", 40, seconds=0.5)
        desk.start(GATEWAY_RATE="100")
        assert wait_until(lambda: standby(second), 30)
        between = len(desk.accepted(givers, period))
        desk.wait_last(givers, period, "read", timeout=60)
        assert between < 160, "nothing was left to take over"
        assert [len(desk.requests(giver, period)) for giver in givers] == [1] * 160
        assert all("unknown/no_answer" not in desk.states(giver, period) for giver in givers)
        assert second.pid() is not None and not standby(desk.daemon)
    finally:
        second.stop()


def test_a_stopped_notifier_tells_nobody_what_another_told(desk):
    desk.ready(GATEWAY_RATE="100", GATEWAY_CONNECTIONS="1")
    second = twin_of(desk, BERBAGI_INSTANCE="1")
    second.start()
    try:
        assert wait_until(lambda: standby(second), 30)
        desk.fault("slow", 3, seconds=0.4)
        givers = desk.givers(60)
        period = desk.plan(givers)
        assert wait_until(lambda: desk.accepted(givers, period), 20)
        desk.daemon.signal(signal.SIGSTOP)
        told = ("read", "delivered", "sent")
        assert wait_until(lambda: all(desk.last(giver, period) in (*told, "unknown/no_answer") for giver in givers), 40)
        unknown = [giver for giver in givers if desk.last(giver, period) == "unknown/no_answer"]
        assert len(unknown) > 3
        desk.daemon.signal(signal.SIGCONT)
        assert wait_until(lambda: standby(second), 30)
        desk.wait_last(givers, period, *told, "unknown/no_answer")
        # What it had not sent when it was stopped it knows to be unsent.
        assert wait_until(lambda: sum(desk.last(giver, period) == "unknown/no_answer" for giver in givers) <= 3, 20)
        assert {len(desk.accepted([giver], period)) for giver in givers} <= {0, 1}
        assert any(entry["opaque"].endswith("/2") for entry in desk.accepted(unknown, period)), "decided anew"
        assert desk.daemon.pid() is not None
    finally:
        desk.daemon.signal(signal.SIGCONT)
        second.stop()


def twin_of(desk, **settings):
    from daemons import Daemon  # pylint: disable=import-outside-toplevel
    base = free_port_base()
    settings = {**desk.daemon.settings, "BERBAGI_HTTP_LISTEN": f"127.0.0.1:{base}",
                "BERBAGI_WEBHOOK_LISTEN": f"127.0.0.1:{base + 1}", **settings}
    twin = Daemon("notifier", desk.stack.directory + "/secrets/..", base, "test", settings)
    twin.name, twin.log = "notifier-twin", desk.daemon.log + ".twin"
    twin.pid_file = desk.daemon.pid_file + ".twin"
    return twin


# ---- over all of it -------------------------------------------------------------------------------------------------

def test_in_the_end_everything_adds_up(desk):
    """All tests above: no request without an intent that stood before, none twice; states only rise."""
    order = ["suppressed", "expired", "intent", "unknown", "sent", "failed", "delivered", "read"]
    intents, last = {}, {}
    for record in desk.tail.read():
        if record.topic != "notification":
            continue
        message = json.loads(record.value)
        # A refusal that the gateway belies is told once more, with the gateway's id.
        rank = (message["attempt"], order.index(message["state"]), message["state"] == "failed" and
                message["gateway_id"] is not None)
        assert rank > last.get(record.key, (0, -1)), f"{record.key}: {message['state']} after a higher state"
        last[record.key] = rank
        if message["state"] == "intent":
            intents[f"{record.key}/{message['attempt']}"] = record.at
    requests = desk.ledger("accepted", "fault")
    assert len(requests) > 200
    for entry in requests:
        assert intents.get(entry["opaque"], 1 << 62) <= entry["at"], f"{entry['opaque']} without an intent before it"
    twice = [opaque for opaque, n in collections.Counter(entry["opaque"] for entry in requests).items() if n > 1]
    assert twice == []
    told = collections.Counter(entry["opaque"].rsplit("/", 1)[0] for entry in desk.ledger("accepted"))
    assert [key for key, n in told.items() if n > 1] == []
    with open(desk.daemon.log, encoding="utf-8") as log:
        text = log.read()
    assert all(entry["to"][2:] not in text for entry in desk.ledger("accepted")), "a number in the log"
