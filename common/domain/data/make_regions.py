#!/usr/bin/env python3
"""Makes regions.csv, the region table that the daemons read, from the four source files beside it.

    make_regions.py [--version TEXT] [--out FILE]

The same inputs give the same bytes. A country's table is made the same way from a file of all villages with the columns
of banyuwangi_villages.csv; its format stands in common/domain/region.h. Positions are the WGS-84 ECEF coordinates of the
centroid at height 0, each rounded to the nearest metre (half away from zero): computed here, once, with 50 digits, so
that every machine has the same integers.
"""

import argparse
import csv
import os
from decimal import ROUND_HALF_UP, Decimal, getcontext

getcontext().prec = 50
HERE = os.path.dirname(os.path.abspath(__file__))
PI = Decimal("3.14159265358979323846264338327950288419716939937511")

# WGS-84, NIMA TR8350.2: semi-major axis in metres and flattening.
AXIS = Decimal(6378137)
FLATTENING = 1 / Decimal("298.257223563")
ECCENTRICITY2 = FLATTENING * (2 - FLATTENING)


def sine(x):
    """By its series; |x| <= pi."""
    term, total, n = x, x, 1
    while abs(term) > Decimal("1e-45"):
        term *= -x * x / ((2 * n) * (2 * n + 1))
        total += term
        n += 1
    return total


def cosine(x):
    return sine(PI / 2 - x) if x >= 0 else sine(PI / 2 + x)


def ecef(lat, lng):
    phi, lam = Decimal(lat) * PI / 180, Decimal(lng) * PI / 180
    sin_phi, cos_phi = sine(phi), cosine(phi)
    radius = AXIS / (1 - ECCENTRICITY2 * sin_phi * sin_phi).sqrt()
    exact = (radius * cos_phi * cosine(lam), radius * cos_phi * sine(lam), radius * (1 - ECCENTRICITY2) * sin_phi)
    return [int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP)) for value in exact]


def rows(name):
    with open(os.path.join(HERE, name), encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def plain(text):
    if "," in text or '"' in text:
        raise SystemExit(f"a name with a comma or quote has no place in the table: {text}")
    return text


def lines(version):
    yield "# Made by make_regions.py. Format: common/domain/region.h. Sources and licence: README.md beside this file."
    yield f"version,{version}"
    for row in sorted(rows("regencies.csv"), key=lambda r: r["code"]):
        yield f"regency,{row['code']},{plain(row['name'])}"
    for row in rows("banyuwangi_districts.csv"):
        yield f"district,{row['kode_kemendagri'].replace('.', '')},{plain(row['nama'])}"
    for row in rows("banyuwangi_villages.csv"):
        x, y, z = ecef(row["lat"], row["lng"])
        yield f"village,{row['kode_polos']},{row['kode_bps_10']},{plain(row['nama'])},{x},{y},{z}"
    for row in rows("region_code_moves.csv"):
        yield f"gone,{row['old_code'].replace('.', '')},{row['new_code'].replace('.', '')}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", default="kepmendagri-300.2.2-2430-2025.1", help="what the table calls itself")
    parser.add_argument("--out", default=os.path.join(HERE, "regions.csv"))
    options = parser.parse_args()
    with open(options.out, "w", encoding="utf-8", newline="\n") as out:
        out.writelines(line + "\n" for line in lines(options.version))


if __name__ == "__main__":
    main()
