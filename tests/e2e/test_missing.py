"""One month and a half in which everything that the daemons need is away once. They wait, say so once, and go on.

The tests are one story, told in their order on one stack.
"""

import collections
import hashlib
import hmac
import http.client
import json
import os
import re
import time

import pytest

import checks
from generate import MONTHS
from process import wait_until
from run import REGENCIES, month

# What each daemon needs.
NEEDS = {"ingest": {"kafka", "redis"}, "allocator": {"kafka"}, "notifier": {"kafka", "gateway"},
         "reporting": {"kafka", "postgres"}}
FIRST, SECOND = MONTHS


@pytest.fixture(scope="module", name="run")
def fixture_run(make_run):
    return make_run()


@pytest.fixture(scope="module", name="expected")
def fixture_expected(data):
    with open(os.path.join(data, "expected.json"), encoding="utf-8") as source:
        return json.load(source)


def expect(run, kind, fates):
    sums = run.fates.setdefault(kind, {})
    for fate, n in fates.items():
        sums[fate] = sums.get(fate, 0) + n


def file(run, entry, name):
    return os.path.join(run.data, entry["name"], name + ".ndjson")


def away(run, name):
    """{dependency: why} of those that the daemon's /readyz says are away."""
    _, body = run.ready_body(name)
    return {part["name"]: part["why"] for part in json.loads(body)["dependencies"] if not part["up"]} if body else {}


def told(run, name, dependency):
    """How often the log says that the dependency went, and that it came."""
    with open(run.stack.daemons[name].log, encoding="utf-8") as log:
        events = [(entry["event"], entry.get("dependency")) for entry in map(json.loads, filter(is_entry, log))]
    return events.count(("dependency_away", dependency)), events.count(("dependency_up", dependency))


def reasons(run, name, dependency):
    """Why it was away, each time it was said; that topics are still being made is not counted."""
    with open(run.stack.daemons[name].log, encoding="utf-8") as log:
        return [entry["why"] for entry in map(json.loads, filter(is_entry, log))
                if entry["event"] == "dependency_away" and entry["dependency"] == dependency
                and not entry["why"].endswith(("is missing", "end is not known", "no answer"))]


def is_entry(line):
    return line.startswith("{")


def without(run, server, readers, meanwhile=lambda: None):
    """Takes a server away, waits until all its readers say so, brings it back, waits until they are content.

    Each says it once in its log, however long it lasts.
    """
    before = {name: told(run, name, server) for name in readers}
    run.stack.all[server].stop()
    meanwhile()
    for name in readers:
        assert wait_until(lambda name=name: server in away(run, name), 20), f"{name} does not miss {server}"
        assert away(run, name)[server], "and says why"
    time.sleep(2.5)
    assert all(run.stack.daemons[name].pid() for name in readers)
    run.stack.all[server].start()
    run.stack.all[server].wait_ready()
    for name in readers:
        assert wait_until(lambda name=name: server not in away(run, name), 40), f"{name} does not see {server}"
    for name, (gone, back) in before.items():
        assert told(run, name, server) == (gone + 1, back + 1), f"{name} and {server}"


def test_daemons_wait_for_servers_that_come_later(run):
    for daemon in run.stack.daemons.values():
        daemon.start()
    for name in run.stack.daemons:
        assert wait_until(lambda name=name: told(run, name, "kafka")[0] > 0, 20), f"{name} says nothing of Kafka"
        assert "kafka" in away(run, name) and run.ready_body(name)[0] == 503
    time.sleep(2.5)
    for name in run.stack.daemons:
        assert told(run, name, "kafka")[0] == 1
        assert run.stack.daemons[name].pid()
    run.stack.up()  # the servers, the topics, and what of the daemons does not run: none
    for name, needs in NEEDS.items():
        assert wait_until(lambda name=name: away(run, name) == {}, 20), f"{name}: {away(run, name)}"
        assert run.ready_body(name)[0] == 200
        for need in needs:
            assert len(reasons(run, name, need)) <= 1


def test_redis_away(run, expected):
    without(run, "redis", ["ingest"], lambda: run.send("asn", file(run, FIRST, "asn")))
    expect(run, "asn", expected["1"]["asn"])
    run.wait_counted()
    assert checks.counted(run)["asn"] == run.fates["asn"]


def test_redis_emptied_in_mid_run(run, expected):
    """What Redis knew is in ingest's own output: the same file once more brings nothing new."""
    path, fates = file(run, FIRST, "household"), expected["1"]["household"]
    run.send("household", path)
    run.wait_counted()
    assert run.stack.redis.ask("DBSIZE") != ":0"
    assert run.stack.redis.ask("FLUSHALL") == "+OK"
    run.send("household", path)
    expect(run, "household", fates)
    expect(run, "household", {**fates, "accepted": 0, "duplicate": fates["accepted"] + fates["duplicate"]})
    run.wait_counted()
    run.fates["household"] = {fate: n for fate, n in run.fates["household"].items() if n}
    assert checks.counted(run)["household"] == run.fates["household"]


