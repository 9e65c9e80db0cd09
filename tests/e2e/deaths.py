"""Daemons that die at named points (BERBAGI_TEST_DIE_AT, flavour test) and are started again."""

import os

from process import wait_until

# For each daemon the points at which it dies, one after the other: (name, at which passage since the last start, whether
# only once a plan has been cut).
POINTS = {
    "ingest": [("after-produce", 4, False), ("after-commit", 4, False), ("after-commit", 1, True)],
    "allocator": [("after-produce", 3, False), ("after-produce", 1, True), ("after-commit", 1, True)],
    "notifier": [("after-produce", 3, False), ("after-commit", 3, False), ("after-intent", 1, False),
                 ("after-body", 4, False)],
    "reporting": [("before-postgres-commit", 4, False), ("after-postgres-commit", 1, True)],
}
# Few messages a second, so that some are left after every death.
SLOW_GATEWAY = {"notifier": {"BERBAGI_GATEWAY_RATE": "10"}}


class Deaths:
    """Lets a daemon die at one point after the other, and starts it again each time; the last time for good."""

    def __init__(self, run, name, points):
        self.run, self.daemon = run, run.stack.daemons[name]
        self.points = list(points)
        self.handled = []  # how many records it had behind it when it died
        self.armed = False
        run.each_turn.append(self.look)

    def mark(self, at):
        return os.path.join(self.run.directory, f"{self.daemon.name}.{at}.mark")

    def wanted(self):
        """The next point, None after the last."""
        return self.points[len(self.handled)] if len(self.handled) < len(self.points) else None

    def start(self):
        """Starts it, set to die if the next point's time has come."""
        wanted = self.wanted()
        self.armed = wanted is not None and (not wanted[2] or self.run.number("SELECT count(*) FROM plan") > 0)
        setting = {"BERBAGI_TEST_DIE_AT": f"{wanted[0]}:{wanted[1]}",
                   "BERBAGI_TEST_DIE_MARK": self.mark(len(self.handled))} if self.armed else {}
        self.daemon.start(**setting)

    def start_and_wait(self):
        """Until it serves, or has died already."""
        self.start()
        assert wait_until(lambda: self.daemon.pid() is None or self.daemon.waiting() is None, 30)

    def start_again(self):
        self.daemon.stop()
        self.start_and_wait()

    def look(self):
        """At every turn of the run: is it dead? Is it time for the next point?"""
        wanted = self.wanted()
        if wanted is None:
            return
        if self.armed and self.daemon.pid() is None:
            assert os.path.exists(self.mark(len(self.handled))), self.daemon.log_tail()
            self.handled.append(self.run.handled(self.daemon.name))
            self.start_and_wait()
        elif not self.armed and self.run.number("SELECT count(*) FROM plan") > 0:
            self.start_again()

    def assert_they_bit(self):
        total = self.run.handled(self.daemon.name)
        assert len(self.handled) == len(self.points), f"died only {len(self.handled)} times"
        for at, ((point, _, _), handled) in enumerate(zip(self.points, self.handled)):
            with open(self.mark(at), encoding="ascii") as mark:
                assert mark.read() == point + "\n"
            assert total - handled >= 0.1 * total, f"{point}: only {total - handled} of {total} records came after it"
