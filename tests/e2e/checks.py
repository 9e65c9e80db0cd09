"""What must hold after every run, whatever happened in between. Each check raises AssertionError with what differs."""

import collections
import json
import os
import re
import subprocess

import fold
import strict
import topics
from run import ROOT

CODES = {"accepted", "duplicate", "stale"}


# ---- sums -----------------------------------------------------------------------------------------------------------

def counted(run):
    """{type: {fate: how many}} as the tallies have it."""
    result = collections.defaultdict(collections.Counter)
    for record in run.read(["tally"]):
        tally = json.loads(record.value)
        for line in tally["counts"]:
            kind = tally["topic"].removeprefix(run.stack.prefix).removeprefix("raw.")
            for fate in CODES:
                result[kind][fate] += line[fate]
            result[kind].update(line["rejected"])
    return {kind: {fate: n for fate, n in sorted(fates.items()) if n} for kind, fates in result.items()}


def intake(run):
    """Every record has the fate that the generator meant it to have, and Σ(next − from) is what was sent."""
    expected = {kind: {fate: n for fate, n in sorted(fates.items()) if n} for kind, fates in run.fates.items()}
    assert counted(run) == expected
    spans = collections.defaultdict(list)
    for record in run.read(["tally"]):
        tally = json.loads(record.value)
        spans[tally["topic"], tally["partition"]].append((tally["from"], tally["next"]))
    assert sum(next_ - from_ for parts in spans.values() for from_, next_ in parts) == sum(run.sent.values())
    for place, parts in spans.items():
        ends = [0, *(next_ for _, next_ in sorted(parts))]
        assert [from_ for from_, _ in sorted(parts)] == ends[:-1], f"{place}: the tallies leave a gap or overlap"


def rejected(run):
    """What was refused lies in `rejected` as it came, with a code; each origin once."""
    sets = [dict(record.headers) for record in run.read(["rejected"])]
    origins = collections.Counter(headers["berbagi_origin"] for headers in sets)
    assert max(origins.values(), default=1) == 1
    codes = collections.Counter(headers["berbagi_reason"] for headers in sets
                                if headers["berbagi_service"] == "ingest")
    expected = collections.Counter()
    for fates in run.fates.values():
        expected.update({code: n for code, n in fates.items() if code not in CODES})
    assert codes == expected
    assert len(codes) == len(sets) - sum(n - 1 for n in codes.values()), "only ingest refuses anything in this run"


def packages(run):
    rows = run.sql("SELECT regency, period, difference FROM packages")
    assert rows and [row for row in rows if row[2] != "0"] == []


# The newest plan events as they are, which other views count.
PLAIN_VIEWS = {"plan_in_force", "plan_figures"}


def views(run, folder):
    """Reporting's views are the fold of the topics, to the last number; none is left out."""
    folded = fold.fold(folder)
    there = {row[0] for row in run.sql("SELECT viewname FROM pg_views WHERE schemaname = 'public'")}
    assert there == set(folded) | PLAIN_VIEWS
    for view, rows in folded.items():
        assert view_rows(run, view) == rows, f"view {view}"


# Columns that the fold computes; a name that only SQL knows is left out.
COLUMNS = {
    "served_by_village": "regency, period, village, decile, households, served, delivered, unserved, cancelled",
    "visits_to_unknown": "regency, period, visit, household_known",
}


def view_rows(run, view):
    text = run.sql(f"SELECT coalesce(json_agg(v), '[]') FROM (SELECT {COLUMNS.get(view, '*')} FROM {view}) v")
    rows = [list(row.values()) for row in json.loads("".join(cell for line in text for cell in line))]
    return sorted(rows, key=json.dumps)


# ---- decisions ------------------------------------------------------------------------------------------------------

def without_offset(lines):
    """Decision events, partition by partition; the offset is the broker's and no part of the decision."""
    events = [json.loads(line) for line in lines]
    for event in events:
        event["offset"] = None
    events.sort(key=lambda event: event["partition"])
    return [json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in events]


