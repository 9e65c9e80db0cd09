"""Ingest alone under test: a stack of Kafka, Redis and ingest, an outside that publishes to raw.*, what comes out.

People and places are invented: the regencies 1198, 1199 and 7199 do not exist, so nobody has a family card of theirs.
"""

import hashlib
import hmac
import base64
import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "deploy/local"))
import topics  # noqa: E402
from confluent_kafka import Producer  # noqa: E402
from daemons import get  # noqa: E402
from process import wait_until  # noqa: E402,F401 pylint: disable=unused-import
from stack import Stack, free_port_base  # noqa: E402

RAW = ("household", "asn", "donation", "period", "visit")
OURS = ("registry", "visit", "referral", "contact", "tally", "rejected")
PARTITIONS = 4
WEST, EAST, MIDDLE = "1198", "1199", "7199"
REGIONS = """version,uji-1
regency,1198,Uji Barat
regency,1199,Uji Timur
regency,7199,Uji Tengah
district,119801,Satu
district,119901,Dua
district,719901,Tiga
village,1198012001,1198010001,Satu,-1000000,6000000,-900000
village,1199012001,1199010001,Dua,-1000100,6000000,-900000
village,1199012002,1199010002,Dua B,-1000150,6000000,-900000
village,7199012001,7199010001,Tiga,-1000200,6000000,-900000
gone,1197,1198
gone,1197012001,1198012001
"""
EARLIER = "2026-01-28T03:00:00Z"
LATER = "2026-01-29T10:30:00+07:00"


def village(regency):
    return regency + "012001"


def kk(n):
    return f"119901010110{n:04d}"


def nip(n):
    return f"199001012015051{n:03d}"


def nik(n):
    return f"119901010180{n:04d}"


def phone(n):
    return f"0812-0077-{n:04d}"


def e164(n):
    return f"628120077{n:04d}"


def household(family, regency=EAST, versi="2026-01", **changes):
    return {"codebook": "dtsen-2026", "versi": versi, "ref": f"SK-{family}", "skema_wilayah": "kemendagri",
            "kode_kelurahan_desa": village(regency), "nomor_kartu_keluarga": kk(family), "desil_nasional": 1, **changes}


def asn(person, regency=EAST, version=1, **changes):
    return {"regency": regency, "ref": f"ASN-{person}", "nip": nip(person), "employment": "pns", "grade": "III/c",
            "position": "staff", "unit": "OPD-1", "home_village": village(regency), "work_village": village(regency),
            "phone": phone(person), "consent": True, "status": "active", "version": version, **changes}


def donation(name, regency=EAST, version=1, **changes):
    return {"donation": name, "partner": "hipmi-uji", "partner_name": "HIPMI Uji", "partner_kind": "hipmi",
            "regency": regency, "period": "2026-01", "packages": 100, "base_village": village(regency),
            "state": "received", "version": version, **changes}


def period(state="plan", regency=EAST, name="2026-01", **changes):
    return {"period": name, "regency": regency, "programme": "monthly_package", "item": "sembako", "deciles": [1, 2],
            "ladder": [{"packages": 1}], "distribution": {"from": "2026-01-05", "to": "2026-01-25"},
            "report_by": "2026-01-31", "seed": "undian", "state": state, "expect": "any", **changes}


def visit(n, regency=EAST, **changes):
    return {"visit": f"7f0c2a51-0f7e-4b7a-9d51-2f1f0c9a{n:04x}", "regency": regency, "village": village(regency),
            "period": "2026-01", "nomor_kartu_keluarga": kk(n), "household_ref": f"SK-{n}", "nip": nip(n),
            "visited_on": "2026-01-27", "outcome": "delivered", **changes}


def without(record, *fields):
    return {name: value for name, value in record.items() if name not in fields}


