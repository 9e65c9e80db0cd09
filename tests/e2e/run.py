"""A run under test: a stack of its own, the generator's months played through it, and what they left behind."""

import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, *part.split("/")) for part in
                ("tests/generator", "tests/demo", "tests/fold", "tests/schema", "deploy/local") if
                os.path.join(ROOT, *part.split("/")) not in sys.path]
import month  # noqa: E402
import topics  # noqa: E402
from admin import INPUTS  # noqa: E402
from daemons import get  # noqa: E402
from generate import MONTHS  # noqa: E402
from stack import DAEMONS, Stack, free_port_base  # noqa: E402

FAMILIES, WRONG = 300, 60
LOGS = ("registry", "visit", "referral", "contact", "tally", "decision", "notification", "suppression")
REGENCIES = 3


def generate(folder, families=FAMILIES, wrong=WRONG):
    subprocess.run([sys.executable, os.path.join(ROOT, "tests/generator/generate.py"), str(folder), "--families",
                    str(families), "--wrong", str(wrong)], check=True)
    return str(folder)


class Run(month.Pipeline):
    """`data` is a folder that generate() filled. `slices` > 1 sends each file in as many pieces."""

    def __init__(self, directory, data, flavor="release", settings=None, topic_settings=None, slices=1, partitions=16):
        self.directory, self.data, self.slices = str(directory), data, slices
        ours = month.settings(data)
        for name, values in (settings or {}).items():
            ours[name] = {**ours[name], **values}
        super().__init__(Stack(os.path.join(self.directory, "stack"), settings=ours, topics=topic_settings,
                               flavor=flavor, port_base=free_port_base(), partitions=partitions), self.directory)
        self.fates = {}   # type -> fate -> how many, as the generator expects them
        self.files = []   # everything that was sent
        self.each_turn = []  # called at every turn of a wait

    def end(self):
        """The stack and all its data go, if they are not gone yet."""
        if os.path.exists(self.stack.directory):
            self.stack.reset()

    # ---- sending -----------------------------------------------------------------------------------------------------

    def send(self, kind, path):
        self.files.append(path)
        if self.slices == 1:
            return super().send(kind, path)
        with open(path, "rb") as source:
            lines = source.readlines()
        size = -(-len(lines) // self.slices)
        tool = subprocess.Popen([os.path.join(self.bin, "berbagi-send"), kind, "-"], env=self.kafka_env,
                                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        with tool:
            for at in range(0, len(lines), size):
                tool.stdin.write(b"".join(lines[at:at + size]))
                tool.stdin.flush()
                time.sleep(0.12)  # a transaction or two
                self.turn()
        assert tool.returncode == 0
        self.sent[kind] = self.sent.get(kind, 0) + len(lines)
        return len(lines)

    def turn(self):
        for action in self.each_turn:
            action()

    def wait(self, what, reached, timeout=60):
        def reached_after_turn():
            self.turn()
            return reached()
        super().wait(what, reached_after_turn, timeout)

    def play(self, months=len(MONTHS)):
        """The first months; what must become of each record is in `fates` afterwards."""
        with open(os.path.join(self.data, "expected.json"), encoding="utf-8") as source:
            expected = json.load(source)
        for entry in MONTHS[:months]:
            visit_fates = month.play(self, self.data, entry["name"], entry["period"], REGENCIES, lambda text: None)
            for kind, fates in {**expected[entry["name"]], "visit": visit_fates}.items():
                sums = self.fates.setdefault("period" if kind in ("plan", "close") else kind, {})
                for fate, n in fates.items():
                    sums[fate] = sums.get(fate, 0) + n
        self.settle()

    # ---- coming to rest ----------------------------------------------------------------------------------------------

    def read(self, names, isolation="read_committed"):
        return topics.read(self.stack.kafka.bootstrap, self.stack.prefix, names, isolation)

    def offsets(self, service):
        """{(topic, partition): how far the service has come}."""
        if service == "reporting":
            prefix = len(self.stack.prefix)
            return {(topic[prefix:], int(part)): int(off) for topic, part, off in
                    self.sql("SELECT topic, part, next_off FROM sink_offset")}
        return topics.committed(self.stack.kafka.bootstrap, self.stack.prefix, "berbagi-" + service, INPUTS[service])

    def handled(self, service):
        """How many offsets the service has behind it."""
        return sum(max(0, offset) for offset in self.offsets(service).values())

    def behind(self):
        """What still waits: {service: topics with records it has not committed}."""
        ends = {}
        for record in self.read(topics.CANONICAL + tuple(INPUTS["ingest"])):
            ends[record.topic, record.partition] = record.offset + 1
        late = {}
        for service in DAEMONS:
            places = self.offsets(service)
            missing = sorted({topic for (topic, partition), end in ends.items()
                              if topic in INPUTS[service] and places.get((topic, partition), 0) < end})
            if missing:
                late[service] = missing
        return late

    def settle(self, timeout=60):
        """Until every record of every topic is behind all its readers and no callback is under way."""
        quiet, late = 0, {}
        deadline = time.monotonic() + timeout
        while quiet < 2:
            assert time.monotonic() < deadline, f"not at rest: {late}, gateway {self.stack.gateway.stats()}"
            self.turn()
            late = self.behind()
            quiet = 0 if late or self.stack.gateway.stats()["webhooks_pending"] else quiet + 1
            time.sleep(0.2)

    # ---- what is left behind -----------------------------------------------------------------------------------------

    def dump(self):
        """Every topic as berbagi-log writes it, in <directory>/log; returns that folder."""
        folder = os.path.join(self.directory, "log")
        os.makedirs(folder, exist_ok=True)
        for topic in LOGS:
            self.log(topic, os.path.join(folder, topic + ".ndjson"))
        return folder

    def pages(self):
        """What the daemons say over HTTP."""
        return {f"{name}{path}": get(daemon.port, path)[1] for name, daemon in self.stack.daemons.items()
                for path in ("/metrics", "/readyz", "/livez")}

    def ready_body(self, name):
        return get(self.stack.daemons[name].port, "/readyz")

    def ledger(self, event=None):
        with open(self.stack.gateway.ledger, encoding="utf-8") as lines:
            entries = [json.loads(line) for line in lines if line.strip()]
        return [entry for entry in entries if event in (None, entry["event"])]
