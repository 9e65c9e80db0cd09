"""Ingest when things go wrong: killed, Redis emptied or away, logs that are not the ones it knows. And the barrier."""

import calendar
import json
import socket
import subprocess
import time

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from intake import EAST, LATER, WEST, Ingest, asn, donation, household, period, visit, wait_until


@pytest.fixture(name="ingest", scope="module")
def fixture_ingest(tmp_path_factory):
    """The flavour with fault points."""
    ingest = Ingest(tmp_path_factory.mktemp("faults"), flavor="test")
    yield ingest
    ingest.close()


@pytest.fixture(autouse=True)
def fixture_all_there(ingest):
    ingest.stack.up(("kafka", "redis", "ingest"))


def again(ingest, **environment):
    ingest.daemon.stop()
    ingest.daemon.start(**environment)
    ingest.daemon.wait_ready(60)


FIRST = calendar.timegm((2026, 2, 1, 0, 0, 0))


def crowd(ingest, name, first, count):
    """Records of all types but period over all partitions, some twice, some older than what is known."""
    for n in range(first, first + count):
        regency = EAST if n % 3 else WEST
        family, partition = n % 97, n % 4
        later = ingest.count  # so that a later crowd is newer
        time_ = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(FIRST + later))
        ingest.send("household", household(family, regency), f"{name}-h-{n}", time_, partition)
        if n % 5 == 0:
            ingest.send("household", household(family, regency), f"{name}-h-{n}", time_, partition)
        if n % 7 == 0:
            ingest.send("household", household(family, regency, "2025-11"), f"{name}-o-{n}", time_, partition)
        if n % 4 == 0:
            ingest.send("asn", asn(n % 90, EAST, version=later), f"{name}-a-{n}", time_, partition)
        if n % 6 == 0:
            ingest.send("visit", visit(n % 50, findings={"alone": n % 12 == 0}), f"{name}-v-{n}", time_, partition)
        if n % 11 == 0:
            ingest.put("visit", b"{", ingest.headers("visit"), partition)
    ingest.flush()


def claims(ingest):
    """How often each raw event was accepted: main events by source and id. A duplicate would be two."""
    seen = {}
    for record in ingest.read("registry"):
        name, _, what = dict(record.headers)["ce_id"].partition("#")
        if what in ("household", "asn", "donation", "period", "delivery"):
            seen[name] = seen.get(name, 0) + 1
    return seen


def assert_known(ingest, name, first, count):
    """Of a crowd that comes again nothing is accepted that was accepted before."""
    accepted = sum(identity.split("-")[:-2] == name.split("-") for identity in claims(ingest))
    duplicates = ingest.fates()[1]
    assert accepted > count // 2
    crowd(ingest, name, first, count)
    ingest.settle()
    assert max(claims(ingest).values()) == 1
    assert ingest.fates()[1] - duplicates >= accepted


def redis_keys(ingest):
    return int(ingest.stack.redis.ask("DBSIZE")[1:])


@pytest.mark.parametrize("point", ["after-produce", "after-commit"])
def test_killed(ingest, tmp_path, point):
    mark = tmp_path / "reached"
    again(ingest, BERBAGI_TEST_DIE_AT=f"{point}:6", BERBAGI_TEST_DIE_MARK=str(mark))
    crowd(ingest, point, 0, 400)
    handled = 0
    for n in range(1, 40):  # until it is dead, and something is left for the time after
        if ingest.daemon.pid() is None:
            break
        handled += 1
        crowd(ingest, f"{point}-{n}", 400 * n, 60)
        time.sleep(0.15)
    assert wait_until(lambda: ingest.daemon.pid() is None, 20), "the fault point was not reached"
    assert mark.read_text().startswith(point)
    crowd(ingest, f"{point}-later", 90_000, 200)
    again(ingest)
    ingest.settle(60)
    ingest.fates()
    assert max(claims(ingest).values()) == 1
    # the memory is that of the log: what was accepted before the kill is a duplicate now
    assert_known(ingest, point, 0, 400)


def test_redis_emptied(ingest):
    crowd(ingest, "emptied", 0, 300)
    ingest.settle()
    keys = redis_keys(ingest)
    ingest.stack.redis.ask("FLUSHALL")
    assert_known(ingest, "emptied", 0, 300)
    assert redis_keys(ingest) >= keys
    assert any(line["event"] == "view_lost" for line in ingest.log_events())


def redis_is_up(ingest):
    return next(one["up"] for one in json.loads(ingest.page("/readyz")[1])["dependencies"] if one["name"] == "redis")


def test_redis_away(ingest):
    lines = len(ingest.log_events())
    ingest.stack.redis.stop()
    crowd(ingest, "away", 0, 100)
    assert wait_until(lambda: redis_is_up(ingest) is False, 15), ingest.page("/readyz")
    time.sleep(2)
    assert not ingest.done() and ingest.daemon.pid()
    ingest.stack.redis.start()
    ingest.settle(60)
    ingest.fates()
    assert max(claims(ingest).values()) == 1
    told = [line["event"] for line in ingest.log_events()[lines:] if line.get("dependency") == "redis"]
    assert told == ["dependency_away", "dependency_up"]


def test_redis_behind(ingest):
    """An older copy of Redis: ingest reads what it lacks from its own output."""
    crowd(ingest, "behind", 0, 100)
    ingest.settle()
    ingest.daemon.stop()
    lines = len(ingest.log_events())
    text = redis_mark(ingest)
    rows = [line.split() for line in text.splitlines()]
    older = [[row[0], *[str(max(0, int(n) - 40)) for n in row[1:]]] if row[0] in ("registry", "referral") else row
             for row in rows]
    ingest.stack.redis.ask("SET", "@view", "\n".join(" ".join(row) for row in older) + "\n")
    again(ingest)
    restored = [line for line in ingest.log_events()[lines:] if line["event"] == "view_restored"]
    assert 0 < restored[0]["events"] <= 40 * 8
    assert_known(ingest, "behind", 0, 100)


