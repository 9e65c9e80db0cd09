"""The places of a run: Banyuwangi as it is, and invented regencies.

An invented regency has codes that no real one has. `contoh_asri` is chosen so that it shares its Kafka partition with
Banyuwangi; the other must not.
"""

import csv
import os
from dataclasses import dataclass

import rng

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "common", "domain", "data")
BANYUWANGI = "3510"


@dataclass(frozen=True)
class Village:
    regency: str
    code: str      # Kemendagri, 10 digits
    bps: str       # BPS, 10 digits
    name: str
    lat: float
    lng: float

    @property
    def district(self):
        return self.code[:6]


def murmur2(data):
    """Kafka's murmur2 over bytes, as an unsigned 32-bit number."""
    mask = 0xFFFFFFFF
    multiplier, length = 0x5BD1E995, len(data)
    h = 0x9747B28C ^ length
    for at in range(0, length - length % 4, 4):
        k = int.from_bytes(data[at:at + 4], "little") * multiplier & mask
        k = (k ^ (k >> 24)) * multiplier & mask
        h = (h * multiplier & mask) ^ k
    tail = data[length - length % 4:]
    if tail:
        h = (h ^ int.from_bytes(tail, "little")) * multiplier & mask
    h = (h ^ (h >> 13)) * multiplier & mask
    return h ^ (h >> 15)


def partition(regency, count=16):
    return (murmur2(regency.encode()) & 0x7FFFFFFF) % count


def real_villages():
    """The 217 villages of Banyuwangi."""
    with open(os.path.join(DATA, "banyuwangi_villages.csv"), encoding="utf-8", newline="") as source:
        return [Village(BANYUWANGI, row["kode_polos"], row["kode_bps_10"], row["nama"], float(row["lat"]),
                        float(row["lng"])) for row in csv.DictReader(source)]


def invented_codes(count=16):
    """Two codes of province 35 that no regency has: one in Banyuwangi's partition, one in another."""
    free = [f"35{number}" for number in range(81, 100)]
    shared = [code for code in free if partition(code, count) == partition(BANYUWANGI, count)]
    other = [code for code in free if partition(code, count) != partition(BANYUWANGI, count)]
    return shared[0], other[0]


def invented_villages(regency, districts=4, per_district=5):
    """A regency of 20 villages some kilometres apart, off any real map."""
    villages = []
    for d in range(1, districts + 1):
        for v in range(1, per_district + 1):
            code = f"{regency}{d:02d}{2000 + v}"
            bps = f"{regency}{d * 10:03d}{v:03d}"
            lat = -8.0 - 0.05 * d - 0.001 * rng.below(30, regency, "lat", code)
            lng = 112.0 + 0.04 * v + 0.001 * rng.below(30, regency, "lng", code)
            villages.append(Village(regency, code, bps, f"Desa Contoh {d}-{v}", lat, lng))
    return villages


def villages_of_run():
    shared, other = invented_codes()
    return {BANYUWANGI: real_villages(), shared: invented_villages(shared), other: invented_villages(other)}
