"""Processes of the local stack: found again, never started twice, never mistaken for somebody else's."""

import os
import signal
import socket
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "deploy/local"))
from process import Failure, Process, port_is_free, start_time  # noqa: E402
import stack  # noqa: E402

LISTENER = ("import signal, socket, sys, time; s = socket.socket();"
            "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('127.0.0.1', int(sys.argv[1])));"
            "s.listen(); signal.signal(signal.SIGTERM, signal.SIG_IGN if 'deaf' in sys.argv else signal.SIG_DFL);"
            "print('listening', flush=True); time.sleep(600)")


class Listener(Process):
    """A program that listens on its port and does nothing else."""

    words = ()

    def command(self):
        return [sys.executable, "-c", LISTENER, str(self.port), *self.words], {}

    def waiting(self):
        return "does not listen yet" if port_is_free(self.port) or "listening" not in self.log_tail() else None


@pytest.fixture
def listener(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = Listener("listener", str(tmp_path), [port])
    yield process
    process.kill()


def test_is_started_once_and_found_again(listener):
    assert listener.start() is True
    listener.wait_ready(10)
    again = Listener("listener", listener.directory, listener.ports)
    assert again.pid() == listener.pid()
    assert again.start() is False
    assert listener.memory_mib() > 0


def test_stop_ends_it_and_does_no_harm_twice(listener):
    listener.start()
    listener.wait_ready(10)
    assert listener.stop() is True
    assert listener.pid() is None and not os.path.exists(listener.pid_file)
    assert listener.stop() is False
    assert listener.start() is True


def test_one_that_does_not_listen_to_reason_is_killed(listener):
    listener.words = ("deaf",)
    listener.stop_timeout = 0.3
    listener.start()
    listener.wait_ready(10)
    assert listener.stop() is True
    assert listener.exit_status() == -signal.SIGKILL


def test_pid_of_somebody_else_is_never_signalled(listener):
    with subprocess.Popen(["sleep", "60"]) as stranger:
        with open(listener.pid_file, "w", encoding="ascii") as target:
            target.write(f"{stranger.pid} {start_time(stranger.pid) - 1}\n")
        assert listener.pid() is None
        assert listener.stop() is False
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.parametrize("text", ["", "garbage", "12", "999999999 5"])
def test_broken_pid_file_means_down(listener, text):
    with open(listener.pid_file, "w", encoding="ascii") as target:
        target.write(text)
    assert listener.pid() is None


def test_port_in_use_is_named_and_nothing_is_started(listener):
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", listener.port))
        occupant.listen()
        with pytest.raises(Failure, match=f"port {listener.port} is in use"):
            listener.start()
    assert not os.path.exists(listener.pid_file)


def test_early_end_shows_the_end_of_the_log(listener):
    listener.command = lambda: ([sys.executable, "-c", "import sys; sys.exit('no such shelf')"], {})
    listener.start()
    with pytest.raises(Failure, match="no such shelf"):
        listener.wait_ready(10)


def test_missing_program_says_what_to_do(listener):
    listener.command = lambda: (["/nonexistent/program"], {})
    with pytest.raises(Failure, match="make setup"):
        listener.start()


def test_full_disk_is_said_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(stack, "LEAST_FREE_MIB", 2**40)
    ours = stack.Stack(str(tmp_path), port_base=stack.free_port_base())
    with pytest.raises(Failure, match="MiB are free"):
        ours.up()
    assert not any(process.pid() for process in ours.all.values())


@pytest.mark.parametrize("base", ["80", "40000", "many"])
def test_port_base_is_checked(base):
    with pytest.raises(Failure, match="BERBAGI_PORT_BASE"):
        stack.choices_of({"BERBAGI_PORT_BASE": base})


def test_secrets_are_ours_alone_and_stay(tmp_path):
    first = stack.Stack(str(tmp_path), port_base=20000)
    secrets = first.keys.get("kk.keys")
    mode = os.stat(first.keys.path("kk.keys")).st_mode & 0o777
    assert mode == 0o400 and secrets.startswith("k1 ") and len(secrets) == 67
    assert stack.Stack(str(tmp_path), port_base=20000).keys.get("kk.keys") == secrets
