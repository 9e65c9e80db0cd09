"""berbagi-plan as an auditor meets it: recompute, check, continue, explain, and refuse what can't be read."""

import hashlib
import json
import os
import subprocess

import pytest

import registry

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLAN = os.environ.get("BERBAGI_PLAN", os.path.join(ROOT, "build/asan/bin/berbagi-plan"))


@pytest.fixture(scope="module", name="regions")
def regions_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("regions") / "regions.csv"
    path.write_text(registry.REGIONS)
    return str(path)


def run(regions, lines, *options):
    return subprocess.run([PLAN, "--regions", regions, *options], input="".join(line + "\n" for line in lines),
                          capture_output=True, text=True, check=False, timeout=120)


def decide(regions, lines, *options):
    done = run(regions, lines, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def write(path, lines):
    path.write_text("".join(line + "\n" for line in lines))
    return str(path)


@pytest.fixture(scope="module", name="log")
def registry_log():
    return registry.make(1)


@pytest.fixture(scope="module", name="decisions")
def decisions_of_log(regions, log):
    return decide(regions, log)


def test_same_bytes_as_ever(decisions):
    """The golden digest: a change of the rule, of the tie-break or of the written form shows here."""
    with open(os.path.join(ROOT, "tests/plan/golden.sha256"), encoding="ascii") as source:
        golden = source.read().split()[0]
    assert hashlib.sha256("\n".join(decisions).encode()).hexdigest() == golden


def test_a_registry_in_another_order_of_partitions_gives_the_same(regions, log, decisions):
    mixed = decide(regions, registry.interleaved(log, 7))
    assert sorted(mixed) == sorted(decisions)
    for partition in registry.PARTITIONS.values():
        assert [d for d in mixed if json.loads(d)["partition"] == partition] == \
            [d for d in decisions if json.loads(d)["partition"] == partition]


def test_decisions_keep_their_own_rules(regions, log, decisions, tmp_path):
    done = run(regions, log, "--check", write(tmp_path / "d", decisions))
    assert (done.returncode, done.stderr) == (0, "")
    by_partition = sorted(decisions, key=lambda d: -json.loads(d)["partition"])  # as berbagi-log might write them
    assert run(regions, log, "--check", write(tmp_path / "p", by_partition)).returncode == 0


@pytest.mark.parametrize("part", [0.1, 0.35, 0.5, 0.8, 1.0])
def test_history_is_continued(regions, log, decisions, tmp_path, part):
    """Cut off after a trigger, the rest follows from the earlier decisions and the whole registry."""
    triggers = [json.loads(d)["id"].rsplit("/", 1)[0] for d in decisions]
    at = int(part * len(decisions))
    while at < len(decisions) and at > 0 and triggers[at] == triggers[at - 1]:
        at += 1
    history = write(tmp_path / "history", decisions[:at])
    assert decide(regions, log, "--history", history) == decisions[at:]


def first(decisions, test):
    return next(i for i, d in enumerate(decisions) if test(json.loads(d)))


def is_row(event):
    return event["key"].startswith("assignment:")


def planned_pair(decisions):
    """Two planned rows of one cut with different ASN."""
    rows = [i for i, d in enumerate(decisions) if is_row(json.loads(d)) and json.loads(d)["data"]["state"] == "planned"
            and json.loads(d)["data"]["giver"]["kind"] == "asn"]
    one = rows[0]
    other = next(i for i in rows if json.loads(decisions[i])["data"]["giver"] != json.loads(decisions[one])["data"]["giver"])
    return one, other


def swap_givers(decisions):
    one, other = planned_pair(decisions)
    a, b = json.loads(decisions[one]), json.loads(decisions[other])
    a["data"]["giver"], b["data"]["giver"] = b["data"]["giver"], a["data"]["giver"]
    return {one: a, other: b}


def edit(choose, change):
    def mutate(decisions):
        at = first(decisions, choose)
        event = json.loads(decisions[at])
        change(event["data"])
        return {at: event}
    return mutate


def row(state):
    return lambda e: is_row(e) and e["data"]["state"] == state


def trigger(name):
    return lambda e: not is_row(e) and e["data"]["trigger"] == name


def serve(data):
    data.update(state="planned", reason="nearest", distance_m=0,
                giver={"kind": "asn", "id": registry.token("9471nip", 0), "ref": "ASN-0"})


def unserve(data):
    data.update(state="unserved", reason="supply_exhausted", distance_m=None, giver=None)


def is_repair(event):
    return not is_row(event) and event["data"]["trigger"] == "repair"


def repairs(decisions):
    """(index of the first row, of the plan event) of every repair."""
    start = 0
    for i, event in enumerate(map(json.loads, decisions)):
        if not is_row(event):
            if is_repair(event):
                yield start, i
            start = i + 1


def need(event):
    return [event["data"]["class"][part] for part in ("decile", "band")]


def drop_the_needier(decisions):
    """A repair that served the needier of two families serves the other."""
    for start, end in repairs(decisions):
        rows = {i: json.loads(decisions[i]) for i in range(start, end)}
        for i, lost in rows.items():
            for j, kept in rows.items():
                if lost["data"]["state"] == "unserved" and kept["data"]["reason"] == "repair" and (
                        need(kept) < need(lost)):
                    for part in ("state", "reason", "distance_m", "giver"):
                        lost["data"][part], kept["data"][part] = kept["data"][part], lost["data"][part]
                    return {i: lost, j: kept}
    raise AssertionError("no repair breaks a promise and keeps another")


def change_too_much(decisions):
    """A repair gives one pair more to other hands, and says so in its count."""
    for start, end in repairs(decisions):
        last, plan = json.loads(decisions[end - 1]) if end > start else None, json.loads(decisions[end])
        for i in range(start):
            other = json.loads(decisions[i])
            if last and is_row(other) and other["data"]["state"] == "planned" and other["key"] > last["key"] and (
                    other["data"]["period"] == last["data"]["period"] and last["data"]["giver"]):
                other.update(id=last["id"], time=last["time"])
                other["data"].update(reason="repair", giver=last["data"]["giver"], revision=last["data"]["revision"])
                plan["data"]["changed"] += 1
                return decisions[:end] + [json.dumps(other, separators=(",", ":")),
                                          json.dumps(plan, separators=(",", ":"))] + decisions[end + 1:]
    raise AssertionError("no repair has a later family's row to change")


MUTATIONS = {
    "givers swapped": (swap_givers, "giver"),
    "somebody else's family": (edit(row("planned"), lambda d: d["giver"].update(
        id=registry.token("9471nip", 5), ref="ASN-5")), "giver"),
    "a needier family dropped": (edit(row("planned"), unserve), "state"),
    "a needier family dropped in a repair": (drop_the_needier, "state"),
    "wrong foster parent": (edit(lambda e: is_row(e) and e["data"]["reason"] == "kept",
                                 lambda d: d.update(giver={"kind": "asn", "id": registry.token("9471nip", 1),
                                                           "ref": "ASN-1"})), "giver"),
    "the next in the lottery served": (edit(row("unserved"), serve), "state"),
    "wrong waiting": (edit(lambda e: is_row(e) and e["data"]["class"]["waiting"] == 1,
                           lambda d: d["class"].update(waiting=2)), "waiting"),
    "wrong class": (edit(row("unserved"), lambda d: d["class"].update(band=(d["class"]["band"] + 1) % 3)), "class"),
    "wrong decile": (edit(row("unserved"), lambda d: d["class"].update(decile=3)), "class"),
    "wrong reason": (edit(row("unserved"), lambda d: d.update(reason="no_eligible_giver")), "reason"),
    "kept, but not by the foster parent": (edit(row("planned"), lambda d: d.update(reason="kept")), "reason"),
    "wrong distance": (edit(row("planned"), lambda d: d.update(distance_m=d["distance_m"] + 1)), "distance"),
    "a delivered pair touched": (edit(row("delivered"), lambda d: d["giver"].update(
        id=registry.token("9471nip", 6), ref="ASN-6")), "giver"),
    "wrong revision": (edit(row("delivered"), lambda d: d.update(revision=d["revision"] + 1)), "revision"),
    "stale digest": (edit(trigger("repair"), lambda d: d.update(digest="0" * 64)), "digest"),
    "wrong surplus": (edit(trigger("repair"), lambda d: d["surplus"].update(asn=d["surplus"]["asn"] + 1)), "surplus"),
    "wrong over": (edit(trigger("repair"), lambda d: d.update(over=d["over"] + 1)), "surplus"),
    "wrong supply": (edit(trigger("cut"), lambda d: d["supply"].update(asn_givers=99)), "supply"),
    "frozen rule changed": (edit(trigger("cut"), lambda d: d["rule"].update(lambda_m=1501)), "rule"),
    "frozen ladder changed": (edit(trigger("cut"), lambda d: d["rule"]["ladder"][0].update(packages=4)), "rule"),
    "another table of positions": (edit(trigger("cut"), lambda d: d["rule"].update(places="0" * 16)), "rule"),
    "wrong figures": (edit(trigger("close"), lambda d: d["objective"].update(kept=d["objective"]["kept"] + 1)),
                      "figures"),
    "wrong position": (edit(trigger("close"), lambda d: d["position"].update(offset=1)), "position"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_caught(regions, log, decisions, tmp_path, name):
    mutate, rule = MUTATIONS[name]
    spoilt = list(decisions)
    for at, event in mutate(decisions).items():
        spoilt[at] = json.dumps(event, separators=(",", ":"))
    assert spoilt != decisions
    done = run(regions, log, "--check", write(tmp_path / "d", spoilt))
    assert done.returncode == 1
    assert rule in done.stderr.rsplit(": ", 2)[-2] + done.stderr.rsplit(": ", 2)[-1], done.stderr


def test_one_change_too_many_is_caught(regions, log, decisions, tmp_path):
    done = run(regions, log, "--check", write(tmp_path / "d", change_too_much(decisions)))
    assert done.returncode == 1
    assert "a decision too many" in done.stderr, done.stderr


def without(decisions, choose):
    at = first(decisions, choose)
    return decisions[:at] + decisions[at + 1:]


def twice(decisions, choose):
    at = first(decisions, choose)
    return decisions[:at + 1] + decisions[at:]


@pytest.mark.parametrize("spoil", [
    lambda d: without(d, row("unserved")), lambda d: without(d, row("delivered")), lambda d: without(d, trigger("cut")),
    lambda d: without(d, trigger("close")), lambda d: twice(d, row("planned")), lambda d: twice(d, trigger("close")),
    lambda d: d[:-1], lambda d: d + d[-1:], lambda d: [d[1], d[0]] + d[2:], lambda d: [],
], ids=["row", "delivery", "cut", "close", "row twice", "close twice", "last", "last twice", "order", "all"])
def test_a_missing_or_doubled_decision_is_caught(regions, log, decisions, tmp_path, spoil):
    done = run(regions, log, "--check", write(tmp_path / "d", spoil(decisions)))
    assert done.returncode == 1
    assert "missing" in done.stderr or "too many" in done.stderr or "nothing in the registry" in done.stderr


BAD_LINES = {
    "not json": ("{", "(the line)", "not_json"),
    "two objects": ("{}{}", "(the line)", "not_json"),
    "no attributes": ("{}", "/specversion", "missing_field"),
    "no offset": (("offset", None), "/offset", "missing_field"),
    "old offset": (("offset", 0), "/offset", "inconsistent"),
    "no time": (("time", "yesterday"), "/time", "bad_date"),
    "no key": (("key", "nonsense"), "/key", "unknown_value"),
    "another's value": (("key", "household:9471/" + registry.token("x", 1)), "/data", "inconsistent"),
    "broken value": (("data", {"household": 1}), "/data/household", "wrong_type"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_it_stops_at_the_first_bad_line(regions, log, decisions, name):
    bad, pointer, reason = BAD_LINES[name]
    at = next(i for i, line in enumerate(log) if '"key":"period:9471/2026-02' in line) - 30
    while not json.loads(log[at])["key"].startswith("household:"):
        at += 1
    if isinstance(bad, tuple):
        event = json.loads(log[at])
        event[bad[0]] = bad[1]
        bad = json.dumps(event, separators=(",", ":"))
    done = run(regions, log[:at] + [bad] + log[at + 1:])
    assert done.returncode == 65
    assert f"standard input:{at + 1}: {pointer}" in done.stderr and f": {reason}: expected " in done.stderr, done.stderr
    written = done.stdout.splitlines()
    assert written == decisions[:len(written)] and written == decide(regions, log[:at])


def test_explain_tells_the_facts_in_order(regions, log, decisions):
    served = json.loads(decisions[first(decisions, row("planned"))])["data"]
    text = run(regions, log, "--explain", served["household"]).stdout
    order = ["2026-01: ", "cut at registry/", "class: decile", "of a needier class", "by lottery", "may serve it:"]
    assert [text.find(word) for word in order] == sorted(text.find(word) for word in order)
    assert all(word in text for word in order)
    unknown = run(regions, log, "--explain", registry.token("nobody", 1))
    assert (unknown.returncode, unknown.stdout) == (1, "")


def test_explain_tells_who_was_served_by_plan_and_who_off_plan(regions):
    """A family that waits asks why others of its village and class were served: not all owe it to the lottery."""
    log, rows = registry.make(2, households=200), {}
    for event in map(json.loads, decide(regions, log)):
        if event["type"].endswith("assignment.v1"):
            rows[event["key"]] = event["data"]
    told = 0
    for asked in [r for r in rows.values() if r["state"] == "unserved"]:
        alike = [r for r in rows.values() if all(r[k] == asked[k] for k in ("regency", "period", "village", "class"))
                 and r["state"] != "cancelled"]
        served = [r for r in alike if r["state"] != "unserved"]
        off_plan = sum(r["reason"] == "off_plan" for r in served)
        if off_plan == 0:
            continue
        told += 1
        text = run(regions, log, "--explain", asked["household"]).stdout
        text = next(part for part in text.split("\n" + asked["regency"]) if asked["period"] + ": unserved" in part)
        line = next(line for line in text.splitlines() if "by lottery" in line)
        assert f" of {len(alike)} by lottery; {len(served) - off_plan} are served by plan" in line, line
        assert line.endswith(f"; {off_plan} off plan"), line
        assert (", the last of them number " in line) == (len(served) > off_plan), line
        if told == 4:
            break
    assert told > 0


def test_usage_and_files(regions, log, tmp_path):
    assert run(regions, [], "--nonsense").returncode == 64
    assert run(regions, [], "stray").returncode == 64
    assert run(regions, [], "--history", str(tmp_path / "none")).returncode == 66
    assert run(str(tmp_path / "none"), []).returncode == 66
    assert run(regions, [], "--history", write(tmp_path / "bad", ["{}"])).returncode == 65
    assert run(regions, []).stdout == ""
    assert "cuts 6" in run(regions, log, "--stats").stderr
    assert run(regions, [], "--help").stdout.startswith("Usage: berbagi-plan")


def test_a_full_disk_is_told(regions, log):
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([PLAN, "--regions", regions], input="".join(line + "\n" for line in log), stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    assert done.returncode == 74
