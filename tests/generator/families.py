"""Families of a run: who they are in each DTSEN edition, and the raw records that say so."""

import datetime
from dataclasses import dataclass, replace

import numbers_of_people as numbers
import rng

EDITIONS = ("2025-12", "2026-02")
CODEBOOKS = ("dtsen-2026", "dtsen-2026", "regsosek-2022", "dtsen-hst-2026")
NAMES = ("Contoh", "Uji", "Rekaan", "Misal", "Peraga")


@dataclass(frozen=True)
class Family:
    index: int
    kk: str
    former: str     # former KK number, "" if it never changed
    ref: str
    village: object
    decile: int

    @property
    def regency(self):
        return self.village.regency


def first_edition(seed, regency, villages, count, deciles):
    """`deciles`: (weight, decile) pairs."""
    return [Family(index, numbers.kk(seed, regency, index), "", f"SK-{regency}-{index:06d}",
                   rng.pick(villages, seed, "village", regency, index),
                   rng.weighted(deciles, seed, "decile", regency, index)) for index in range(count)]


def next_edition(seed, families, villages, deciles):
    """The following edition: 2 % have gone from the file, 2 % are new, 6 % have another decile."""
    regency = villages[0].regency
    kept = []
    for family in families:
        if rng.chance(20, seed, "gone", family.kk):
            continue
        if rng.chance(60, seed, "regraded", family.kk):
            family = replace(family, decile=rng.weighted(deciles, seed, "decile-2", family.kk))
        kept.append(family)
    first = len(families)
    for index in range(first, first + len(families) // 50):
        kept.append(Family(index, numbers.kk(seed, regency, index), "", f"SK-{regency}-{index:06d}",
                           rng.pick(villages, seed, "village", regency, index),
                           rng.weighted(deciles, seed, "decile", regency, index)))
    return kept


def _birth(seed, kk, member, edition):
    year = int(edition[:4])
    if member == 0:
        age = 22 + rng.below(60, seed, "head-age", kk)
    elif member == 1:
        age = 20 + rng.below(55, seed, "spouse-age", kk)
    else:
        age = rng.below(24, seed, "child-age", kk, member)
    return datetime.date(year - age, 1 + rng.below(12, seed, "bm", kk, member), 1 + rng.below(28, seed, "bd", kk, member))


DISABILITIES = ("penglihatan", "pendengaran", "berjalan_atau_naik_tangga", "menggunakan_tangan_jari",
                "belajar_kemampuan_intelektual", "pengendalian_perilaku", "berbicara_komunikasi", "mengurus_diri",
                "mengingat_berkonsentrasi")


def member_record(seed, family, member, edition):
    birth = _birth(seed, family.kk, member, EDITIONS[0])
    female = rng.chance(500, seed, "sex", family.kk, member)
    record = {
        "nomor_induk_kependudukan": numbers.nik(seed, birth, female, family.kk, member),
        "nama": f"{rng.pick(NAMES, seed, 'name', family.kk, member)} {rng.pick(NAMES, seed, 'second', family.kk, member)}"
                f" {family.index}-{member}",
        "tanggal_lahir": birth.isoformat(),
        "jenis_kelamin": 2 if female else 1,
        "status_hubungan_keluarga": 1 if member == 0 else 2 if member == 1 else 3,
        "partisipasi_sekolah": rng.weighted(((3, 1), (70, 2), (27, 3)), seed, "school", family.kk, member),
        "penyakit_kronis": [rng.weighted(((92, 1), (4, 2), (2, 6), (2, 8)), seed, "ill", family.kk, member)],
    }
    for item in DISABILITIES:
        record[item] = rng.weighted(((1, 1), (3, 2), (6, 3), (490, 4)), seed, item, family.kk, member)
    if rng.chance(8, seed, "odd-member", family.kk, member, edition):
        record["nomor_induk_kependudukan"] = "tidak ada"
    return record


def data(seed, family, edition):
    """The `data` of a raw.household event."""
    size = rng.weighted(((16, 1), (21, 2), (26, 3), (20, 4), (10, 5), (5, 6), (2, 7)), seed, "size", family.kk)
    scheme = "bps" if rng.chance(500, seed, "scheme", family.kk, edition) else "kemendagri"
    spread = rng.below(3, seed, "spread", family.kk)
    record = {
        "codebook": rng.pick(CODEBOOKS, seed, "codebook", family.village.code),
        "versi": edition,
        "ref": family.ref,
        "skema_wilayah": scheme,
        "kode_kelurahan_desa": family.village.bps if scheme == "bps" else family.village.code,
        "nomor_kartu_keluarga": family.kk,
        "desil_nasional": family.decile,
        "desil_provinsi": min(10, family.decile + spread),
        "desil_kabupaten_kota": min(10, family.decile + spread),
        "keterangan": "aktif",
        "alamat": f"Dusun Contoh RT {1 + family.index % 9:03d} RW {1 + family.index % 5:03d}",
        "anggota": [member_record(seed, family, member, edition) for member in range(size)],
    }
    if family.former:
        record["nomor_kartu_keluarga_lama"] = family.former
    return record
