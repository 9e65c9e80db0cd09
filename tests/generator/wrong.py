"""The ways in which real data is wrong, and what must become of each.

Each way takes the events about one thing and returns (event, fate) pairs; a fate is accepted, duplicate, stale or the
code of a rejection.
"""

import copy
import json

import rng


def _with(event, field, value, suffix):
    broken = copy.deepcopy(event)
    broken["id"] += suffix
    if value is None:
        del broken["data"][field]
    else:
        broken["data"][field] = value
    return broken


def _instead(field, value, code):
    return lambda event: [(_with(event, field, value, "-x"), code)]


def _twice(event):
    return [(event, "accepted"), (copy.deepcopy(event), "duplicate")]


def _older_edition(event):
    return [(event, "accepted"), (_with(event, "versi", "2025-06", "-old"), "stale")]


def _older_version(event):
    return [(event, "accepted"), (_with(event, "version", event["data"]["version"] - 1, "-old"), "stale")]


HOUSEHOLD = (
    _instead("nomor_kartu_keluarga", "9,71016E+15", "spreadsheet_damage"),
    _instead("nomor_kartu_keluarga", 9710010101010001, "spreadsheet_damage"),
    _instead("nomor_kartu_keluarga", "971001010101000", "bad_digits"),
    _instead("nomor_kartu_keluarga", "9999999999999999", "placeholder_id"),
    _instead("kode_kelurahan_desa", "9899012001", "unknown_region"),
    _instead("codebook", "dtks-2019", "unknown_codebook"),
    _instead("versi", None, "missing_field"),
    _instead("desil_nasional", 11, "out_of_range"),
    _instead("desil_nasional", "satu", "wrong_type"),
    _instead("ref", "SK 3510 1", "out_of_range"),
    _twice, _twice, _older_edition,
)
ASN = (
    _instead("nip", "198002302005011901", "bad_date"),
    _instead("nip", "198002012005011000", "spreadsheet_damage"),
    _instead("employment", "honorer", "unknown_value"),
    _instead("grade", "IV", "ambiguous_code"),
    _twice, _older_version,
)


def spoil(seed, events, ways, permille, usable, spared):
    """Yields (event, fate): about `permille` of the events go wrong, each in one of the ways that `usable` lets it.

    Events whose `ref` is in `spared` never do.
    """
    for event in events:
        if event["data"]["ref"] in spared or not rng.chance(permille, seed, "wrong", event["id"]):
            yield event, "accepted"
            continue
        way = rng.pick([way for way in ways if usable(way, event)], seed, "way", event["id"])
        yield from way(event)


def write(path, pairs):
    """Writes the events of (event, fate) pairs as NDJSON; returns {fate: how many}."""
    fates = {}
    with open(path, "w", encoding="utf-8") as out:
        for event, fate in pairs:
            out.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
            fates[fate] = fates.get(fate, 0) + 1
    return fates
