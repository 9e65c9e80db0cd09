"""One month of the programme, played through the pipeline by its public doors: berbagi-send, berbagi-log, SQL."""

import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
GENERATOR = os.path.join(ROOT, "tests", "generator")

# The service clock of a run: a Tuesday morning before the first distribution, so that messages may go out.
CLOCK = "2026-01-13T03:00:00Z"


def settings(data):
    """What the daemons need besides the stack's own: the run's region table and clock, no idle waiting."""
    regions = {"BERBAGI_REGIONS_FILE": os.path.join(data, "regions.csv")}
    return {"ingest": dict(regions), "allocator": dict(regions), "reporting": dict(regions),
            "notifier": {"BERBAGI_CLOCK": CLOCK, "BERBAGI_GATEWAY_RATE": "500", "BERBAGI_CONTACT_GRACE": "2s"}}


class Pipeline:
    """The tools of one running stack."""

    def __init__(self, stack, work):
        self.stack = stack
        self.work = work
        env = stack.env()
        self.bin = env["BERBAGI_BIN"]
        self.database = env["DATABASE_URL"]
        self.kafka_env = {"PATH": "/usr/bin:/bin", "BERBAGI_KAFKA_BOOTSTRAP": env["KAFKA_BOOTSTRAP"],
                          "BERBAGI_TOPIC_PREFIX": env["TOPIC_PREFIX"]}
        self.sent = {}

    def tool(self, name, *arguments, **options):
        return subprocess.run([os.path.join(self.bin, name), *arguments], env=self.kafka_env, check=True,
                              stdout=subprocess.PIPE, **options).stdout

    def send(self, kind, path):
        """Publishes a file; returns how many lines the tool says it sent."""
        self.tool("berbagi-send", kind, path)
        with open(path, encoding="utf-8") as lines:
            count = sum(1 for _ in lines)
        self.sent[kind] = self.sent.get(kind, 0) + count
        return count

    def log(self, topic, path):
        """Writes a topic to a file, one event a line."""
        with open(path, "wb") as out:
            out.write(self.tool("berbagi-log", topic))

    def sql(self, query):
        """Rows of text columns."""
        out = subprocess.run(["psql", "-X", "-A", "-t", "-F", "\t", "-d", self.database, "-c", query], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        return [line.split("\t") for line in out.splitlines() if line]

    def number(self, query):
        return int(self.sql(query)[0][0] or 0)

    def wait(self, what, reached, timeout=60):
        """Polls until reached() is true."""
        deadline = time.monotonic() + timeout
        while not reached():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: not reached in {timeout} s; `make status` tells more")
            time.sleep(0.1)

    def wait_counted(self):
        """Until the tallies in Postgres account for everything sent."""
        total = sum(self.sent.values())
        self.wait("the intake's count", lambda: self.number("SELECT coalesce(sum(records), 0) FROM intake") >= total)

    def wait_plans(self, period, trigger, count):
        self.wait(f"{count} {trigger} events of {period}", lambda: self.number(
            f"SELECT count(*) FROM plan WHERE period = '{period}' AND trigger = '{trigger}'") >= count)

    def wait_messages(self, period):
        """Until nothing is under way: every giver with a row has a message in a final state."""
        self.wait("the messages' outcomes", lambda: self.number(
            "SELECT count(*) FROM (SELECT DISTINCT a.regency, a.giver_kind, a.giver FROM assignment a WHERE a.period ="
            f" '{period}' AND a.giver IS NOT NULL AND a.state = 'planned' EXCEPT SELECT n.regency, n.giver_kind, "
            f"n.giver FROM notification n WHERE n.period = '{period}' AND n.state NOT IN ('intent', 'sent')) g") == 0)


def visits(pipeline, folder, month, period):
    """What the stand-in Smart Kampung reports of a plan; returns the fates it expects."""
    decisions = os.path.join(pipeline.work, "decision.ndjson")
    pipeline.log("decision", decisions)
    path = os.path.join(pipeline.work, f"visit-{period}.ndjson")
    with open(decisions, "rb") as source:
        out = subprocess.run([sys.executable, os.path.join(GENERATOR, "smart_kampung.py"),
                              os.path.join(folder, month, "smart_kampung.json"), period, path], stdin=source, check=True,
                             stdout=subprocess.PIPE).stdout
    return path, json.loads(out)


def distribute(pipeline, folder, month, period, regencies, say):
    """Registers, plans, tells the givers, collects the visits; returns the fates of these."""
    for kind, word in (("asn", "data pegawai"), ("household", "data keluarga"), ("donation", "donasi mitra")):
        say(f"{period}: {pipeline.send(kind, os.path.join(folder, month, kind + '.ndjson'))} {word} dikirim")
    pipeline.send("period", os.path.join(folder, month, "plan.ndjson"))
    pipeline.wait_plans(period, "cut", regencies)
    say(f"{period}: rencana jadi untuk {regencies} kabupaten")
    pipeline.wait_messages(period)
    say(f"{period}: para pemberi sudah diberi tahu lewat WhatsApp")
    path, fates = visits(pipeline, folder, month, period)
    say(f"{period}: {pipeline.send('visit', path)} laporan kunjungan dikirim")
    pipeline.wait_counted()
    return fates


def close(pipeline, folder, month, period, regencies):
    pipeline.send("period", os.path.join(folder, month, "close.ndjson"))
    pipeline.wait_plans(period, "close", regencies)
    pipeline.wait_counted()


def play(pipeline, folder, month, period, regencies, say):
    """A month from its registers to its close."""
    fates = distribute(pipeline, folder, month, period, regencies, say)
    close(pipeline, folder, month, period, regencies)
    say(f"{period}: ditutup")
    return fates
