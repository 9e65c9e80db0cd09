"""kill -9 at each named point, in the middle of a month. Afterwards everything holds as if nothing had happened."""

import os

import pytest

import checks

# For each daemon the points at which it dies, one after the other: (name, at which passage since the last start).
POINTS = {
    "ingest": [("after-produce", 4), ("after-commit", 4)],
    "allocator": [("after-produce", 3), ("after-commit", 3)],
    "notifier": [("after-produce", 3), ("after-commit", 3), ("after-intent", 1), ("after-body", 4)],
    "reporting": [("before-postgres-commit", 4), ("after-postgres-commit", 4)],
}
# Few messages a second, so that some are left after every death.
SLOW_GATEWAY = {"notifier": {"BERBAGI_GATEWAY_RATE": "10"}}


class Deaths:
    """Lets a daemon die at one point after the other, and starts it again each time; the last time for good."""

    def __init__(self, run, name, points):
        self.run, self.daemon = run, run.stack.daemons[name]
        self.points = list(points)
        self.handled = []  # how many records it had behind it when it died
        run.each_turn.append(self.look)

    def mark(self, at):
        return os.path.join(self.run.directory, f"{self.daemon.name}.{at}.mark")

    def start(self):
        at = len(self.handled)
        setting = {}
        if at < len(self.points):
            point, passage = self.points[at]
            setting = {"BERBAGI_TEST_DIE_AT": f"{point}:{passage}", "BERBAGI_TEST_DIE_MARK": self.mark(at)}
        self.daemon.start(**setting)

    def arm(self):
        self.daemon.stop()
        self.start()
        self.daemon.wait_ready()

    def look(self):
        if len(self.handled) < len(self.points) and self.daemon.pid() is None:
            assert os.path.exists(self.mark(len(self.handled))), self.daemon.log_tail()
            self.handled.append(self.run.handled(self.daemon.name))
            self.start()

    def assert_they_bit(self):
        total = self.run.handled(self.daemon.name)
        assert len(self.handled) == len(self.points), f"died only {len(self.handled)} times"
        for at, ((point, _), handled) in enumerate(zip(self.points, self.handled)):
            with open(self.mark(at), encoding="ascii") as mark:
                assert mark.read() == point + "\n"
            assert total - handled >= 0.1 * total, f"{point}: only {total - handled} of {total} records came after it"


@pytest.mark.parametrize("name", POINTS)
def test_killed_and_started_again(make_run, name):
    run = make_run(flavor="test", slices=8, settings=SLOW_GATEWAY)
    run.stack.up()
    deaths = Deaths(run, name, POINTS[name])
    deaths.arm()
    run.play(months=1)
    deaths.assert_they_bit()
    checks.everything(run)
    run.end()