def plan(run, folder, *options):
    with open(os.path.join(folder, "registry.ndjson"), "rb") as registry:
        return subprocess.run([os.path.join(ROOT, "build/release/bin/berbagi-plan"), "--regions",
                               os.path.join(run.data, "regions.csv"), *options], stdin=registry, check=True,
                              stdout=subprocess.PIPE).stdout.decode()


def decisions(run, folder):
    """What the allocator published is, byte for byte, what berbagi-plan computes from the registry's log."""
    with open(os.path.join(folder, "decision.ndjson"), encoding="utf-8") as lines:
        published = without_offset(lines)
    computed = without_offset(plan(run, folder).splitlines())
    assert len(published) == len(computed), f"{len(published)} events published, {len(computed)} computed"
    for ours, theirs in zip(published, computed):
        assert ours == theirs
    plan(run, folder, "--check", os.path.join(folder, "decision.ndjson"))
    return published


# ---- messages -------------------------------------------------------------------------------------------------------

FINAL = ("sent", "delivered", "read", "failed", "unknown", "suppressed", "expired")


def messages(run):
    """No request without an intent that stood before it, none twice, and every message ends."""
    intents, last = {}, {}
    for record in run.read(["notification"]):
        message = json.loads(record.value)
        last[record.key] = message
        if message["state"] == "intent":
            intents.setdefault(f"{record.key}/{message['attempt']}", record.at)
    seen = collections.Counter()
    for entry in run.ledger():
        if entry["event"] in ("accepted", "fault"):
            seen[entry["opaque"]] += 1
            assert entry["opaque"] in intents, f"request {entry['opaque']} without an intent"
            assert intents[entry["opaque"]] <= entry["at"], f"request {entry['opaque']} before its intent"
        assert entry["event"] != "refused", f"the gateway refused a request of ours: {entry}"
    assert [opaque for opaque, n in seen.items() if n > 1] == []
    accepted = collections.Counter(entry["opaque"].rsplit("/", 1)[0] for entry in run.ledger("accepted"))
    assert [key for key, n in accepted.items() if n > 1] == [], "a giver was told twice"
    assert {key: m["state"] for key, m in last.items() if m["state"] not in FINAL} == {}
    said = {key for key, m in last.items() if m["state"] in ("sent", "delivered", "read") or m["gateway_id"]}
    assert said - set(accepted) == set(), "a message that the gateway never took"
    silent = {key for key in accepted if last[key]["state"] in ("suppressed", "expired", "intent")}
    assert silent == set(), "the gateway took a message that we call unsent"
    return last


# ---- the contract's form --------------------------------------------------------------------------------------------

def schemas(records):
    """Every event of ours validates, values and headers; returns how many there are of each type."""
    checks, count = {}, collections.Counter()
    names = {message["x-ce-type"]: message["payload"]["$ref"].rsplit("/", 1)[1]
             for message in strict.DOCUMENT["components"]["messages"].values() if "payload" in message}
    headers_check = strict.validator("canonicalHeaders")
    for record in records:
        place = f"{record.topic}/{record.partition}/{record.offset}"
        headers = dict(record.headers)
        assert len(headers) == len(record.headers), f"{place}: a header twice"
        errors = [error.message for error in headers_check.iter_errors(headers)]
        assert errors == [], f"{place}: {errors}"
        name = names[headers["ce_type"]]
        count[name] += 1
        if record.value is None:
            continue
        if name not in checks:
            checks[name] = strict.validator(name)
        data = json.loads(record.value)
        errors = [f"{list(error.absolute_path)}: {error.message}" for error in checks[name].iter_errors(data)]
        assert errors == [], f"{place}: {errors}"
        assert record.value.decode() == json.dumps(data, ensure_ascii=False, separators=(",", ":")), place
    return count


