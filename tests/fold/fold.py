#!/usr/bin/env python3
"""Computes every figure of reporting's views a second time, from the topics alone.

    fold.py DIR        DIR holds <topic>.ndjson as berbagi-log writes them; prints {view: sorted rows} as JSON

It shares nothing with reporting: no SQL, no code, only the contract. test_views.py compares the two.
"""

import collections
import datetime
import json
import os
import sys

TOPICS = ("registry", "visit", "referral", "tally", "decision", "notification")
LEFT = {"household": "left", "asn": "moved", "donation": "withdrawn"}
# BPS, Kabupaten Banyuwangi in figures: year, percent poor, persons.
POVERTY = ((2021, 8.07, None), (2022, 7.51, None), (2023, 7.34, 119520), (2024, 6.54, 106610), (2025, 6.13, None))


def latest(folder):
    """{topic: {key: data}}; a tombstone's data is None."""
    state = {}
    for topic in TOPICS:
        state[topic] = {}
        with open(os.path.join(folder, topic + ".ndjson"), encoding="utf-8") as lines:
            for line in lines:
                event = json.loads(line)
                key, data = event["key"], event.get("data")
                if data is None and topic == "registry":
                    kind = key.split(":", 1)[0]
                    if kind in LEFT and key in state[topic]:
                        field = "state" if kind == "donation" else "status"
                        state[topic][key] = {**state[topic][key], field: LEFT[kind]}
                elif data is not None:
                    state[topic][key] = data
    return state


def zone(regency):
    province = int(regency) // 100
    if province in (81, 82) or 91 <= province <= 96:
        return 9
    return 8 if 51 <= province <= 53 or 63 <= province <= 65 or 71 <= province <= 76 else 7


def local_date(instant, regency):
    at = datetime.datetime.fromisoformat(instant.replace("Z", "+00:00"))
    return (at + datetime.timedelta(hours=zone(regency))).date().isoformat()


def count(items, key, measures):
    """Rows (key…, measure…) where each measure is a function giving a number per item."""
    sums = collections.defaultdict(lambda: [0] * len(measures))
    for item in items:
        row = sums[key(item)]
        for at, measure in enumerate(measures):
            row[at] += int(measure(item))
    return [list(k) + v for k, v in sums.items()]


def intake(tallies):
    lines = [(t["topic"], c) for t in tallies for c in t["counts"]]

    def fates(c):
        return c["accepted"] + c["duplicate"] + c["stale"] + sum(c["rejected"].values())
    rows = count(lines, lambda x: (x[0], x[1]["source"], x[1]["type"]),
                 [lambda x: fates(x[1]), lambda x: x[1]["accepted"], lambda x: x[1]["duplicate"],
                  lambda x: x[1]["stale"], lambda x: sum(x[1]["rejected"].values()),
                  lambda x: sum(x[1]["warnings"].values())])
    offsets = dict(count(tallies, lambda t: (t["topic"],), [lambda t: t["next"] - t["from"]]))
    records = dict(count(lines, lambda x: (x[0],), [lambda x: fates(x[1])]))
    balance = [[topic, n, records.get(topic, 0), n - records.get(topic, 0)] for topic, n in offsets.items()]

    def codes(field):
        said = [(topic, c["source"], c["type"], code, n) for topic, c in lines for code, n in c[field].items()]
        return count(said, lambda x: x[:4], [lambda x: x[4]])
    return {"intake": rows, "intake_balance": balance, "intake_rejected": codes("rejected"),
            "intake_warning": codes("warnings")}


ROW_MEASURES = [lambda r: r["state"] != "cancelled", lambda r: r["state"] in ("planned", "delivered"),
                lambda r: r["state"] == "delivered", lambda r: r["state"] == "unserved",
                lambda r: r["state"] == "cancelled"]


