"""A process that outlives us: started in the background, found again by its pid file, ended by its pid.

The pid file holds the pid and the start time that the kernel gives it, so that a pid that has been given to somebody
else is never signalled.
"""

import os
import signal
import socket
import subprocess
import time


class Failure(Exception):
    """What the user should read: one sentence, and what to do about it."""


def start_time(pid):
    """Clock ticks since boot at which the process began; None if there is none (a zombie counts as none)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(condition, timeout, pause=0.02):
    """The first true answer of `condition`; False after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)


class Process:
    """One server or daemon. Subclasses say how it is started (`command`) and what it still waits for (`waiting`)."""

    stop_signal = signal.SIGTERM
    stop_timeout = 20
    user = None  # whom it runs as, if not us

    def __init__(self, name, directory, ports):
        self.name = name
        self.directory = directory
        self.ports = ports
        self.log = os.path.join(directory, name + ".log")
        self.pid_file = os.path.join(directory, name + ".pid")
        self._child = None

    @property
    def port(self):
        return self.ports[0]

    def command(self):
        """(argv, environment) of the process."""
        raise NotImplementedError

    def prepare(self):
        """What must lie on the disk before the first start."""

    def waiting(self):
        """None once it serves, else what it waits for."""
        raise NotImplementedError

    def pid(self):
        """The pid if it runs, else None."""
        if self._child is not None:
            self._child.poll()  # reaps it if it has ended
        try:
            with open(self.pid_file, encoding="ascii") as source:
                pid, began = (int(word) for word in source.read().split())
        except (OSError, ValueError):
            return None
        return pid if start_time(pid) == began else None

    def start(self, **environment):
        """Starts it unless it runs; does not wait. True if it was started now."""
        if self.pid():
            return False
        for port in self.ports:
            # A process that has just been killed may hold its port until its last thread is gone.
            if not wait_until(lambda: port_is_free(port), 2):
                raise Failure(f"{self.name}: port {port} is in use by somebody else. "
                              "Choose other ports: BERBAGI_PORT_BASE=<number> make up")
        self.prepare()
        argv, env = self.command()
        with open(self.log, "ab") as log:
            try:
                self._child = subprocess.Popen(argv, env={**env, **environment}, stdin=subprocess.DEVNULL, stdout=log,
                                               stderr=log, start_new_session=True, cwd="/", **self._identity())
            except FileNotFoundError as error:
                raise Failure(f"{self.name}: {error.filename} is missing. Run `make setup`") from error
        with open(self.pid_file, "w", encoding="ascii") as target:
            target.write(f"{self._child.pid} {start_time(self._child.pid) or 0}\n")
        return True

    def _identity(self):
        return {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}

    def wait_ready(self, timeout=60):
        def ready():
            if not self.pid():
                raise Failure(f"{self.name}: ended while starting. The end of its log, {self.log}:\n{self.log_tail()}")
            return self.waiting() is None
        if not wait_until(ready, timeout):
            raise Failure(f"{self.name}: not ready after {timeout} s ({self.waiting()}). See {self.log}")

    def kill(self):
        """At once, as a crash would (kill -9)."""
        self.signal(signal.SIGKILL)
        wait_until(lambda: self.pid() is None, 10)

    def signal(self, number):
        pid = self.pid()
        if pid:
            os.kill(pid, number)

    def stop(self):
        """Asks it to end, insists after stop_timeout. True if it ran."""
        if not self.pid():
            self._forget()
            return False
        self.signal(self.stop_signal)
        if not wait_until(lambda: self.pid() is None, self.stop_timeout):
            self.kill()
        self._forget()
        return True

    def _forget(self):
        try:
            os.unlink(self.pid_file)
        except FileNotFoundError:
            pass

    def exit_status(self):
        """Of a process that we started ourselves and that has ended; None otherwise."""
        return None if self._child is None else self._child.poll()

    def memory_mib(self):
        try:
            with open(f"/proc/{self.pid()}/status", encoding="ascii") as status:
                return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS:"))
        except (OSError, StopIteration):
            return None

    def log_tail(self, lines=12):
        try:
            with open(self.log, "rb") as source:
                source.seek(max(0, os.path.getsize(self.log) - 8192))
                return "".join("    " + line for line in
                               source.read().decode(errors="replace").splitlines(keepends=True)[-lines:])
        except OSError:
            return ""
