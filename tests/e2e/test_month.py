"""Two months through an undisturbed stack: every sum, every figure, every byte."""

import collections
import json

import pytest

import checks
import topics


@pytest.fixture(scope="module", name="run")
def fixture_run(make_run):
    run = make_run()
    run.stack.up()
    run.play()
    return run


@pytest.fixture(scope="module", name="folder")
def fixture_folder(run):
    return run.dump()


@pytest.fixture(scope="module", name="records")
def fixture_records(run):
    return run.read(topics.CANONICAL)


def test_every_record_has_its_fate(run):
    checks.intake(run)


def test_the_run_has_every_fate(run):
    """A month without duplicates, stale and refused records would prove little."""
    fates = collections.Counter()
    for counts in run.fates.values():
        fates.update(counts)
    assert {"accepted", "duplicate", "stale", "bad_digits", "spreadsheet_damage", "unknown_region", "missing_field",
            "out_of_range", "wrong_type", "unknown_codebook", "bad_date", "unknown_value"} <= set(fates)


def test_refused_records_are_put_aside_with_code(run):
    checks.rejected(run)


def test_nothing_was_set_aside_unread(run):
    reasons = {dict(record.headers)["berbagi_service"] for record in run.read(["rejected"])}
    assert reasons == {"ingest"}


def test_packages_sum_to_zero(run):
    checks.packages(run)


def test_views_are_the_fold_of_the_topics(run, folder):
    checks.views(run, folder)


def test_decisions_are_what_anyone_computes(run, folder):
    checks.decisions(run, folder)


def test_a_history_changes_nothing(run, folder, tmp_path):
    """Given the first month's decisions, berbagi-plan makes the second month's just so."""
    path = folder + "/decision.ndjson"
    with open(path, encoding="utf-8") as lines:
        published = [json.loads(line) for line in lines]
    # What the triggers up to the last of the first month made, in each partition.
    last = {}
    for event in published:
        offset = int(event["id"].split("/")[2])
        if "2026-01" in event["key"] and event["data"].get("trigger") == "cut":
            last[event["partition"]] = max(last.get(event["partition"], -1), offset)

    def old(event):
        return int(event["id"].split("/")[2]) <= last[event["partition"]]
    history = tmp_path / "history.ndjson"
    history.write_text("".join(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n"
                               for event in published if old(event)), encoding="utf-8")
    rest = [event for event in published if not old(event)]
    assert len(rest) > 100
    computed = checks.without_offset(checks.plan(run, folder, "--history", str(history)).splitlines())
    assert computed == checks.without_offset(json.dumps(event) for event in rest)


def test_gateway_and_we_agree(run):
    last = checks.messages(run)
    states = collections.Counter(message["state"] for message in last.values())
    assert states["read"] > 20 and states["suppressed"] > 0


def test_every_event_validates(records):
    count = checks.schemas(records)
    assert set(count) == {"household", "asn", "donation", "period", "delivery", "visit", "referral", "contact", "tally",
                          "assignment", "plan", "notification", "suppression", "gateway_status"}


def test_regency_decides_partition_and_key(run, records):
    checks.partitions(run, records)


def test_nobody_s_number_or_name_is_anywhere(run, records):
    checks.privacy(run, records)


def test_waiting_and_foster_parents_were_run(folder):
    """The second month stands on the first: families that waited, pairs that were kept."""
    with open(folder + "/decision.ndjson", encoding="utf-8") as lines:
        rows = [event["data"] for event in map(json.loads, lines) if event["key"].startswith("assignment:")]
    second = [row for row in rows if row["period"] == "2026-02"]
    assert any(row["class"]["waiting"] > 0 for row in second)
    assert sum(row["reason"] == "kept" for row in second) > 10
    assert {"delivered", "planned", "unserved", "cancelled"} <= {row["state"] for row in rows}
    assert {"kept", "nearest", "first_unit", "earmark", "off_plan"} <= {row["reason"] for row in rows}


def test_a_family_and_a_giver_moved_and_a_number_changed(folder):
    with open(folder + "/registry.ndjson", encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    gone = [event for event in events if "#farewell" in event["id"]]
    assert {event["key"].split(":")[0] for event in gone} == {"household", "asn"}
    assert any(event["data"].get("was") for event in events if event["data"] and event["key"].startswith("household:"))