def partitions(run, records):
    """Regency decides the partition; keys begin with it."""
    from world import partition  # pylint: disable=import-outside-toplevel
    for record in records:
        if record.topic in ("suppression", "raw.gateway", "tally"):
            continue
        regency = re.match(r"(?:[a-z]+:)?(\d{4})/", record.key).group(1)
        assert record.partition == partition(regency, run.stack.choices["partitions"]), record.key


# ---- nobody's number ------------------------------------------------------------------------------------------------

SECRET_FIELDS = ("nomor_kartu_keluarga", "nomor_kartu_keluarga_lama", "nomor_induk_kependudukan", "nip", "nip_lama",
                 "phone")
NAME_FIELDS = ("nama", "alamat", "note")
DIGITS = re.compile(r"\d{12,}")
BETWEEN = re.compile(r"(?<=\d)[ .\-'+](?=\d)")


class Secrets:
    """The numbers, names and addresses that were sent, and a search for them."""

    def __init__(self, files):
        self.numbers, self.words = set(), set()
        for path in files:
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    self._take(json.loads(line)["data"])
        self.lengths = sorted({len(number) for number in self.numbers})
        self._name = re.compile("|".join(sorted({re.escape(word.rsplit(" ", 1)[0]) for word in self.words})))

    def _take(self, value):
        if isinstance(value, list):
            for part in value:
                self._take(part)
            return
        for name, part in value.items() if isinstance(value, dict) else ():
            if name in SECRET_FIELDS and part:
                digits = re.sub(r"\D", "", str(part))
                # A phone is known by its last twelve digits, whatever stands before them.
                digits = digits[-12:] if name == "phone" else digits
                if len(digits) >= 12:
                    self.numbers.add(digits)
            elif name in NAME_FIELDS and part:
                self.words.add(part)
            elif isinstance(part, (dict, list)):
                self._take(part)

    def in_text(self, text):
        """Those that occur, written in any usual way."""
        found = set()
        for written in (text, BETWEEN.sub("", text)):
            for run_ in set(DIGITS.findall(written)):
                for length in self.lengths:
                    found |= {run_[at:at + length] for at in range(len(run_) - length + 1)} & self.numbers
        for match in self._name.finditer(text):
            rest = text[match.start():match.start() + 200]
            found |= {word for word in self.words if rest.startswith(word)}
        return found


def privacy(run, records):
    """No number, name or address that was sent stands in a log, metric, page, header or canonical value."""
    secrets = Secrets(run.files)
    assert len(secrets.numbers) > 1000 and len(secrets.words) > 500
    sample = sorted(secrets.numbers)[0]
    assert secrets.in_text(f"x {sample[:4]}-{sample[4:]} y") == {sample}, "the search finds what is there"
    assert secrets.in_text("x" + sorted(secrets.words)[0] + "y"), "the search finds what is there"
    texts = dict(run.pages())
    for name, daemon in run.stack.daemons.items():
        with open(daemon.log, encoding="utf-8", errors="replace") as log:
            texts[name + ".log"] = log.read()
        assert texts[name + ".log"], f"{name} has no log"
    for record in records:
        texts[f"{record.topic}/{record.partition}/{record.offset}"] = "\n".join(
            [record.key, *(value for _, value in record.headers), (record.value or b"").decode()])
    for record in run.read(["rejected"]):  # the value is the original's, ours are headers
        texts[f"rejected/{record.partition}/{record.offset}"] = "\n".join(
            value for name, value in record.headers if name.startswith("berbagi_"))
    for place, text in texts.items():
        assert secrets.in_text(text) == set(), place


def everything(run):
    """All of it; returns the decisions, so that runs can be compared."""
    folder = run.dump()
    records = run.read(topics.CANONICAL)
    intake(run)
    rejected(run)
    packages(run)
    views(run, folder)
    messages(run)
    schemas(records)
    partitions(run, records)
    return decisions(run, folder)