def test_kafka_restarted(run, expected):
    without(run, "kafka", list(NEEDS))
    run.send("donation", file(run, FIRST, "donation"))
    expect(run, "donation", expected["1"]["donation"])
    run.wait_counted()


def test_gateway_away(run):
    """Messages that never left are sent when it is back."""
    def plan():
        run.send("period", file(run, FIRST, "plan"))
        run.wait_plans(FIRST["period"], "cut", REGENCIES)
    expect(run, "period", {"accepted": REGENCIES})
    without(run, "gateway", ["notifier"], plan)
    run.wait_messages(FIRST["period"])
    run.settle()
    states = collections.Counter(message["state"] for message in checks.messages(run).values())
    assert states["unknown"] == 0 and states["read"] > 10


def test_postgres_away(run):
    path, fates = month.visits(run, run.data, FIRST["name"], FIRST["period"])
    expect(run, "visit", fates)
    without(run, "postgres", ["reporting"], lambda: run.send("visit", path))
    run.wait_counted()
    run.send("period", file(run, FIRST, "close"))
    expect(run, "period", {"accepted": REGENCIES})
    run.wait_plans(FIRST["period"], "close", REGENCIES)


# ---- the webhook, opting out, answers that never come ---------------------------------------------------------------

def post_webhook(run, body, signature):
    port = int(re.search(r":(\d+)/", run.stack.gateway.webhook).group(1))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/webhook", body, {"Content-Type": "application/json", **signature})
        return connection.getresponse().status
    finally:
        connection.close()


def test_webhook_takes_what_is_signed_and_nothing_else(run):
    secret = run.stack.keys.get("webhook-secret").encode()
    body = json.dumps({"object": "whatsapp_business_account", "entry": []}).encode()
    right = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    before = len(run.read(["raw.gateway"]))
    wrong = [{}, {"X-Hub-Signature-256": right[:-1]}, {"X-Hub-Signature-256": right.upper()},
             {"X-Hub-Signature-256": "sha256=" + hmac.new(b"x", body, hashlib.sha256).hexdigest()},
             {"X-Hub-Signature": right}]
    assert [post_webhook(run, body, signature) for signature in wrong] == [403] * len(wrong)
    forged = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "x", "changes": [{"value": {
        "statuses": [{"id": "wamid.x", "status": "read", "timestamp": "1700000000"}]}}]}]}).encode()
    assert post_webhook(run, forged, {"X-Hub-Signature-256": right}) == 403
    assert post_webhook(run, body, {"X-Hub-Signature-256": right}) == 200
    assert len(run.read(["raw.gateway"])) == before


def control(run, path, **values):
    connection = http.client.HTTPConnection("127.0.0.1", run.stack.gateway.ports[1], timeout=10)
    try:
        connection.request("POST", path, json.dumps(values), {"Content-Type": "application/json"})
        assert connection.getresponse().status == 200
    finally:
        connection.close()


def test_who_opted_out_is_told_nothing_more(run):
    quitter = next(entry["to"] for entry in run.ledger("accepted"))
    control(run, "/inbound", **{"from": quitter, "text": " berhenti. "})
    assert wait_until(lambda: any(json.loads(record.value)["reason"] == "opt_out"
                                  for record in run.read(["suppression"])), 10)
    run.settle()
    run.quitter, run.told_before = quitter, len(run.ledger("accepted"))


def test_no_answer_means_unknown_and_is_never_sent_again(run, expected):
    for kind in ("asn", "household", "donation"):
        run.send(kind, file(run, SECOND, kind))
        expect(run, kind, expected["2"][kind])
    faults = [("silent", 2), ("half", 1), ("garbage", 1)]
    for kind, count in faults:
        control(run, "/faults", kind=kind, count=count)
    run.send("period", file(run, SECOND, "plan"))
    expect(run, "period", {"accepted": REGENCIES})
    run.wait_plans(SECOND["period"], "cut", REGENCIES)
    run.wait_messages(SECOND["period"])
    run.settle()
    unanswered = [entry["opaque"] for entry in run.ledger("accepted") if entry.get("fault")]
    assert len(unanswered) == sum(count for _, count in faults)
    history = collections.defaultdict(list)
    for record in run.read(["notification"]):
        history[record.key].append(json.loads(record.value)["state"])
    for opaque in unanswered:
        states = history[opaque.rsplit("/", 1)[0]]
        assert opaque.endswith("/1") and states.count("intent") == 1
        assert "unknown" in states or states[1] in ("delivered", "read", "sent"), states
    assert sum("unknown" in states for states in history.values()) > 0
    assert run.quitter not in {entry["to"] for entry in run.ledger("accepted")[run.told_before:]}
    assert any(json.loads(record.value)["reason"] == "opt_out" for record in run.read(["notification"]))


def test_after_all_this_everything_holds(run):
    checks.everything(run)