class Ingest:
    """The stack. `sent` has every value, `ends` how many records each raw partition holds."""

    def __init__(self, directory, flavor="release"):
        directory = str(directory)
        os.makedirs(directory, exist_ok=True)
        regions = os.path.join(directory, "regions.csv")
        with open(regions, "w", encoding="utf-8") as target:
            target.write(REGIONS)
        self.stack = Stack(os.path.join(directory, "stack"), flavor=flavor, port_base=free_port_base(),
                           partitions=PARTITIONS, settings={"ingest": {"BERBAGI_REGIONS_FILE": regions}})
        self.daemon = self.stack.daemons["ingest"]
        self.sent, self.ends, self.count = [], {}, 0
        self.stack.up(("kafka", "redis", "ingest"))
        self.producer = Producer({"bootstrap.servers": self.stack.kafka.bootstrap, "linger.ms": 5,
                                  "message.max.bytes": 1048576, "socket.nagle.disable": True})

    def close(self):
        self.stack.reset()

    # ---- in

    def headers(self, kind, identity=None, time_=EARLIER, **changes):
        """The attributes; a change to None takes one away."""
        self.count += 1
        named = {"ce_specversion": "1.0", "ce_id": identity or f"uji-{self.count}", "ce_source": "//uji/sumber",
                 "ce_type": f"id.berbagi.raw.{kind}.v1", "ce_time": time_, **changes}
        return [(name, value) for name, value in named.items() if value is not None]

    def put(self, kind, value, headers, partition=0, key=b"kunci"):
        """One record as it is; value bytes or None. Its place."""
        def noted(error, message):
            assert error is None, error
            places.append((message.topic(), message.partition(), message.offset()))
        places = []
        topic = self.stack.prefix + "raw." + kind
        self.producer.produce(topic, value, key, partition, noted, headers=headers)
        self.sent.append(value)
        self.ends[kind, partition] = self.ends.get((kind, partition), 0) + 1
        return places

    def send(self, kind, record, identity=None, time_=EARLIER, partition=0, **changes):
        value = json.dumps(record, ensure_ascii=False).encode()
        return self.put(kind, value, self.headers(kind, identity, time_, **changes), partition)

    def flush(self):
        assert self.producer.flush(30) == 0

    # ---- at rest

    def done(self):
        places = topics.committed(self.stack.kafka.bootstrap, self.stack.prefix, "berbagi-ingest",
                                  ["raw." + kind for kind in RAW])
        return all(places["raw." + kind, partition] >= end for (kind, partition), end in self.ends.items())

    def settle(self, timeout=30):
        """Until everything that was sent has been handled, and Redis knows."""
        self.flush()
        deadline = time.monotonic() + timeout
        while not self.done():
            assert time.monotonic() < deadline, f"not handled in {timeout} s:\n{self.daemon.log_tail(4)[-1000:]}"
            time.sleep(0.05)

    # ---- out

    def read(self, *names):
        return topics.read(self.stack.kafka.bootstrap, self.stack.prefix, names or OURS)

    def of(self, identity):
        """What a raw record became: {"<topic> <key> #<what>": value or None}, in the order of each partition."""
        found = {}
        for record in self.read("registry", "visit", "referral", "contact"):
            name, _, what = dict(record.headers)["ce_id"].partition("#")
            if name == identity:
                found[f"{record.topic} {record.key} #{what}"] = json.loads(record.value) if record.value else None
        return found

    def refusal(self, place):
        """The headers added to a record that was set aside, by its origin; and the record."""
        origin = "{}/{}/{}".format(*place)
        for record in self.read("rejected"):
            if dict(record.headers).get("berbagi_origin") == origin:
                return dict(record.headers), record
        return None, None

    def fates(self):
        """(accepted, duplicate, stale, {code: n}) over all tallies; proves their sums on the way."""
        sums, codes, spans = [0, 0, 0], {}, {}
        for record in self.read("tally"):
            tally = json.loads(record.value)
            counted = 0
            for row in tally["counts"]:
                fates = [row["accepted"], row["duplicate"], row["stale"]]
                sums = [a + b for a, b in zip(sums, fates)]
                for code, n in row["rejected"].items():
                    codes[code] = codes.get(code, 0) + n
                counted += sum(fates) + sum(row["rejected"].values())
            assert counted == tally["next"] - tally["from"], tally
            spans.setdefault((tally["topic"], tally["partition"]), []).append((tally["from"], tally["next"]))
        for parts in spans.values():
            parts.sort()
            assert all(left[1] == right[0] for left, right in zip(parts, parts[1:])), "tallies overlap or leave a gap"
        total = sum(next_ - from_ for parts in spans.values() for from_, next_ in parts)
        assert total == sum(self.ends.values()) == sum(sums) + sum(codes.values())
        return (*sums, codes)

    def state(self):
        """The latest value per key of registry and referral, without what a restart may change."""
        latest = {}
        for record in self.read("registry", "referral"):
            latest[record.topic, record.key] = record.value
        return latest

    def log_events(self):
        with open(self.daemon.log, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def page(self, path):
        return get(self.daemon.port, path)

    def token(self, domain, digits):
        """By the contract, computed by other code: k1.<base32 of the first 20 bytes of the HMAC>."""
        key = bytes.fromhex(self.stack.keys.get(domain + ".keys").split()[1])
        mac = hmac.new(key, f"{domain}|{digits}".encode(), hashlib.sha256).digest()[:20]
        return "k1." + base64.b32encode(mac).decode().lower()
