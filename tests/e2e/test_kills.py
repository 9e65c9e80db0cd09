"""kill -9 at each named point, in the middle of a month. Afterwards everything holds as if nothing had happened."""

import os

import pytest

import checks

# (daemon, point, at which passage)
POINTS = [("ingest", "after-produce", 4), ("ingest", "after-commit", 4), ("allocator", "after-produce", 4),
          ("allocator", "after-commit", 4), ("notifier", "after-produce", 3), ("notifier", "after-commit", 3),
          ("notifier", "after-intent", 1), ("notifier", "after-body", 5), ("reporting", "before-postgres-commit", 4),
          ("reporting", "after-postgres-commit", 4)]
SLOW_GATEWAY = {"notifier": {"BERBAGI_GATEWAY_RATE": "15"}}


class Death:
    """Lets a daemon die once at a point and starts it again without the setting."""

    def __init__(self, run, name, point, passage):
        self.run, self.daemon = run, run.stack.daemons[name]
        self.mark = os.path.join(run.directory, f"{name}.{point}.mark")
        self.setting = {"BERBAGI_TEST_DIE_AT": f"{point}:{passage}", "BERBAGI_TEST_DIE_MARK": self.mark}
        self.point, self.before = point, None
        run.each_turn.append(self.look)

    def arm(self):
        self.daemon.stop()
        self.daemon.start(**self.setting)
        self.daemon.wait_ready()

    def look(self):
        if self.before is None and os.path.exists(self.mark) and self.daemon.pid() is None:
            self.before = self.run.handled(self.daemon.name)
            self.daemon.start()

    def assert_it_bit(self):
        with open(self.mark, encoding="ascii") as mark:
            assert mark.read() == self.point + "\n"
        assert self.before is not None
        after = self.run.handled(self.daemon.name)
        assert after - self.before >= 0.1 * after, f"only {after - self.before} of {after} records came after the kill"


@pytest.mark.parametrize("name, point, passage", POINTS, ids=[f"{name}-{point}" for name, point, _ in POINTS])
def test_killed_and_started_again(make_run, name, point, passage):
    run = make_run(flavor="test", slices=8, settings=SLOW_GATEWAY if name == "notifier" else None)
    run.stack.up()
    death = Death(run, name, point, passage)
    death.arm()
    run.play(months=1)
    death.assert_it_bit()
    checks.everything(run)
    run.stack.reset()
