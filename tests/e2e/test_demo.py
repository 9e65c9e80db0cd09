"""The demo comes to a good end; and if one of its three sums is falsified, it says so and exits 1."""

import os
import subprocess
import sys

import pytest

import run  # noqa: F401  (paths)
from run import ROOT
from stack import Stack, free_port_base


def play(directory, *options):
    env = {**os.environ, "BERBAGI_LOCAL_DIR": str(directory), "BERBAGI_PORT_BASE": str(free_port_base())}
    try:
        return subprocess.run([sys.executable, os.path.join(ROOT, "tests/demo/demo.py"), "--families", "300", *options],
                              env=env, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=150)
    finally:
        Stack(str(directory)).reset()


def test_good_end(tmp_path):
    demo = play(tmp_path / "stack")
    assert demo.returncode == 0, demo.stderr + demo.stdout
    assert demo.stdout.count("[COCOK]") == 3 and "TIDAK" not in demo.stdout
    for word in ("Desil 1", "Desil 2", "Paket", "sisa", "Jarak", "Asuh", "Kunjungan", "Rujukan", "Pesan", "Ditolak"):
        assert word in demo.stdout
    assert "psql" in demo.stdout and "make down" in demo.stdout


@pytest.mark.parametrize("which, line", [("intake", "Catatan masuk"), ("packages", "Paket"), ("messages", "Pesan")])
def test_a_falsified_sum_is_told(tmp_path, which, line):
    demo = play(tmp_path / "stack", "--falsify", which)
    assert demo.returncode == 1, demo.stderr + demo.stdout
    wrong = [text for text in demo.stdout.splitlines() if text.startswith("[TIDAK COCOK]")]
    assert len(wrong) == 1 and line in wrong[0]
    assert demo.stdout.count("[COCOK]") == 2
