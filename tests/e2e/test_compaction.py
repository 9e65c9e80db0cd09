"""The allocator starts again on a compacted log, between the two cuts, and decides what it would have decided.

Undisturbed is what berbagi-plan computes from all records there ever were: those read before the cleaner came, and those
after it.
"""

import itertools
import json
import os

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource

import checks
from run import REGENCIES, month
from admin import read_topics
from generate import MONTHS
from process import wait_until

FIRST, SECOND = MONTHS
TOPICS = ("registry", "decision")
# Segments close soon, and the cleaner may have them at once.
EAGER = {"segment.ms": "500", "min.compaction.lag.ms": "0", "max.compaction.lag.ms": "1000",
         "min.cleanable.dirty.ratio": "0.001", "delete.retention.ms": "0"}


@pytest.fixture(scope="module", name="run")
def fixture_run(make_run):
    return make_run(partitions=4)


def places(records, topic):
    return {(record.partition, record.offset) for record in records if record.topic == topic}


def superseded(records):
    """Records that a later one of the same key stands for."""
    latest = {record.key: record for record in records}
    return {(record.partition, record.offset) for record in records if latest[record.key] != record}


def merge(folder, copies, name):
    """One log from several reads of it: each line once, in the order of partitions and offsets."""
    lines = {}
    for copy in copies:
        with open(os.path.join(copy, name), encoding="utf-8") as source:
            for line in source:
                event = json.loads(line)
                place = event["partition"], event["offset"]
                assert lines.setdefault(place, line) == line, f"{place} is not what it was"
    with open(os.path.join(folder, name), "w", encoding="utf-8") as target:
        target.writelines(lines[place] for place in sorted(lines))


def append_donations(run, turn):
    """The first month's, which is closed, once more: new records that change nothing."""
    path = os.path.join(run.directory, f"again-{turn}.ndjson")
    with open(os.path.join(run.data, FIRST["name"], "donation.ndjson"), encoding="utf-8") as source, \
            open(path, "w", encoding="utf-8") as target:
        for line in source:
            event = json.loads(line)
            event["id"] += f"-{turn}"
            target.write(json.dumps(event) + "\n")
    run.send("donation", path)


def set_topics(run, settings):
    """The settings of both topics from now on, besides those that they always have."""
    admin = AdminClient({"bootstrap.servers": run.stack.kafka.bootstrap})
    resources = [ConfigResource(ConfigResource.Type.TOPIC, run.stack.prefix + topic,
                                set_config={**read_topics()[topic], **settings}) for topic in TOPICS]
    for future in admin.alter_configs(resources).values():
        future.result()


def test_same_bytes_on_a_compacted_log(run, tmp_path):
    run.stack.up()
    month.distribute(run, run.data, FIRST["name"], FIRST["period"], REGENCIES, lambda text: None)
    for kind in ("asn", "household"):
        run.send(kind, os.path.join(run.data, SECOND["name"], kind + ".ndjson"))
    run.settle()
    copies = [copy_of(run, tmp_path / "before")]
    whole = run.read(TOPICS)
    set_topics(run, EAGER)
    month.close(run, run.data, FIRST["name"], FIRST["period"], REGENCIES)
    run.settle()
    run.stack.daemons["allocator"].stop()
    turn = itertools.count()

    def cleaned():
        """An append closes the segment before it; then the cleaner comes."""
        append_donations(run, next(turn))
        left = run.read(TOPICS)
        for topic in TOPICS:
            old = superseded([record for record in whole if record.topic == topic])
            assert len(old) > 50
            if len(old & places(left, topic)) > len(old) // 10:
                return False
        return True
    assert wait_until(cleaned, 60, pause=1), "the cleaner did not come"
    set_topics(run, {})
    copies.append(copy_of(run, tmp_path / "cleaned"))

    run.stack.daemons["allocator"].start()
    run.stack.daemons["allocator"].wait_ready()
    run.send("donation", os.path.join(run.data, SECOND["name"], "donation.ndjson"))
    run.wait_counted()
    run.send("period", os.path.join(run.data, SECOND["name"], "plan.ndjson"))
    run.wait_plans(SECOND["period"], "cut", REGENCIES)
    path, _ = month.visits(run, run.data, SECOND["name"], SECOND["period"])
    run.send("visit", path)
    run.settle()
    copies.append(copy_of(run, tmp_path / "after"))
    together = tmp_path / "together"
    together.mkdir()
    for topic in TOPICS:
        merge(str(together), copies, topic + ".ndjson")
    decisions = checks.decisions(run, str(together))
    assert sum('"trigger":"cut"' in line for line in decisions) == 2 * REGENCIES
    assert any('"reason":"kept"' in line for line in decisions)


def copy_of(run, folder):
    folder.mkdir()
    for topic in TOPICS:
        run.log(topic, str(folder / (topic + ".ndjson")))
    return str(folder)
