"""Fixtures that several modules share."""

import pytest

import run as run_module


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """The generator's two months, small."""
    return run_module.generate(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def make_run(data, tmp_path_factory):
    """Makes runs, whose stacks end with the module."""
    made = []

    def make(**options):
        made.append(run_module.Run(tmp_path_factory.mktemp("run"), data, **options))
        return made[-1]
    yield make
    for run in made:
        run.end()