def served(rows):
    place = [lambda r: (int(r["regency"]), r["period"])]
    return {
        "served_by_class": count(rows, lambda r: place[0](r) + (r["class"]["decile"], r["class"]["band"],
                                                                r["class"]["waiting"]), ROW_MEASURES),
        "served_by_decile": count(rows, lambda r: place[0](r) + (r["class"]["decile"],), ROW_MEASURES),
        "served_by_village": count(rows, lambda r: place[0](r) + (int(r["village"]), r["class"]["decile"]),
                                   ROW_MEASURES),
        "served_by_district": count(rows, lambda r: place[0](r) + (int(r["village"]) // 10000, r["class"]["decile"]),
                                    ROW_MEASURES),
        "unserved": count([r for r in rows if r["state"] == "unserved"],
                          lambda r: place[0](r) + (r["class"]["decile"], r["reason"]), [lambda r: 1]),
    }


def plans(events, rows):
    force, figures = {}, {}
    for plan in sorted(events, key=lambda p: p["revision"]):
        at = (int(plan["regency"]), plan["period"])
        if plan["trigger"] != "refused":
            force[at] = plan
        if plan["trigger"] in ("cut", "close"):
            figures[at] = plan
    states = collections.Counter((int(r["regency"]), r["period"], r["state"]) for r in rows)
    kept = collections.Counter((int(r["regency"]), r["period"]) for r in rows
                               if r["reason"] == "kept" and r["state"] in ("planned", "delivered"))
    packages = []
    for at, plan in force.items():
        supply, surplus = plan["supply"], plan["surplus"]
        row = [supply["asn_packages"], supply["partner_packages"], plan["over"], states[at + ("delivered",)],
               states[at + ("planned",)], surplus["asn"], surplus["partner"], surplus["stranded"]]
        packages.append(list(at) + row + [sum(row[:3]) - sum(row[3:])])
    pairs = [list(at) + [p["objective"]["keepable"], p["objective"]["kept"], kept[at]] for at, p in figures.items()]
    return force, {"packages": packages, "foster_pairs": pairs}


def visits(seen, force, households, rows):
    def late(visit):
        plan = force.get((int(visit["regency"]), visit["period"]))
        due = plan and plan["report_by"]
        return bool(due) and local_date(visit["reported_at"], visit["regency"]) > due
    known = {(h["regency"], h["household"]) for h in households}
    targets = {(r["regency"], r["period"], r["household"]) for r in rows}
    strangers = [v for v in seen if v["outcome"] != "void"
                 and (v["regency"], v["period"], v["household"]) not in targets]
    return {"visits": count(seen, lambda v: (int(v["regency"]), v["period"], v["outcome"]), [lambda v: 1, late]),
            "visits_to_unknown": [[int(v["regency"]), v["period"], v["visit"],
                                   (v["regency"], v["household"]) in known] for v in strangers]}


def referrals(items):
    cases = {}
    for r in sorted(items, key=lambda r: (r["opened_on"], r["due_on"], r["visit"])):
        if r["state"] == "open":
            cases.setdefault((int(r["regency"]), r["household"], r["kind"], r["opened_on"][:7] + "-01"),
                             [r["ref"], int(r["village"]), r["opened_on"], r["due_on"]])
    kinds = {}
    for (regency, _, kind, _), (_, _, _, due) in cases.items():
        kinds.setdefault((regency, kind), []).append(due)
    return {"open_referrals": [list(k) + [len(d), min(d), max(d)] for k, d in kinds.items()],
            "referral_cases": [list(k) + case for k, case in cases.items()]}


def poverty(classes):
    """The figures of Banyuwangi; the periods stand beside the newest."""
    periods = count([row for row in classes if row[0] == 3510], lambda row: (row[1],),
                    [lambda row: row[5], lambda row: row[6]])
    beside = {POVERTY[-1][0]: periods} if periods else {}
    return [[3510, year, percent, persons, "BPS", *columns] for year, percent, persons in POVERTY
            for columns in beside.get(year, [[None] * 3])]


def fold(folder):
    state = latest(folder)
    rows = [d for d in state["decision"].values() if "household" in d]
    events = [d for d in state["decision"].values() if "trigger" in d]
    households = [d for k, d in state["registry"].items() if k.startswith("household:")]
    force, result = plans(events, rows)
    result.update(served(rows))
    result.update(intake(list(state["tally"].values())))
    result.update(visits(list(state["visit"].values()), force, households, rows))
    result.update(referrals(state["referral"].values()))
    result["poverty_beside_coverage"] = poverty(result["served_by_class"])
    result["messages"] = count(state["notification"].values(),
                               lambda n: (int(n["regency"]), n["period"], n["kind"], n["state"], n["reason"]),
                               [lambda n: 1, lambda n: n["families"]])
    return {view: sorted(view_rows, key=json.dumps) for view, view_rows in result.items()}


if __name__ == "__main__":
    json.dump(fold(sys.argv[1]), sys.stdout, indent=1)
