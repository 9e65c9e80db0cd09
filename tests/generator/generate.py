#!/usr/bin/env python3
"""Writes what the outside would send in two months: the same seed gives the same bytes.

    generate.py OUT [--seed S] [--families N] [--wrong PERMILLE]

OUT/regions.csv                  the region table of the run, invented regencies included
OUT/<month>/asn.ndjson …         what berbagi-send publishes, one structured CloudEvent a line
OUT/<month>/smart_kampung.json   what the app knows in that month: ref -> KK number, ref -> NIP
OUT/expected.json                per month and type: how many lines, and what must become of them

N families come with a quarter as many civil servants. Banyuwangi has more than half of both, two invented regencies the
rest.
"""

import argparse
import datetime
import json
import os
from dataclasses import replace

import families as fam
import givers
import regions
import rng
import world
import wrong

MONTHS = (
    {"name": "1", "period": "2026-01", "edition": "2025-12", "day": datetime.date(2026, 1, 12),
     "from": "2026-01-28", "to": "2026-01-30", "report_by": "2026-02-04", "version": 1},
    {"name": "2", "period": "2026-02", "edition": "2026-02", "day": datetime.date(2026, 2, 12),
     "from": "2026-02-25", "to": "2026-02-27", "report_by": "2026-03-04", "version": 2},
)
# (weight, decile): invented regencies as Banyuwangi; deciles above 2 are registered and no targets.
DECILES = ((36, 1), (40, 2), (12, 3), (8, 4), (4, 5))
SOURCES = {"household": "//dtsen.example/ekspor", "asn": "//bkd.example/siasn", "donation": "//mitra.example/donasi",
           "period": "//banyuwangi.example/operator", "visit": "//smartkampung.example/kunjungan"}


def key(data):
    """What orders a source's records: those about one thing have one key."""
    return data.get("visit") or data.get("partner", "") + data.get("ref", "") or data["regency"]


def event(kind, event_id, day, second, data):
    at = datetime.datetime(day.year, day.month, day.day, 1) + datetime.timedelta(milliseconds=second)
    return {"specversion": "1.0", "id": event_id, "source": SOURCES[kind], "type": f"id.berbagi.raw.{kind}.v1",
            "time": at.isoformat(timespec="milliseconds") + "Z", "datacontenttype": "application/json",
            "key": key(data), "data": data}


