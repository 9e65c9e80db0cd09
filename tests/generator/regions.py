"""The region table of a run: the one that ships, and the invented regencies behind it (format: common/domain/region.h).

Positions are WGS-84 ECEF of the village at height 0 in whole metres, as the table has them.
"""

import math
import os

import world

AXIS, FLATTENING = 6378137.0, 1 / 298.257223563


def ecef(lat, lng):
    e2 = FLATTENING * (2 - FLATTENING)
    phi, lam = math.radians(lat), math.radians(lng)
    n = AXIS / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    return (round(n * math.cos(phi) * math.cos(lam)), round(n * math.cos(phi) * math.sin(lam)),
            round(n * (1 - e2) * math.sin(phi)))


def write(out, invented):
    """Writes OUT/regions.csv; `invented` are the villages of regencies that do not exist."""
    with open(os.path.join(world.DATA, "regions.csv"), encoding="utf-8") as source:
        lines = [f"version,{line.strip().split(',')[1]}-uji" if line.startswith("version,") else line.rstrip("\r\n")
                 for line in source]
    for regency in sorted({village.regency for village in invented}):
        lines.append(f"regency,{regency},Kabupaten Contoh {regency}")
    for district in sorted({village.district for village in invented}):
        lines.append(f"district,{district},Kecamatan Contoh {district}")
    for village in invented:
        x, y, z = ecef(village.lat, village.lng)
        lines.append(f"village,{village.code},{village.bps},{village.name},{x},{y},{z}")
    with open(os.path.join(out, "regions.csv"), "w", encoding="utf-8") as target:
        target.write("\n".join(lines) + "\n")