def redis_mark(ingest):
    with socket.create_connection(("127.0.0.1", ingest.stack.redis.port)) as connection:
        connection.sendall(b"GET @view\r\n")
        answer = connection.makefile("rb")
        return answer.read(int(answer.readline()[1:])).decode()


@pytest.mark.parametrize("change,event", [
    (lambda text: text.replace("cluster ", "cluster x"), "view_of_something_else"),
    (lambda text: text.replace("prefix ", "prefix x"), "view_of_something_else"),
    (lambda text: "\n".join(line + "9999" if line.startswith("registry") else line for line in text.split("\n")),
     "view_ahead_of_log"),
], ids=["cluster", "prefix", "offset"])
def test_view_of_another_log(ingest, change, event):
    """It stops with a message, and touches nothing."""
    ingest.settle()
    ingest.daemon.stop()
    text, lines = redis_mark(ingest), len(ingest.log_events())
    ingest.stack.redis.ask("SET", "@view", change(text))
    ingest.daemon.start()
    assert wait_until(lambda: ingest.daemon.pid() is None, 30)
    assert ingest.daemon.exit_status() == 1
    assert [line["event"] for line in ingest.log_events()[lines:] if line["level"] == "error"][0] == event
    assert redis_mark(ingest) == change(text)
    ingest.stack.redis.ask("SET", "@view", text)
    again(ingest)


def test_barrier(ingest):
    """Whatever was published before the command is in the registry before the plan, whichever topic and partition."""
    ingest.settle()
    ingest.daemon.stop()
    for n in range(3000):
        ingest.send("household", household(500 + n % 3000), f"barrier-h-{n}", partition=n % 3)
    for n in range(200):
        ingest.send("donation", donation(f"B-{n}"), f"barrier-d-{n}", partition=3)
    ingest.send("period", period(name="2026-07"), "barrier-refused", LATER, partition=0, ce_type="id.berbagi.raw.asn.v1")
    ingest.send("period", period(name="2026-07"), "barrier-1", LATER, partition=0)
    ingest.send("period", period("close", name="2026-07"), "barrier-2", LATER, partition=0)  # waits behind it
    ingest.send("period", period(name="2026-08"), "barrier-3", LATER, partition=1)           # two at a time
    ingest.send("period", period(name="2026-07"), "barrier-1", LATER, partition=2)           # a duplicate in the end
    ingest.flush()
    again(ingest)
    ingest.settle(60)
    offsets = {dict(r.headers)["ce_id"]: r.offset for r in ingest.read("registry") if ":1199/" in r.key}
    families = [offset for name, offset in offsets.items() if name.startswith(("barrier-h", "barrier-d"))]
    assert len(families) == 3200
    assert offsets["barrier-1#period"] > max(families) and offsets["barrier-3#period"] > max(families)
    assert offsets["barrier-2#period"] > offsets["barrier-1#period"]
    assert max(claims(ingest).values()) == 1
    ingest.fates()


def test_gaps_of_a_transactional_sender(ingest):
    """A raw topic written in transactions has offsets without records; the sums hold all the same."""
    ingest.settle()
    topic = ingest.stack.prefix + "raw.asn"
    sender = Producer({"bootstrap.servers": ingest.stack.kafka.bootstrap, "transactional.id": "uji-pengirim"})
    sender.init_transactions()
    sent = 0
    for n in range(6):
        sender.begin_transaction()
        for k in range(3):
            sender.produce(topic, json.dumps(asn(1 + n * 3 + k, WEST, version=1_000_000 + n)).encode(), b"k", 0,
                           headers=ingest.headers("asn", f"gap-{n}-{k}"))
        sender.flush()
        if n % 2:
            sender.abort_transaction()
        else:
            sender.commit_transaction()
            sent += 3
    consumer = Consumer({"bootstrap.servers": ingest.stack.kafka.bootstrap, "group.id": "uji"})
    _, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), 10)
    consumer.close()
    assert end > ingest.ends.get(("asn", 0), 0) + sent
    assert wait_until(lambda: len([n for n in claims(ingest) if n.startswith("gap-")]) == sent, 20)
    total = 0
    for record in ingest.read("tally"):
        tally = json.loads(record.value)
        if tally["topic"].endswith("raw.asn") and tally["partition"] == 0:
            total += tally["next"] - tally["from"]
    assert total == ingest.ends.get(("asn", 0), 0) + sent


def test_rebuilt_from_nothing(ingest):
    """An empty Redis at the start: the same memory, key by key."""
    ingest.daemon.stop()
    before = dump(ingest)
    ingest.stack.redis.ask("FLUSHALL")
    again(ingest)
    after = dump(ingest)
    assert len(before) > 500
    assert {key for key in before if key not in after} == set()
    assert after == before


def dump(ingest):
    """{hash of the key: hash of the value} of the whole database but the mark; no times to live."""
    script = ("local t = {} for _, k in ipairs(redis.call('KEYS', '*')) do if k ~= '@view' then "
              "t[#t + 1] = redis.sha1hex(k) .. ' ' .. redis.sha1hex(redis.call('GET', k)) end end return t")
    lines = subprocess.run(["redis-cli", "-p", str(ingest.stack.redis.port), "EVAL", script, "0"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    return dict(line.split(" ") for line in lines if line)
