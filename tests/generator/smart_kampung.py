#!/usr/bin/env python3
"""A stand-in for the app Smart Kampung: reads a plan, knows the numbers behind the references, reports visits.

    berbagi-log decision | smart_kampung.py KNOWN MONTH OUT [--seed S]

KNOWN is the generator's smart_kampung.json, MONTH a period (2026-01). Writes the raw.visit events to OUT and prints
what must become of them as JSON.
"""

import argparse
import datetime
import hashlib
import json
import sys

import rng
import wrong
from generate import MONTHS, SOURCES, key

# (of 1000, what happens at the door)
COURSE = ((870, "delivered"), (20, "other_giver"), (20, "not_home"), (20, "not_home_then_delivered"), (12, "moved"),
          (3, "deceased"), (5, "refused"), (8, "not_found"), (5, "wrong_family"), (5, "damaged"), (4, "taken_back"),
          (28, None))


def visit_id(seed, row):
    digest = hashlib.sha256(f"{seed}|visit|{row['regency']}|{row['period']}|{row['household']}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def rows_of(lines, period):
    """The latest row of each family of the period, in the order of their keys."""
    rows = {}
    for line in lines:
        item = json.loads(line)
        data = item.get("data")
        if data and "household" in data and data["period"] == period:
            rows[data["regency"], data["household"]] = data
    return [rows[key] for key in sorted(rows)]


class Reporter:
    def __init__(self, seed, known, month):
        self.seed, self.known, self.month = seed, known, month
        self.nips = {}
        for key, nip in sorted(known["givers"].items()):
            self.nips.setdefault(key.split("/")[0], []).append(nip)

    def giver(self, row):
        giver = row["giver"]
        if giver["kind"] == "partner":
            partner, donation = giver["id"].split("/", 1)
            return {"partner": partner, "donation": donation}
        return {"nip": self.known["givers"][f"{row['regency']}/{giver['ref']}"]}

    def findings(self, row):
        key = row["household"]
        found = {"alone": rng.chance(90, self.seed, "alone", key),
                 "health": rng.weighted(((88, "well"), (10, "ill"), (2, "bedridden")), self.seed, "health", key),
                 "dropouts": rng.weighted(((95, 0), (4, 1), (1, 2)), self.seed, "dropouts", key),
                 "house": rng.weighted(((80, "sound"), (14, "minor_damage"), (6, "unfit")), self.seed, "house", key),
                 "regular_aid": ["pkh"] if rng.chance(400, self.seed, "pkh", key) else []}
        if rng.chance(5, self.seed, "other", key):
            found["other"] = True
        if rng.chance(6, self.seed, "child", key):
            found["child"] = ["working"]
        return found

    def event(self, row, outcome, giver, kk, later=0):
        first = datetime.date.fromisoformat(self.month["from"])
        day = first + datetime.timedelta(days=rng.below(3, self.seed, "day", row["household"]) + later)
        wait = 9 if rng.chance(20, self.seed, "late", row["household"]) else 1
        at = datetime.datetime(day.year, day.month, day.day, 3) + datetime.timedelta(
            days=wait + later, seconds=rng.below(20000, self.seed, "second", row["household"]))
        identity = visit_id(self.seed, row)
        data = {"visit": identity, "regency": row["regency"], "village": row["village"], "period": row["period"],
                "nomor_kartu_keluarga": kk, "household_ref": row["household_ref"], **giver,
                "visited_on": day.isoformat(), "outcome": outcome}
        if outcome == "delivered":
            data["packages"] = 1
            data["findings"] = self.findings(row)
            data["note"] = "Keadaan keluarga contoh sesuai pengamatan."
        return {"specversion": "1.0", "id": f"{identity}-{later}-{outcome}", "source": SOURCES["visit"],
                "type": "id.berbagi.raw.visit.v1", "time": at.isoformat() + "Z",
                "datacontenttype": "application/json", "key": key(data), "data": data}

    def reports(self, row):
        """(event, fate) pairs of one planned family."""
        course = rng.weighted(COURSE, self.seed, "course", row["period"], row["household"])
        if course is None:
            return
        kk = self.known["families"][f"{row['regency']}/{row['household_ref']}"]["kk"]
        giver = self.giver(row)
        if course == "other_giver":
            giver = {"nip": rng.pick(self.nips[row["regency"]], self.seed, "other", row["household"])}
        first = {"delivered": "delivered", "other_giver": "delivered", "not_home_then_delivered": "not_home",
                 "wrong_family": "delivered", "damaged": "delivered", "taken_back": "delivered"}.get(course, course)
        if course == "wrong_family":
            kk = kk[:12] + f"{(int(kk[12:]) + 499) % 9999 + 1:04d}"  # never 0000
        if course == "damaged":
            kk = kk[:15]
        yield self.event(row, first, giver, kk), "bad_digits" if course == "damaged" else "accepted"
        if course == "not_home_then_delivered":
            yield self.event(row, "delivered", giver, kk, later=1), "accepted"
        if course == "taken_back":
            yield self.event(row, "void", giver, kk, later=1), "accepted"

    def all(self, rows):
        for row in rows:
            if row["state"] == "planned":
                yield from self.reports(row)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("known")
    parser.add_argument("month")
    parser.add_argument("out")
    parser.add_argument("--seed", default="contoh")
    options = parser.parse_args()
    with open(options.known, encoding="utf-8") as source:
        known = json.load(source)
    month = next(month for month in MONTHS if month["period"] == options.month)
    reporter = Reporter(options.seed, known, month)
    fates = wrong.write(options.out, reporter.all(rows_of(sys.stdin, options.month)))
    json.dump(fates, sys.stdout, sort_keys=True)


if __name__ == "__main__":
    main()
