"""The demo comes to a good end; and if one of its three sums is falsified, it says so and exits 1."""

import os
import subprocess
import sys

import pytest

import run  # noqa: F401  (paths)
from run import ROOT
from stack import Stack, free_port_base


@pytest.fixture(scope="module", name="demo")
def played_demo(tmp_path_factory):
    """Runs demo.py with options against one stack of its own."""
    directory = tmp_path_factory.mktemp("demo") / "stack"
    env = {**os.environ, "BERBAGI_LOCAL_DIR": str(directory), "BERBAGI_PORT_BASE": str(free_port_base())}

    def demo(*options):
        return subprocess.run([sys.executable, os.path.join(ROOT, "tests/demo/demo.py"), *options], env=env, check=False,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=150)
    yield demo
    Stack(str(directory)).reset()


def test_good_end(demo):
    end = demo("--families", "300")
    assert end.returncode == 0, end.stderr + end.stdout
    assert end.stdout.count("[COCOK]") == 3 and "TIDAK" not in end.stdout
    for word in ("Desil 1", "Desil 2", "Paket", "sisa", "Jarak", "Asuh", "Kunjungan", "Rujukan", "Pesan", "Ditolak"):
        assert word in end.stdout
    assert "psql" in end.stdout and "make down" in end.stdout


@pytest.mark.parametrize("which, line", [("intake", "Catatan masuk"), ("packages", "Paket"), ("messages", "Pesan")])
def test_a_falsified_sum_is_told(demo, which, line):
    end = demo("--again", "--falsify", which)
    assert end.returncode == 1, end.stderr + end.stdout
    wrong = [text for text in end.stdout.splitlines() if text.startswith("[TIDAK COCOK]")]
    assert len(wrong) == 1 and line in wrong[0]
    assert end.stdout.count("[COCOK]") == 2


def test_what_was_falsified_is_mended(demo):
    assert demo("--again").returncode == 0
