"""Civil servants and partners of a run, and the raw records that say so."""

import datetime
from dataclasses import dataclass

import numbers_of_people as numbers
import rng

EMPLOYMENTS = ((40, "pns"), (28, "pppk"), (32, "pppk_part_time"))
POSITIONS = ((1, "ii_b"), (1, "iii_a"), (2, "iii_b"), (3, "iv_a"), (3, "iv_b"), (50, "functional"), (40, "staff"))
PNS_GRADES = ((1, "I/d"), (4, "II/b"), (5, "II/c"), (6, "II/d"), (10, "III/a"), (12, "III/b"), (14, "III/c"),
              (14, "III/d"), (8, "IV/a"), (4, "IV/b"), (1, "IV/c"))
PPPK_GRADES = ((2, "V"), (3, "VII"), (10, "IX"), (2, "X"))

# What each giver brings; the first line that fits counts.
LADDER = [
    {"positions": ["ii_a", "ii_b"], "packages": 10},
    {"positions": ["iii_a", "iii_b"], "packages": 6},
    {"positions": ["iv_a", "iv_b"], "packages": 4},
    {"employment": ["pns"], "positions": ["functional"], "grades": ["IV/a", "IV/b", "IV/c"], "packages": 3},
    {"employment": ["pns"], "packages": 2},
    {"packages": 1},
]


@dataclass(frozen=True)
class Servant:
    index: int
    regency: str
    nip: str
    ref: str
    employment: str
    grade: str
    position: str
    home: str
    work: str
    own_kk: str
    phone: str
    consent: bool


def quota(servant):
    """What LADDER gives: kept here a second time on purpose, as the run's own expectation."""
    if servant.employment == "pppk_part_time":
        return 0
    for position, packages in (("ii_", 10), ("iii_", 6), ("iv_", 4)):
        if servant.position.startswith(position):
            return packages
    if servant.employment == "pns":
        return 3 if servant.position == "functional" and servant.grade.startswith("IV/") else 2
    return 1


def _nip(seed, regency, index, employment, offset):
    female = rng.chance(530, seed, "asn-sex", regency, index)
    birth = datetime.date(1966 + rng.below(32, seed, "asn-year", regency, index), 1 + rng.below(12, seed, "am", regency,
                          index), 1 + rng.below(28, seed, "ad", regency, index))
    year = max(birth.year + 20, 1990) + rng.below(6, seed, "appointed", regency, index)
    if employment == "pns":
        return numbers.nip(birth, datetime.date(min(year, 2025), 1 + rng.below(12, seed, "tmt", regency, index), 1),
                           female, offset)
    return numbers.nip_pppk(birth, 2019 + rng.below(7, seed, "contract", regency, index), female, offset)


def servants(seed, regency, villages, families, count, first_phone, seen):
    """`families` gives a few of them a poor family as their own. `seen` holds the NIPs given so far, and gets these."""
    made = []
    for index in range(count):
        employment = rng.weighted(EMPLOYMENTS, seed, "employment", regency, index)
        offset = 0
        nip = _nip(seed, regency, index, employment, offset)
        while nip in seen:
            offset += 1
            nip = _nip(seed, regency, index, employment, offset)
        seen.add(nip)
        grade = {"pns": lambda: rng.weighted(PNS_GRADES, seed, "grade", regency, index),
                 "pppk": lambda: rng.weighted(PPPK_GRADES, seed, "grade", regency, index),
                 "pppk_part_time": lambda: ""}[employment]()
        position = rng.weighted(POSITIONS, seed, "position", regency, index) if employment == "pns" else \
            rng.pick(("functional", "staff"), seed, "position", regency, index)
        home = rng.pick(villages, seed, "home", regency, index).code
        if rng.chance(30, seed, "far-home", regency, index):
            home = "3509012001"  # lives in the neighbouring regency, outside the table
        work = rng.pick(villages, seed, "work", regency, index).code
        own = rng.pick(families, seed, "own", regency, index).kk if rng.chance(20, seed, "has-own", regency, index) else ""
        phone = numbers.phone(seed, first_phone + index) if rng.chance(960, seed, "has-phone", regency, index) else ""
        made.append(Servant(index, regency, nip, f"ASN-{regency}-{index:05d}", employment, grade, position, home, work,
                            own, phone, rng.chance(930, seed, "consent", regency, index)))
    return made


GRADE_FORMS = ("{0}", "{0}", "{1}{2}", "{1} {2}", "{1}.{2}")


def data(seed, servant, version):
    """The `data` of a raw.asn event."""
    grade = servant.grade
    if "/" in grade:
        roman, letter = grade.split("/")
        grade = rng.pick(GRADE_FORMS, seed, "grade-form", servant.nip).format(grade, roman, letter)
    record = {
        "regency": servant.regency, "ref": servant.ref, "nip": servant.nip, "employment": servant.employment,
        "grade": grade or None, "position": servant.position, "unit": f"OPD-{servant.index % 40:02d}",
        "home_village": servant.home, "work_village": servant.work,
        "nomor_kartu_keluarga": servant.own_kk or None, "phone": servant.phone or None, "consent": servant.consent,
        "status": "active", "version": version, "nama": f"Pegawai Contoh {servant.index}",
    }
    if rng.chance(100, seed, "spaced-nip", servant.nip):
        record["nip"] = f"{servant.nip[:8]} {servant.nip[8:14]} {servant.nip[14]} {servant.nip[15:]}"
    return record


PARTNERS = (("bumn-contoh", "BUMN Contoh", "bumn"), ("bumd-contoh", "BUMD Contoh", "bumd"),
            ("hipmi", "HIPMI Uji", "hipmi"), ("kadin", "Kadin Uji", "kadin"), ("idi", "Ikatan Dokter Uji", "profession"),
            ("rs-contoh", "Rumah Sakit Contoh", "hospital"), ("tni-uji", "Kodim Uji", "tni"),
            ("polri-uji", "Polresta Uji", "polri"))


def donations(seed, regency, villages, period, count, packages):
    """`data` of raw.donation events: plain ones, and ones for a district, a village or decile 1."""
    made = []
    districts = sorted({village.district for village in villages})
    for index in range(count):
        partner, name, kind = PARTNERS[(index + int(regency)) % len(PARTNERS)]
        earmark = ({}, {"districts": [rng.pick(districts, seed, "district", regency, period, index)]}, {},
                   {"villages": [rng.pick(villages, seed, "village", regency, period, index).code], "deciles": [1, 2]},
                   {"deciles": [1]}, {})[index % 6]
        made.append({
            "donation": f"D-{period}-{index:02d}", "partner": partner, "partner_name": name, "partner_kind": kind,
            "regency": regency, "period": period,
            "packages": packages // 2 + rng.below(packages, seed, "packages", regency, period, index),
            "earmark": earmark, "base_village": rng.pick(villages, seed, "base", regency, period, index).code
            if index % 3 else None, "phone": numbers.phone(seed, 90000 + index + int(regency)), "consent": True,
            "state": "received", "version": 1,
        })
    return made