class Run:
    """Everything that is decided once: places, families and givers of month 1, and how they change."""

    def __init__(self, seed, families):
        self.seed = seed
        self.size = families
        self.villages = world.villages_of_run()
        self.families, self.servants = {}, {}
        phones, nips = 0, set()
        for regency, villages in self.villages.items():
            real = regency == world.BANYUWANGI
            self.families[regency] = fam.first_edition(seed, regency, villages,
                                                       self.share(3400 if real else 1300), DECILES)
            count = self.share(1000 if real else 250)
            self.servants[regency] = givers.servants(seed, regency, villages, self.families[regency], count, phones,
                                                     nips)
            phones += count
        self.later = {regency: fam.next_edition(seed, self.families[regency], villages, DECILES)
                      for regency, villages in self.villages.items()}
        self.choose_movers()

    def share(self, of_6000):
        """A number that the run of 6,000 families has, in this run."""
        return max(1, of_6000 * self.size // 6000)

    def choose_movers(self):
        """One family and one giver of Banyuwangi who will move, one family whose KK number will change.

        They are spoiled in neither month, so that these changes are really run.
        """
        banyuwangi = next(iter(self.villages))
        before = {family.kk: family.decile for family in self.families[banyuwangi]}
        poor = [f for f in self.later[banyuwangi] if f.decile == 1 and before.get(f.kk) == 1]
        self.moving, self.changing = poor[0], poor[1]
        self.leaving = next(s for s in self.servants[banyuwangi] if givers.quota(s) and not s.own_kk)
        self.movers = {self.moving.ref, self.changing.ref, self.leaving.ref}

    def next_month(self):
        """The next edition, with those who moved and whose number changed."""
        banyuwangi, neighbour, other = self.villages
        self.families = self.later
        self.families[banyuwangi].remove(self.moving)
        self.families[neighbour].append(replace(self.moving, village=self.villages[neighbour][3]))
        at = self.families[banyuwangi].index(self.changing)
        self.families[banyuwangi][at] = replace(self.changing, former=self.changing.kk,
                                                kk="97109901010199" + self.changing.kk[14:])
        self.servants[banyuwangi].remove(self.leaving)
        self.servants[other].append(replace(self.leaving, regency=other, home=self.villages[other][0].code,
                                            work=self.villages[other][1].code))

    def households(self, month):
        for index, family in enumerate(f for families in self.families.values() for f in families):
            yield event("household", f"kk-{month['edition']}-{family.ref}", month["day"], index,
                        fam.data(self.seed, family, month["edition"]))

    def asn(self, month):
        for index, servant in enumerate(s for servants in self.servants.values() for s in servants):
            yield event("asn", f"asn-{month['version']}-{servant.ref}", month["day"], index,
                        givers.data(self.seed, servant, month["version"]))

    def donations(self, month):
        index = 0
        for regency, villages in self.villages.items():
            real = regency == world.BANYUWANGI
            for data in givers.donations(self.seed, regency, villages, month["period"], 8 if real else 2,
                                         self.share(40 if real else 160)):
                yield event("donation", f"{data['partner']}-{data['donation']}-{regency}", month["day"], index, data)
                index += 1


def period_event(month, regency, state, expect, second):
    data = {
        "period": month["period"], "regency": regency, "programme": "monthly_package", "item": "sembako",
        "deciles": [1, 2], "ladder": givers.LADDER, "distribution": {"from": month["from"], "to": month["to"]},
        "report_by": month["report_by"], "lambda_m": 5000, "seed": f"undian-{month['period']}",
        "edition": month["edition"], "roster": month["version"], "state": state,
    }
    if expect:
        data["expect"] = expect
    day = month["day"] + datetime.timedelta(days=1 if state == "plan" else 25)
    return event("period", f"{state}-{month['period']}-{regency}", day, second, data)


def usable_household(_way, _event):
    return True


def usable_asn(way, event_):
    """A bare roman is ambiguous for a PNS only; a part-time contract has no grade."""
    return not (way is wrong.ASN[3] and event_["data"]["employment"] != "pns")


def expectation(pairs, test):
    """How many accepted events pass the test, per regency. `test` gives the regency or None."""
    counts = {}
    for item, fate in pairs:
        regency = test(item["data"]) if fate == "accepted" else None
        if regency:
            counts[regency] = counts.get(regency, 0) + 1
    return counts


def write_month(run, month, out, scheme, permille):
    """Writes one month's files; returns {type: {fate: count}}."""
    folder = os.path.join(out, month["name"])
    os.makedirs(folder, exist_ok=True)
    households = list(wrong.spoil(run.seed, run.households(month), wrong.HOUSEHOLD, permille, usable_household,
                                  run.movers))
    asn = list(wrong.spoil(run.seed, run.asn(month), wrong.ASN, permille, usable_asn, run.movers))
    donations = [(item, "accepted") for item in run.donations(month)]
    targets = expectation(households, lambda d: scheme(d) if d["desil_nasional"] in (1, 2) else None)
    servants = {s.nip: s for group in run.servants.values() for s in group}
    quotas = expectation(asn, lambda d: d["regency"] if givers.quota(servants[d["nip"].replace(" ", "")]) else None)
    received = expectation(donations, lambda d: d["regency"])
    plans = [(period_event(month, regency, "plan", {
        "households": targets[regency], "givers": quotas[regency], "donations": received[regency]}, i), "accepted")
        for i, regency in enumerate(run.villages)]
    closes = [(period_event(month, regency, "close", None, i), "accepted") for i, regency in enumerate(run.villages)]
    files = {"household": households, "asn": asn, "donation": donations, "plan": plans, "close": closes}
    return {kind: wrong.write(os.path.join(folder, kind + ".ndjson"), pairs) for kind, pairs in files.items()}


def write_smart_kampung(run, known, month, out):
    """The app's own register: all families and givers seen so far, under the numbers they have now."""
    for group in run.families.values():
        for family in group:
            known["families"][f"{family.regency}/{family.ref}"] = {"kk": family.kk, "village": family.village.code}
    for group in run.servants.values():
        for servant in group:
            known["givers"][f"{servant.regency}/{servant.ref}"] = servant.nip
    with open(os.path.join(out, month["name"], "smart_kampung.json"), "w", encoding="utf-8") as target:
        json.dump(known, target, sort_keys=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out")
    parser.add_argument("--seed", default="contoh")
    parser.add_argument("--families", type=int, default=6000)
    parser.add_argument("--wrong", type=int, default=10, help="of 1000 events, how many go wrong")
    options = parser.parse_args()
    run = Run(options.seed, options.families)
    os.makedirs(options.out, exist_ok=True)
    regions.write(options.out, [v for villages in run.villages.values() for v in villages
                                if v.regency != world.BANYUWANGI])
    by_code = {}
    for villages in run.villages.values():
        for village in villages:
            by_code["bps", village.bps] = by_code["kemendagri", village.code] = village.regency
    expected, known = {}, {"families": {}, "givers": {}}
    for month in MONTHS:
        if month is not MONTHS[0]:
            run.next_month()
        expected[month["name"]] = write_month(run, month, options.out,
                                              lambda d: by_code[d["skema_wilayah"], d["kode_kelurahan_desa"]],
                                              options.wrong)
        write_smart_kampung(run, known, month, options.out)
    with open(os.path.join(options.out, "expected.json"), "w", encoding="utf-8") as target:
        json.dump(expected, target, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
