"""Reporting between a real broker and a real Postgres: each record has its effect exactly once, each figure is right.

Records are made by hand, so that every expected number can be counted on one's fingers.
"""

import itertools
import json
import os
import signal
import time

import psycopg2
import pytest

import events
from daemons import Daemon, get
from events import golden, household_of, token, uuid_of
from process import wait_until
from stack import Stack, free_port_base

INPUTS = ("registry", "visit", "referral", "tally", "decision", "notification")
SETTINGS = {"BERBAGI_SESSION_TIMEOUT": "6s", "BERBAGI_DATABASE_STATEMENT_TIMEOUT": "2s"}
SOBO, KEBALENAN, SARONGAN = "3510161002", "3510161003", "3510012001"  # two in one district, one in another


def parse(line):
    try:
        return json.loads(line)
    except ValueError as error:
        raise AssertionError(f"no JSON in the log: {line[:200]!r}") from error


class Office:
    """Reporting, what it reads and where it writes."""

    def __init__(self, directory):
        self.stack = Stack(str(directory), settings={"reporting": dict(SETTINGS)}, flavor="test",
                           port_base=free_port_base(), partitions=4)
        self.stack.up(("kafka", "postgres"))
        self.daemon = self.stack.daemons["reporting"]
        self.publisher = events.Publisher(self.stack)
        self.rejected = events.Tail(self.stack, ("rejected",))
        self.twins = []

    def sql(self, query, *values):
        connection = psycopg2.connect(self.stack.postgres.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def number(self, query, *values):
        return self.sql(query, *values)[0][0]

    def handled(self):
        """Offsets that Postgres has behind it, over all places."""
        return self.number("SELECT coalesce(sum(next_off), 0) FROM sink_offset")

    def settle(self, timeout=30):
        """Until everything published has been read."""
        self.publisher.flush()
        ends = self.ends()

        def there():
            try:
                offsets = {(t[len(self.stack.prefix):], p): n
                           for t, p, n in self.sql("SELECT topic, part, next_off FROM sink_offset")}
            except psycopg2.Error:
                return False
            return all(offsets.get(place, 0) >= end for place, end in ends.items())
        assert wait_until(there, timeout, 0.05), self.daemon.log_tail()

    def ends(self):
        from confluent_kafka import Consumer, TopicPartition  # pylint: disable=import-outside-toplevel
        consumer = Consumer({"bootstrap.servers": self.stack.kafka.bootstrap, "group.id": "uji-ujung"})
        try:
            return {(name, part): consumer.get_watermark_offsets(TopicPartition(self.stack.prefix + name, part), 10)[1]
                    for name in INPUTS for part in range(4)}
        finally:
            consumer.close()

    def ready(self, **settings):
        self.daemon.stop()
        self.daemon.start(**{"BERBAGI_" + name: value for name, value in settings.items()})
        self.daemon.wait_ready()

    def dependency(self, name):
        """What /readyz says of it; before it answers, that all is well."""
        body = json.loads(get(self.daemon.port, "/readyz")[1] or '{"dependencies":[]}')
        return next((entry for entry in body["dependencies"] if entry["name"] == name), {"up": True})

    def twin(self, instance="0"):
        base = free_port_base()
        made = Daemon("reporting", self.stack.directory, base, "test",
                      {**self.daemon.settings, "BERBAGI_HTTP_LISTEN": f"127.0.0.1:{base}", "BERBAGI_INSTANCE": instance})
        made.log, made.pid_file = f"{made.log}.{len(self.twins)}", f"{made.pid_file}.{len(self.twins)}"
        self.twins.append(made)
        return made

    def log_events(self, name, daemon=None):
        with open((daemon or self.daemon).log, encoding="utf-8") as lines:
            return [event for event in (parse(line) for line in lines) if event["event"] == name]

    def state(self):
        """Everything there is: tables in the order of their keys, views sorted."""
        names = [name for name, in self.sql("SELECT table_name FROM information_schema.tables WHERE table_schema = "
                                            "'public' AND table_name NOT IN ('sink_offset', 'schema_version')")]
        return {name: sorted(str(row) for row in self.sql(f"SELECT * FROM {name}")) for name in names}

    def close(self):
        self.rejected.close()
        for process in [self.daemon, *self.twins]:
            process.signal(signal.SIGCONT)
            process.kill()
        self.stack.reset()


@pytest.fixture(scope="module", name="new_office")
def one_office(tmp_path_factory):
    made = Office(tmp_path_factory.mktemp("reporting"))
    yield made
    made.close()


@pytest.fixture(name="office")
def running_office(new_office):
    if new_office.daemon.pid() is None:
        new_office.ready()
    return new_office


# ---- the first start ------------------------------------------------------------------------------------------------

def test_two_at_once_migrate_once(new_office):
    office = new_office
    office.twin("1").start()
    office.daemon.start()
    office.daemon.wait_ready()
    office.twins[0].wait_ready()
    assert office.sql("SELECT version FROM schema_version ORDER BY 1") == [(1,), (2,)]
    migrated = office.log_events("migrated") + office.log_events("migrated", office.twins[0])
    assert sorted(event["version"] for event in migrated) == [1, 2]
    assert office.number("SELECT count(*) FROM region") == 514
    assert office.number("SELECT name FROM village WHERE village = %s", SOBO) == "Sobo"
    office.twins[0].stop()
    assert wait_until(lambda: office.number("SELECT count(DISTINCT (topic, part)) FROM sink_offset") == 24, 20)


def test_a_lock_that_somebody_holds(office):
    """The migration's lock is not had at once: the daemon tries again, and what it prepares is prepared."""
    office.daemon.stop()
    office.sql("DELETE FROM region WHERE regency = 3510")
    holder = psycopg2.connect(office.stack.postgres.url)
    holder.cursor().execute("SELECT pg_advisory_lock(351020)")
    office.daemon.start()
    try:
        assert wait_until(lambda: "lock schema" in office.dependency("postgres").get("why", ""), 20)
    finally:
        holder.close()
    office.daemon.wait_ready()
    assert office.number("SELECT count(*) FROM region") == 514


# ---- every table, every view ----------------------------------------------------------------------------------------

def publish_a_month(publisher, period, regency="3510"):
    """Four families of decile 1, three of decile 2, in two districts; two givers and a partner."""
    give, take, partner = events.asn("A" + period), events.asn("B" + period), {"kind": "partner", "id": "p1/d1"}

    def row(name, giver, state, decile, village=SOBO, **changes):
        publisher.row(f"{period} {name}", giver, period, regency, state, village=village,
                      **{"class": {"decile": decile, "band": changes.pop("band", 2), "waiting": changes.pop("waiting", 0)}},
                      **{"reason": "nearest", **changes})
    row("1", give, "planned", 1, reason="kept")
    row("1", give, "delivered", 1, reason="kept")
    row("2", give, "planned", 1, band=0)
    row("3", take, "delivered", 1, KEBALENAN, reason="off_plan")
    row("4", take, "cancelled", 1, KEBALENAN, reason="moved")
    row("5", partner, "planned", 2, SARONGAN, reason="earmark", distance_m=0)
    row("6", None, "unserved", 2, SARONGAN, reason="supply_exhausted", distance_m=None, waiting=2)
    row("7", None, "unserved", 2, SARONGAN, reason="no_eligible_giver", distance_m=None)
    supply = {"asn_givers": 2, "asn_packages": 4, "partner_packages": 3, "part_time_excluded": 0, "stale": 0}
    surplus = {"asn": 2, "partner": 1, "stranded": 1}
    objective = {"coverage": [], "idle_givers": 0, "kept": 1, "keepable": 2, "distance_m": 4000}
    publisher.plan(period, regency, 1, supply=supply, surplus=surplus, over=9, objective=objective)
    publisher.plan(period, regency, 2, "repair", supply=supply, surplus=surplus, over=1)
    publisher.plan(period, regency, 3, "refused", supply=None, surplus=None, over=None, unserved=None, unmatched=None,
                   digest=None, position={"partition": 0, "offset": 3},
                   expect={"expected": {"households": 9, "givers": 9, "donations": 9},
                           "known": {"households": 1, "givers": 1, "donations": 1}})


def test_served_and_why_not(office):
    publish_a_month(office.publisher, "2026-01")
    office.settle()
    where = "WHERE regency = 3510 AND period = '2026-01'"
    figures = "households, served, delivered, unserved, cancelled"
    assert office.sql(f"SELECT decile, {figures} FROM served_by_decile {where} ORDER BY 1") == \
        [(1, 3, 3, 2, 0, 1), (2, 3, 1, 0, 2, 0)]
    assert office.sql(f"SELECT decile, band, waiting, {figures} FROM served_by_class {where} ORDER BY 1, 2, 3") == \
        [(1, 0, 0, 1, 1, 0, 0, 0), (1, 2, 0, 2, 2, 2, 0, 1), (2, 2, 0, 2, 1, 0, 1, 0), (2, 2, 2, 1, 0, 0, 1, 0)]
    assert office.sql(f"SELECT village, decile, {figures} FROM served_by_village {where} ORDER BY 1, 2") == \
        [(int(SARONGAN), 2, 3, 1, 0, 2, 0), (int(SOBO), 1, 2, 2, 1, 0, 0), (int(KEBALENAN), 1, 1, 1, 1, 0, 1)]
    assert office.sql(f"SELECT district, decile, {figures} FROM served_by_district {where} ORDER BY 1, 2") == \
        [(351001, 2, 3, 1, 0, 2, 0), (351016, 1, 3, 3, 2, 0, 1)]
    assert office.sql(f"SELECT decile, reason, households FROM unserved {where} ORDER BY 2") == \
        [(2, "no_eligible_giver", 1), (2, "supply_exhausted", 1)]
    assert office.number("SELECT count(*) FROM served_by_village WHERE village_name IS NULL") == 0
    newest = office.sql("SELECT period, households, served FROM poverty_beside_coverage WHERE year = 2025")
    assert newest == [("2026-01", 6, 4)]
    assert office.sql("SELECT year, percent::text, persons, period FROM poverty_beside_coverage WHERE year < 2025 "
                      "ORDER BY 1")[-1] == (2024, "6.54", 106610, None)


def test_packages_sum_to_zero(office):
    assert office.sql("SELECT asn_packages, partner_packages, over, delivered, planned, surplus_asn, surplus_partner, "
                      "surplus_stranded, difference FROM packages WHERE period = '2026-01'") == \
        [(4, 3, 1, 2, 2, 2, 1, 1, 0)]
    assert office.sql("SELECT keepable, kept, kept_now FROM foster_pairs WHERE period = '2026-01'") == [(2, 1, 1)]


def test_intake_sums_to_zero(office):
    def line(source, **counts):
        return {"source": source, "type": source and "id.berbagi.raw.visit.v1", "accepted": 0, "duplicate": 0, "stale": 0,
                "rejected": {}, "warnings": {}, **counts}
    topic = "berbagi.raw.visit"
    office.publisher.tally(topic, 0, 0, 10, [line("//app", accepted=5, duplicate=1, stale=1, warnings={"phone": 2}),
                                             line(None, rejected={"not_json": 3})])
    office.publisher.tally(topic, 1, 0, 4, [line("//app", accepted=2, rejected={"bad_digits": 1, "not_json": 1})])
    office.publisher.tally(topic, 1, 4, 7, [line("//app", accepted=1)])  # two are missing
    office.settle()
    assert office.sql("SELECT source, records, accepted, duplicate, stale, rejected, warnings FROM intake "
                      "ORDER BY source") == [("//app", 12, 8, 1, 1, 2, 2), (None, 3, 0, 0, 0, 3, 0)]
    assert office.sql("SELECT offsets, records, difference FROM intake_balance") == [(17, 15, 2)]
    assert office.sql("SELECT source, code, records FROM intake_rejected ORDER BY 1, 2") == \
        [("//app", "bad_digits", 1), ("//app", "not_json", 1), (None, "not_json", 3)]
    assert office.sql("SELECT code, occurrences FROM intake_warning") == [("phone", 2)]


def test_visits_and_referrals(office):
    put, known = office.publisher, household_of("2026-01 1")
    put.registry("household", household_of("elsewhere"), golden("household.full", household=household_of("elsewhere")))
    put.visit("v1", household=known, reported_at="2026-01-31T16:59:59.000Z")
    put.visit("v2", household=known, reported_at="2026-01-31T17:00:00.000Z")  # 1 February in Banyuwangi
    put.visit("v3", household=known, outcome="not_home", packages=0)
    put.visit("v3", household=known, outcome="refused", packages=0)           # a correction
    put.visit("v4", household=household_of("a typing error"))
    put.visit("v5", household=household_of("elsewhere"), outcome="moved", packages=0, findings=None)
    put.visit("v6", household=household_of("a typing error"), outcome="void", packages=0, findings=None)
    family = {"household": known}
    put.referral("v1", "rawat_warga", opened_on="2026-01-28", due_on="2026-01-31", **family)
    put.referral("v2", "rawat_warga", opened_on="2026-01-20", due_on="2026-01-23", **family)  # the same case, earlier
    put.referral("v1", "bedah_rumah", opened_on="2026-01-28", due_on="2026-02-27", **family)
    put.referral("v3", "bedah_rumah", opened_on="2026-02-01", due_on="2026-03-03", **family)  # another month
    put.referral("v4", "see_note", state="withdrawn", household=household_of("a typing error"))
    office.settle()
    assert office.sql("SELECT outcome, visits, late FROM visits ORDER BY 1") == \
        [("delivered", 3, 1), ("moved", 1, 0), ("refused", 1, 0), ("void", 1, 0)]
    assert office.sql("SELECT visit, household_known FROM visits_to_unknown ORDER BY 2") == \
        [(uuid_of("v4"), False), (uuid_of("v5"), True)]
    assert office.sql("SELECT kind, cases, first_due::text, last_due::text FROM open_referrals ORDER BY 1") == \
        [("bedah_rumah", 2, "2026-02-27", "2026-03-03"), ("rawat_warga", 1, "2026-01-23", "2026-01-23")]
    assert office.sql("SELECT has_findings, alone, health, dropouts, child, house FROM visit WHERE visit = %s",
                      uuid_of("v1")) == [(True, True, "ill", 3, ["without_parents", "working"], "unfit")]
    assert office.sql("SELECT has_findings, alone, dropouts, child FROM visit WHERE visit = %s", uuid_of("v5")) == \
        [(False, None, None, [])]


def test_messages(office):
    one, two = events.asn("M1"), events.asn("M2")
    for state in ("intent", "sent", "delivered"):
        office.publisher.notification(one, state, families=3)
    office.publisher.notification(two, "suppressed", families=2, reason="no_contact")
    office.settle()
    assert office.sql("SELECT kind, state, reason, messages, families FROM messages ORDER BY state") == \
        [("assigned", "delivered", None, 1, 3), ("assigned", "suppressed", "no_contact", 1, 2)]


def test_a_tombstone_ends_the_thing(office):
    put = office.publisher
    ids = {"household": household_of("gone"), "asn": token("nip gone"), "donation": "p9/d9"}
    put.registry("household", ids["household"], golden("household.full", household=ids["household"]))
    put.registry("asn", ids["asn"], golden("asn.full", asn=ids["asn"]))
    put.registry("donation", ids["donation"], golden("donation.full", partner="p9", donation="d9"))
    for kind, identity in ids.items():
        put.registry(kind, identity, None)
        put.registry(kind, "p0/never" if kind == "donation" else token("never heard of"), None)
    put.registry("delivery", uuid_of("d"), golden("delivery.asn", visit=uuid_of("d")))
    put.registry("delivery", uuid_of("d"), None)  # means nothing
    put.registry("period", "2026-01/plan", golden("period.plan"))
    office.settle()
    assert office.sql("SELECT status FROM household WHERE household = %s", ids["household"]) == [("left",)]
    assert office.sql("SELECT status FROM asn WHERE asn = %s", ids["asn"]) == [("moved",)]
    assert office.sql("SELECT state FROM donation WHERE partner = 'p9'") == [("withdrawn",)]
    assert office.number("SELECT count(*) FROM delivery") == 1
    assert office.number("SELECT count(*) FROM household WHERE household = %s", token("never heard of")) == 0
    put.registry("household", ids["household"], golden("household.full", household=ids["household"]))
    office.settle()
    assert office.sql("SELECT status FROM household WHERE household = %s", ids["household"]) == [("active",)]


# ---- what it can't take ---------------------------------------------------------------------------------------------

def nulls_of(name):
    """A sample with null in every field that may be null."""
    with open(os.path.join(events.ROOT, "docs/asyncapi.yaml"), encoding="utf-8") as source:
        import yaml  # pylint: disable=import-outside-toplevel
        schemas = yaml.load(source, yaml.CSafeLoader)["components"]["schemas"]

    def may_be_null(schema):
        if "$ref" in schema:
            return may_be_null(schemas[schema["$ref"].rsplit("/", 1)[1]])
        kinds = schema.get("type", [])
        return "null" in kinds or None in schema.get("enum", []) or \
            any(may_be_null(part) for part in schema.get("oneOf", []) + schema.get("anyOf", []))
    kind = name.split(".")[0]
    sample = golden(name)
    return {field: None if may_be_null(schemas[kind]["properties"][field]) else value for field, value in sample.items()}


def test_what_may_be_null_has_a_place(office):
    """A record that the contract allows and Postgres refuses would stop the daemon for ever."""
    put = office.publisher
    rows = {name: nulls_of(name) for name in ("household.full", "asn.full", "donation.full", "period.plan",
                                              "delivery.asn", "visit.full", "referral.open", "notification.intent",
                                              "assignment.planned", "tally.full")}
    rows["period.plan"]["expect"] = "any"  # null in a `close`
    assert rows["household.full"]["village"] is None and rows["assignment.planned"]["village"] is None
    assert sum(value is None for row in rows.values() for value in row.values()) >= 20
    keys = {"household.full": ("registry", "household:3510/" + rows["household.full"]["household"]),
            "asn.full": ("registry", "asn:3510/" + rows["asn.full"]["asn"]),
            "donation.full": ("registry", "donation:3510/bank-contoh/2026-01-A"),
            "period.plan": ("registry", "period:3510/2026-01/plan"),
            "delivery.asn": ("registry", "delivery:3510/" + rows["delivery.asn"]["visit"]),
            "visit.full": ("visit", "3510/" + rows["visit.full"]["visit"]),
            "referral.open": ("referral", "3510/" + rows["referral.open"]["referral"]),
            "notification.intent": ("notification", "3510/" + rows["notification.intent"]["notification"]),
            "assignment.planned": ("decision", "assignment:3510/2026-01/" + rows["assignment.planned"]["household"]),
            "tally.full": ("tally", "berbagi.raw.household/3/112")}
    before = office.number("SELECT count(*) FROM assignment")
    for name, value in rows.items():
        put.put(keys[name][0], keys[name][1], value, name.split(".")[0], "3510")
    for name in ("plan.cut", "plan.close", "plan.refused", "plan.repair", "plan.uncertified"):
        plan = golden(name, period="2099-01")
        put.put("decision", f"plan:3510/2099-01/{plan['revision']}", plan, "plan", "3510")
    office.settle()
    assert office.number("SELECT count(*) FROM assignment") == before + 1
    assert not office.rejected.read(), [dict(record.headers) for record in office.rejected.read()]
    assert office.daemon.pid()


def test_a_record_that_cannot_be_read_is_put_aside(office):
    put, good = office.publisher, household_of("after the bad one")
    bad = household_of("bad")
    headers = {"ce_id": "uji-x", "ce_type": "id.berbagi.household.v1", "berbagi_reason": "of another time", "own": "1"}
    put.put("registry", f"household:3510/{bad}", b'{"household":', regency="3510", headers=headers)
    put.put("registry", "nonsense", golden("household.full"), "household", "3510")
    value = golden("household.full", household=bad)
    value["band"] = 7
    put.registry("household", bad, value)
    put.registry("household", good, golden("household.full", household=good))
    # A key that is not the value's: two rows of one name in a transaction, if it were taken.
    same = golden("household.full", household=household_of("same"))
    put.registry("household", household_of("same"), same)
    put.registry("household", household_of("not the same"), same)
    office.settle()
    assert wait_until(lambda: len(office.rejected.read()) >= 4, 10)
    found = {(record.key, dict(record.headers)["berbagi_reason"]): record for record in office.rejected.read()}
    assert set(found) == {(f"household:3510/{bad}", "not_json"), ("nonsense", "bad_cloudevent"),
                          (f"household:3510/{bad}", "out_of_range"),
                          (f"household:3510/{household_of('not the same')}", "inconsistent")}
    record = found[f"household:3510/{bad}", "not_json"]
    sent = dict(record.headers)
    assert record.value == b'{"household":' and sent["own"] == "1" and sent["ce_id"] == "uji-x"
    assert sent["berbagi_service"] == "reporting" and sent["berbagi_origin"].startswith("berbagi.registry/")
    assert dict(found[f"household:3510/{bad}", "out_of_range"].headers)["berbagi_pointer"] == "/band"
    assert office.number("SELECT count(*) FROM household WHERE household = %s", good) == 1
    assert office.number("SELECT count(*) FROM household WHERE household = %s", bad) == 0


# ---- once, whatever happens -----------------------------------------------------------------------------------------

def families(publisher, count, band, name="f", regency="3510"):
    for n in range(count):
        identity = household_of(f"{name}{n}")
        publisher.registry("household", identity,
                           golden("household.full", household=identity, band=band, regency=regency, village=None), regency)
    publisher.flush()


@pytest.mark.parametrize("point", ["before-postgres-commit:2", "after-postgres-commit:2"])
def test_killed_around_the_commit(office, point, tmp_path):
    office.daemon.stop()
    before = office.handled()
    families(office.publisher, 300, band=0)
    families(office.publisher, 300, band=1)
    mark = tmp_path / "mark"
    office.daemon.start(BERBAGI_TEST_DIE_AT=point, BERBAGI_TEST_DIE_MARK=str(mark), BERBAGI_BATCH_RECORDS="100")
    assert wait_until(lambda: office.daemon.pid() is None, 30) and mark.read_text().strip() == point.split(":")[0]
    there = office.handled() - before
    assert 0 < there <= (100 if point.startswith("before") else 200), "one transaction stood, or two"
    office.ready()
    office.settle()
    assert office.handled() - before == 600
    written = office.number("SELECT count(*) FROM household h JOIN unnest(%s) AS i(id) ON i.id = h.household WHERE band = 1",
                            [household_of(f"f{n}") for n in range(300)])
    assert written == 300


def test_a_replay_changes_no_figure(office):
    office.settle()
    before = office.state()
    assert len(before["household"]) > 300 and before["packages"] and before["open_referrals"]
    aside = len(office.rejected.read())
    office.daemon.stop()
    office.sql("DELETE FROM sink_offset")
    office.ready(BATCH_RECORDS="37")
    office.settle()
    assert office.state() == before
    assert aside  # what could not be read is told again: that topic counts nothing


def test_postgres_is_away(office):
    office.daemon.stop()
    office.stack.postgres.stop()
    office.daemon.start()
    assert wait_until(lambda: office.dependency("postgres").get("why"), 20)
    assert get(office.daemon.port, "/livez")[0] == 200
    families(office.publisher, 50, band=2)
    office.stack.postgres.start()
    office.stack.postgres.wait_ready()
    office.settle()
    # And in mid-run.
    office.stack.postgres.kill()
    families(office.publisher, 50, band=0)
    assert wait_until(lambda: office.dependency("postgres").get("why"), 20)
    office.stack.postgres.start()
    office.stack.postgres.wait_ready()
    families(office.publisher, 10, band=1)
    office.settle()
    bands = office.sql("SELECT band, count(*) FROM household h JOIN unnest(%s) AS i(id) ON i.id = h.household GROUP BY 1 "
                       "ORDER BY 1", [household_of(f"f{n}") for n in range(50)])
    assert bands == [(0, 40), (1, 10)]
    assert wait_until(lambda: office.dependency("postgres")["up"], 10)


def test_a_place_with_another_owner_is_not_written(office):
    """Somebody else raised the epoch: the whole transaction is rolled back, the place dropped, the others go on."""
    place = (office.stack.prefix + "registry", events.partition("3510", 4))
    office.sql("UPDATE sink_offset SET epoch = epoch + 1, next_off = next_off WHERE topic = %s AND part = %s", *place)
    next_off = office.number("SELECT next_off FROM sink_offset WHERE topic = %s AND part = %s", *place)
    identity = household_of("of the other")
    office.publisher.registry("household", identity, golden("household.full", household=identity))
    office.publisher.flush()
    assert wait_until(lambda: office.log_events("partition_lost"), 20)
    office.publisher.visit("while one is lost")
    office.publisher.flush()
    assert wait_until(lambda: office.number("SELECT count(*) FROM visit WHERE visit = %s",
                                            uuid_of("while one is lost")) == 1, 20)
    assert office.number("SELECT count(*) FROM household WHERE household = %s", identity) == 0
    assert office.number("SELECT next_off FROM sink_offset WHERE topic = %s AND part = %s", *place) == next_off
    lost = office.log_events("partition_lost")
    assert [(event["topic"], event["partition"]) for event in lost] == [("registry", place[1])]
    office.ready()
    office.settle()
    assert office.number("SELECT count(*) FROM household WHERE household = %s", identity) == 1


def test_a_stopped_zombie_holds_nobody_up_and_writes_nothing(office):
    """Stopped in the middle of its transaction, its locks held; the heir takes over, the zombie wakes."""
    identity = household_of("fought over")
    blocker = psycopg2.connect(office.stack.postgres.url)
    blocker.cursor().execute("LOCK TABLE household IN EXCLUSIVE MODE")
    office.publisher.registry("household", identity, golden("household.full", household=identity, band=0))
    office.publisher.flush()
    assert wait_until(lambda: office.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0, 20)
    office.daemon.signal(signal.SIGSTOP)
    blocker.rollback()  # its statements go through, its COMMIT never comes
    blocker.close()
    heir = office.twin()
    heir.start()
    office.publisher.registry("household", identity, golden("household.full", household=identity, band=2))
    heir.wait_ready()
    office.settle()
    assert office.number("SELECT band FROM household WHERE household = %s", identity) == 2
    office.daemon.signal(signal.SIGCONT)
    assert wait_until(lambda: office.daemon.pid() is None, 30) and office.daemon.exit_status() == 1
    office.publisher.registry("household", household_of("later"), golden("household.full", household=household_of("later")))
    office.settle()
    assert office.number("SELECT band FROM household WHERE household = %s", identity) == 2
    assert not office.log_events("partition_lost", heir), "the zombie must not raise the epoch when it wakes"
    heir.stop()
    office.ready()


def test_the_second_inherits(office):
    second = office.twin("1")
    second.start()
    second.wait_ready()
    place = (office.stack.prefix + "registry", events.partition("3511", 4))
    epoch = "SELECT epoch FROM sink_offset WHERE topic = %s AND part = %s"
    families(office.publisher, 40, band=1, name="g", regency="3511")
    office.settle()
    held = office.number(epoch, *place)
    office.daemon.kill()
    families(office.publisher, 40, band=2, name="g", regency="3511")
    office.settle()  # after the session's six seconds
    assert office.number(epoch, *place) > held, "it was the second's all along"
    assert office.number("SELECT count(*) FROM household h JOIN unnest(%s) AS i(id) ON i.id = h.household WHERE band = 2",
                         [household_of(f"g{n}") for n in range(40)]) == 40
    second.stop()
    office.ready()


def test_another_log_stops_it(office):
    """Offsets beyond the log's end: the topics were made anew, or Postgres is of another cluster."""
    office.settle()
    office.daemon.stop()
    office.sql("UPDATE sink_offset SET next_off = next_off + 1000 WHERE topic LIKE '%%visit'")
    office.daemon.start()
    assert wait_until(lambda: office.daemon.pid() is None, 30) and office.daemon.exit_status() == 1
    assert office.log_events("offset_beyond_end")[0]["topic"] == "visit"
    office.sql("UPDATE sink_offset SET next_off = next_off - 1000 WHERE topic LIKE '%%visit'")
    office.ready()
    office.settle()
