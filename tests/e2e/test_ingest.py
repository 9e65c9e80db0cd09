"""Ingest with real Kafka and Redis: every field of the five raw types, every reject code, every fate."""

import json
import re

import pytest

from intake import EARLIER, EAST, LATER, WEST, Ingest, asn, donation, e164, household, kk, nik, nip, period, phone, \
    visit, village, without


@pytest.fixture(name="ingest", scope="module")
def fixture_ingest(tmp_path_factory):
    ingest = Ingest(tmp_path_factory.mktemp("ingest"))
    yield ingest
    ingest.close()


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# ---- every field ----

MEMBER = {"nomor_induk_kependudukan": nik(1), "nama": "Contoh Rekaan Satu", "tanggal_lahir": "1940-01-01",
          "jenis_kelamin": 1, "status_hubungan_keluarga": "1", "partisipasi_sekolah": 2}


def test_household(ingest):
    ingest.send("household", household(
        101, skema_wilayah="bps", kode_kelurahan_desa="1199010002", desil_provinsi=2, desil_kabupaten_kota=3,
        nomor_kartu_keluarga="1199.0101-0110 0101", nomor_kartu_keluarga_lama=kk(102), keterangan="aktif",
        anggota=[MEMBER]), "h-1", traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    ingest.send("household", household(103, keterangan="keluar", desil_nasional=None, desil_provinsi=4), "h-2")
    ingest.settle()
    now, former = ingest.token("kk", kk(101)), ingest.token("kk", kk(102))
    fields = {"household": now, "ref": "SK-101", "regency": EAST, "village": EAST + "012002",
              "decile": {"national": 1, "province": 2, "regency": 3}, "dtsen": "2026-01", "members": 1, "band": 0,
              "status": "active", "was": former}
    farewell = {**fields, "household": former, "village": None, "status": "left", "was": None}
    events = ingest.of("h-1")
    assert events == {f"registry household:1199/{now} #household": fields,
                      f"registry household:1199/{former} #farewell.1199": farewell}
    left = ingest.token("kk", kk(103))
    assert ingest.of("h-2") == {f"registry household:1199/{left} #household": {
        **fields, "household": left, "ref": "SK-103", "village": village(EAST), "status": "left", "was": None,
        "decile": {"national": None, "province": 4, "regency": None}, "members": None, "band": 2}}
    record = next(r for r in ingest.read("registry") if r.key == f"household:1199/{now}")
    assert record.value.decode() == compact(fields)  # one line, fields in the contract's order
    headers = dict(record.headers)
    assert headers.pop("berbagi_origin").startswith("berbagi.raw.household/0/")
    assert headers == {"ce_specversion": "1.0", "ce_id": "h-1#household", "ce_source": "//uji/sumber",
                       "ce_type": "id.berbagi.household.v1", "ce_subject": EAST, "ce_time": "2026-01-28T03:00:00.000Z",
                       "content-type": "application/json", "berbagi_version": "2026-01",
                       "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def test_asn(ingest):
    ingest.send("asn", asn(111, regency="11.99", nip=" 19900101 201505 1 111", nip_lama=nip(112), version=7,
                           home_village="11.99.01.2001", work_village="9999999999", nomor_kartu_keluarga=kk(113)), "a-1")
    ingest.send("asn", without(asn(114, employment="pppk_part_time", status="leave", consent=None), "grade", "phone",
                               "home_village", "work_village"), "a-2", LATER)
    ingest.settle()
    now, former = ingest.token("nip", nip(111)), ingest.token("nip", nip(112))
    fields = {"asn": now, "ref": "ASN-111", "regency": EAST, "employment": "pns", "grade": "III/c", "position": "staff",
              "unit": "OPD-1", "home_village": village(EAST), "work_village": "9999999999",
              "household": ingest.token("kk", kk(113)), "status": "active", "version": 7, "was": former}
    events = ingest.of("a-1")
    contact = events.pop(f"contact 1199/{now} #contact")
    assert re.fullmatch(r"k1\.[A-Za-z0-9_-]{59}", contact.pop("phone"))
    assert contact == {"giver": {"kind": "asn", "id": now}, "regency": EAST,
                       "phone_token": ingest.token("phone", e164(111)), "consent": True}
    assert events == {
        f"registry asn:1199/{now} #asn": fields,
        f"registry asn:1199/{former} #farewell.1199": {**fields, "asn": former, "home_village": None,
                                                       "work_village": None, "status": "moved", "was": None},
        f"contact 1199/{former} #contact.1199": None}
    part_time = ingest.token("nip", nip(114))
    assert ingest.of("a-2") == {
        f"registry asn:1199/{part_time} #asn": {
            **fields, "asn": part_time, "ref": "ASN-114", "employment": "pppk_part_time", "grade": None,
            "home_village": None, "work_village": None, "household": None, "status": "leave", "version": 1, "was": None},
        f"contact 1199/{part_time} #contact.1199": None}


def test_donation(ingest):
    earmark = {"villages": [village(EAST)], "districts": ["11.99.01"], "deciles": [2, 1]}
    ingest.send("donation", donation("D-1", earmark=earmark, phone="+62 812-0077-0121", consent=False, version=3), "d-1")
    ingest.send("donation", without(donation("D-2", packages=0, state="pledged"), "base_village"), "d-2")
    ingest.settle()
    fields = {"donation": "D-1", "partner": "hipmi-uji", "partner_name": "HIPMI Uji", "partner_kind": "hipmi",
              "regency": EAST, "period": "2026-01", "packages": 100,
              "earmark": {"villages": [village(EAST)], "districts": ["119901"], "deciles": [2, 1]},
              "base_village": village(EAST), "state": "received", "version": 3}
    events = ingest.of("d-1")
    contact = events.pop("contact 1199/hipmi-uji/D-1 #contact")
    assert contact["giver"] == {"kind": "partner", "id": "hipmi-uji/D-1"} and contact["consent"] is False
    assert contact["phone_token"] == ingest.token("phone", e164(121))
    assert events == {"registry donation:1199/hipmi-uji/D-1 #donation": fields}
    assert ingest.of("d-2") == {
        "registry donation:1199/hipmi-uji/D-2 #donation": {
            **fields, "donation": "D-2", "packages": 0, "base_village": None, "state": "pledged", "version": 1,
            "earmark": None},
        "contact 1199/hipmi-uji/D-2 #contact.1199": None}


def test_period(ingest):
    ladder = [{"employment": ["pns"], "positions": ["ii_a"], "grades": ["IIIc"], "packages": 10}, {"packages": 1}]
    full = period(name="2026-w05", programme="weekly_dish", item="eggs", deciles=[2, 1], decile_basis="regency",
                  ladder=ladder, lambda_m=-1, edition="2026-01", roster=4,
                  expect={"households": 1, "givers": 2, "donations": 3})
    ingest.send("period", full, "p-1")
    ingest.send("period", period("close", name="2026-w05"), "p-2")
    ingest.settle()
    fields = {"period": "2026-w05", "regency": EAST, "programme": "weekly_dish", "item": "eggs", "deciles": [2, 1],
              "decile_basis": "regency",
              "ladder": [{"employment": ["pns"], "positions": ["ii_a"], "grades": ["III/c"], "packages": 10},
                         {"employment": [], "positions": [], "grades": [], "packages": 1}],
              "distribution": {"from": "2026-01-05", "to": "2026-01-25"}, "report_by": "2026-01-31", "lambda_m": -1,
              "seed": "undian", "edition": "2026-01", "roster": 4, "state": "plan",
              "expect": {"households": 1, "givers": 2, "donations": 3}}
    assert ingest.of("p-1") == {"registry period:1199/2026-w05/plan #period": fields}
    assert ingest.of("p-2") == {"registry period:1199/2026-w05/close #period": {
        **fields, "programme": "monthly_package", "item": "sembako", "deciles": [1, 2], "decile_basis": "national",
        "ladder": [fields["ladder"][1]], "lambda_m": 5000, "edition": None, "roster": None, "state": "close",
        "expect": None}}


def test_visit(ingest):
    findings = {"alone": True, "health": "ill", "dropouts": 0, "child": ["working"], "regular_aid": ["pkh", "other"],
                "house": "unfit", "other": True}
    ingest.send("visit", visit(131, packages=2, findings=findings, note="Rumah bocor, kata Bu Rekaan."), "v-1")
    ingest.send("visit", without(visit(132, outcome="moved", partner="hipmi-uji", donation="D-1"), "nip",
                                 "household_ref"), "v-2", LATER)
    ingest.settle()
    family, name = ingest.token("kk", kk(131)), visit(131)["visit"]
    giver = {"kind": "asn", "id": ingest.token("nip", nip(131))}
    referral = {"household": family, "ref": "SK-131", "regency": EAST, "village": village(EAST), "visit": name,
                "opened_on": "2026-01-27", "state": "open"}
    due = {"rawat_warga": "2026-01-30", "see_note": "2026-01-30", "rantang_kasih": "2026-02-03",
           "garda_ampuh": "2026-02-10", "bedah_rumah": "2026-02-26"}
    common = {"visit": name, "period": "2026-01", "regency": EAST, "household": family, "giver": giver,
              "outcome": "delivered", "packages": 2}
    assert ingest.of("v-1") == {
        f"registry delivery:1199/{name} #delivery": {**common, "on": "2026-01-27"},
        f"visit 1199/{name} #visit": {**common, "village": village(EAST), "visited_on": "2026-01-27",
                                      "reported_at": "2026-01-28T03:00:00.000Z", "findings": findings},
        **{f"referral 1199/{name}/{kind} #referral.{kind}": {**referral, "referral": f"{name}/{kind}", "kind": kind,
                                                             "due_on": day} for kind, day in due.items()}}
    events, name = ingest.of("v-2"), visit(132)["visit"]
    assert events[f"registry delivery:1199/{name} #delivery"]["giver"] == {"kind": "partner", "id": "hipmi-uji/D-1"}
    assert events[f"visit 1199/{name} #visit"]["findings"] is None
    assert events[f"visit 1199/{name} #visit"]["reported_at"] == "2026-01-29T03:30:00.000Z"
    assert events[f"referral 1199/{name}/data_correction #referral.data_correction"]["due_on"] == "2026-02-10"
    assert len(events) == 3


# ---- every code ----

DEEP = b'{"a":' * 9 + b"1" + b"}" * 9
LARGE = b'{"a":"' + b"x" * 262144 + b'"}'
# type, the value (a record or bytes), code, pointer, a piece of what would have been right
REFUSED = [
    ("household", b"", "not_json", "", "JSON"),
    ("household", DEEP, "not_json", "", ""),
    ("visit", LARGE, "too_large", "", "262144"),
    ("visit", without(visit(1), "outcome"), "missing_field", "/outcome", ""),
    ("donation", donation("D-9", packages="100"), "wrong_type", "/packages", ""),
    ("asn", asn(1, status="aktif"), "unknown_value", "/status", "active"),
    ("asn", asn(1, version=-1), "out_of_range", "/version", ""),
    ("period", period(report_by="2026-01-24"), "inconsistent", "/report_by", ""),
    ("household", household(1, nomor_kartu_keluarga="11990101"), "bad_digits", "/nomor_kartu_keluarga", "16"),
    ("visit", visit(1, visited_on="28-01-2026"), "bad_date", "/visited_on", "YYYY-MM-DD"),
    ("household", household(1, nomor_kartu_keluarga="1" * 16), "placeholder_id", "/nomor_kartu_keluarga", ""),
    ("household", household(1, nomor_kartu_keluarga="1,19901E+15"), "spreadsheet_damage", "/nomor_kartu_keluarga", ""),
    ("household", household(1, ref="SK" + nik(9)), "forbidden_content", "/ref", "16 digits"),
    ("household", household(1, codebook="dtsen-1999"), "unknown_codebook", "/codebook", "dtsen-2026"),
    ("household", household(1, kode_kelurahan_desa="1197012001"), "unknown_region", "/kode_kelurahan_desa",
     "1198012001"),
    ("asn", asn(1, grade="IV"), "ambiguous_code", "/grade", ""),
]


@pytest.mark.parametrize("kind,value,code,pointer,expected", REFUSED, ids=[row[2] + "-" + row[0] for row in REFUSED])
def test_refused(ingest, kind, value, code, pointer, expected):
    before = ingest.count
    place = ingest.put(kind, value if isinstance(value, bytes) else json.dumps(value).encode(),
                       ingest.headers(kind, berbagi_reason="theirs"), key=b"kunci-1")
    ingest.settle()
    headers, record = ingest.refusal(place[0])
    assert headers is not None, "it is not in `rejected`"
    assert (headers["berbagi_reason"], headers["berbagi_pointer"]) == (code, pointer)
    assert expected in headers["berbagi_expected"] and headers["berbagi_expected"]
    assert headers["berbagi_service"] == "ingest" and re.fullmatch(r"\S+Z", headers["berbagi_at"])
    assert record.value == ingest.sent[-1] and record.key == "kunci-1"
    assert headers["ce_id"] == f"uji-{before + 1}" and headers["ce_source"] == "//uji/sumber"
    assert [name for name, _ in record.headers].count("berbagi_reason") == 1
    assert ingest.of(headers["ce_id"]) == {}


ATTRIBUTES = [
    ({"ce_type": "id.berbagi.raw.visit.v2"}, "unsupported_version", "type"),
    ({"ce_type": "id.berbagi.raw.asn.v1"}, "bad_cloudevent", "type"),
    ({"ce_id": None}, "bad_cloudevent", "id"),
    ({"ce_id": "a#b"}, "bad_cloudevent", "id"),
    ({"ce_source": "//uji/" + nik(8)}, "bad_cloudevent", "source"),
    ({"ce_specversion": "0.3"}, "bad_cloudevent", "specversion"),
    ({"ce_time": "kemarin"}, "bad_cloudevent", "time"),
    ({"content-type": "text/csv"}, "bad_cloudevent", "content-type"),
]


@pytest.mark.parametrize("changes,code,names", ATTRIBUTES, ids=["-".join(row[0]) + "-" + row[1] for row in ATTRIBUTES])
def test_attributes(ingest, changes, code, names):
    headers = dict(ingest.headers("visit"))
    headers.update(changes)
    place = ingest.put("visit", json.dumps(visit(1)).encode(), [(k, v) for k, v in headers.items() if v is not None])
    ingest.settle()
    found, _ = ingest.refusal(place[0])
    assert (found["berbagi_reason"], found["berbagi_pointer"]) == (code, "")
    assert names in found["berbagi_expected"]


def test_clock_of_the_sender(ingest):
    place = ingest.send("asn", asn(141), time_="2099-01-01T00:00:00Z")
    ingest.settle()
    assert ingest.refusal(place[0])[0]["berbagi_reason"] == "out_of_range"


def test_every_code_was_reached():
    with open("common/wire/reject.c", encoding="utf-8") as source:
        codes = set(re.findall(r'"([a-z_]+)"', source.read()))
    assert len(codes) == 17
    assert codes == {row[2] for row in REFUSED} | {row[1] for row in ATTRIBUTES}


# ---- every fate ----

def test_duplicates_and_stale(ingest):
    before = ingest.fates()
    ingest.send("household", household(151, versi="2026-01"), "f-1")
    ingest.send("household", household(151, versi="2026-01"), "f-1", partition=3)  # the same event elsewhere
    ingest.settle()
    ingest.send("asn", asn(151), "f-1")                                           # on any raw topic
    ingest.send("household", household(151, versi="2025-12"), "f-2", LATER)
    ingest.send("household", household(151), "f-3", "2026-01-28T02:59:59.999Z")
    ingest.send("household", household(151), "f-4")                               # of equal order
    ingest.settle()
    after = ingest.fates()
    assert [b - a for a, b in zip(before[:3], after[:3])] == [2, 2, 2]
    assert len(ingest.of("f-1")) == 1 and ingest.of("f-2") == {} and ingest.of("f-3") == {}
    # a stale record claims nothing: mended and sent again under its id it passes
    ingest.send("household", household(151, versi="2026-01"), "f-2", LATER)
    ingest.settle()
    assert len(ingest.of("f-2")) == 1


def test_moves(ingest):
    for kind, make in (("household", household), ("asn", asn)):
        ingest.send(kind, make(161), f"m-{kind}-1")
        ingest.settle()
        ingest.send(kind, make(161, regency=WEST), f"m-{kind}-2", LATER)
    ingest.send("donation", donation("D-161"), "m-donation-1")
    ingest.settle()
    ingest.send("donation", donation("D-161", regency=WEST), "m-donation-2", LATER)
    ingest.settle()
    family, person = ingest.token("kk", kk(161)), ingest.token("nip", nip(161))
    events = ingest.of("m-household-2")
    old, new = events[f"registry household:1199/{family} #farewell.1199"], \
        events[f"registry household:1198/{family} #household"]
    assert old == {**new, "regency": EAST, "village": None, "status": "left"} and len(events) == 2
    events = ingest.of("m-asn-2")
    assert events[f"registry asn:1199/{person} #farewell.1199"]["status"] == "moved"
    assert events[f"contact 1199/{person} #contact.1199"] is None
    assert events[f"contact 1198/{person} #contact"]["regency"] == WEST
    events = ingest.of("m-donation-2")
    assert events["registry donation:1199/hipmi-uji/D-161 #farewell.1199"]["state"] == "withdrawn"
    assert events["registry donation:1198/hipmi-uji/D-161 #donation"]["state"] == "received"


def test_changed_numbers(ingest):
    ingest.send("household", household(171), "c-1")
    ingest.send("household", household(172, nomor_kartu_keluarga_lama=kk(171)), "c-2", LATER)
    ingest.settle()
    ingest.send("household", household(172, versi="2026-02"), "c-3")
    ingest.send("household", household(171), "c-4")
    ingest.settle()
    old, new = ingest.token("kk", kk(171)), ingest.token("kk", kk(172))
    events = ingest.of("c-2")
    assert list(events) == [f"registry household:1199/{new} #household", f"registry household:1199/{old} #farewell.1199"]
    assert ingest.of("c-3")[f"registry household:1199/{new} #household"]["was"] == old
    assert ingest.of("c-4") == {}  # stale: the farewell was later


def test_corrections(ingest):
    ingest.send("visit", visit(181, findings={"health": "ill"}), "k-1")
    ingest.settle()
    ingest.send("visit", visit(181, findings={"house": "unfit"}), "k-2", "2026-01-28T04:00:00Z")
    ingest.settle()
    name = visit(181)["visit"]
    states = {key.split("/")[-1].split(" ")[0]: value["state"] for key, value in ingest.of("k-2").items()
              if key.startswith("referral")}
    assert states == {"rawat_warga": "withdrawn", "bedah_rumah": "open"}
    place = ingest.send("visit", visit(181, regency=WEST), "k-3", LATER)
    ingest.settle()
    assert ingest.refusal(place[0])[0]["berbagi_pointer"] == "/regency"
    ingest.send("visit", visit(181, outcome="void", findings={"health": "ill"}), "k-4", LATER)
    ingest.settle()
    events = ingest.of("k-4")
    assert events[f"visit 1199/{name} #visit"]["findings"] is None
    assert {value["state"] for key, value in events.items() if key.startswith("referral")} == {"withdrawn"}


def test_tombstones_and_warnings(ingest):
    place = ingest.put("asn", None, ingest.headers("asn"))
    ingest.send("asn", asn(191, phone="belum ada"), "w-1")
    ingest.settle()
    assert ingest.refusal(place[0])[0]["berbagi_reason"] == "not_json"
    rows = [row for record in ingest.read("tally") for row in json.loads(record.value)["counts"]]
    assert sum(row["warnings"].get("phone", 0) for row in rows) >= 1


# ---- nothing personal ----

def test_nothing_personal_leaves(ingest):
    """No number, name or phone that was sent stands in a log, a page, a header that we added, or a canonical value."""
    ingest.settle()
    ingest.fates()
    sent = b"".join(value or b"" for value in ingest.sent).decode(errors="replace")
    secrets = {kk(n) for n in range(1, 200)} | {nip(n) for n in range(1, 200)} | {nik(n) for n in range(1, 20)}
    secrets |= {phone(n) for n in range(1, 200)} | {e164(n) for n in range(1, 200)} | {"Rekaan", "Rumah bocor"}
    secrets |= {number[-8:] for number in (phone(111), e164(111))}
    assert sum(secret in sent for secret in secrets) > 20, "the scan looks for what was sent"
    with open(ingest.daemon.log, encoding="utf-8") as log:
        places = {"log": log.read(), **{path: ingest.page(path)[1] for path in ("/metrics", "/readyz", "/livez")}}
    for record in ingest.read():
        name = f"{record.topic}/{record.partition}/{record.offset}"
        if record.topic == "rejected":
            places[name] = "".join(v for k, v in record.headers if k.startswith("berbagi_"))
        else:
            places[name] = (record.value or b"").decode() + record.key + "".join(v for _, v in record.headers)
    assert len(places) > 60
    found = {(name, secret) for name, text in places.items() for secret in secrets if secret in text}
    assert found == set()
