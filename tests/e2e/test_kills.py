"""kill -9 at each named point, in the middle of two months. Afterwards everything holds as if nothing had happened."""

import pytest

import checks
from deaths import POINTS, SLOW_GATEWAY, Deaths


@pytest.mark.parametrize("name", POINTS)
def test_killed_and_started_again(make_run, name):
    run = make_run(flavor="test", slices=8, settings=SLOW_GATEWAY)
    run.stack.up()
    deaths = Deaths(run, name, POINTS[name])
    deaths.start_again()
    run.play()
    deaths.assert_they_bit()
    checks.everything(run)
    run.end()
