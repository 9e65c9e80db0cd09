"""What the documents say about files and programs that can be looked at: settings, options, links, read-me files."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = ROOT / "build/asan/bin"
DAEMONS = sorted(path.parent.name for path in ROOT.glob("services/*/main.c"))
LEVELS = ("common/*/*", "services/*/*", "deploy/*", "deploy/local/*", "docs/*", "tests/*/*", "tests/unit/*/*")
FOLDERS = sorted({path.parent for level in LEVELS for path in ROOT.glob(level)
                  if path.is_file() and "__pycache__" not in path.parts})
PAGES = sorted(path for path in ROOT.rglob("*.md") if "build" not in path.relative_to(ROOT).parts)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def name_of(path):
    return str(path.relative_to(ROOT))


def build(*targets):
    subprocess.run(["make", *(str(target.relative_to(ROOT)) for target in targets)], cwd=ROOT, check=True,
                   capture_output=True)


def said_by(program, *arguments, status=0):
    done = subprocess.run([program, *arguments], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == status, done.stderr
    return done.stdout


def test_settings_are_those_of_the_daemons():
    programs = [BIN / f"berbagi-{name}" for name in DAEMONS]
    build(*programs)
    page = said_by(ROOT / "deploy/settings-page", *programs)
    assert page == (ROOT / "docs/settings.md").read_text(encoding="utf-8"), "run `make docs`"
    assert len(DAEMONS) == 4 and page.count("\n| `BERBAGI_") > 40


# What only the operator can know. A default would reach a stranger's server, or send in a stranger's name.
KAFKA = {"KAFKA_BOOTSTRAP"}
PHONE = {"PHONE_KEYS", "PHONE_CIPHER_KEYS"}
REQUIRED = {
    "allocator": KAFKA,
    "ingest": {*KAFKA, *PHONE, "REDIS_URL", "KK_KEYS", "NIP_KEYS"},
    "notifier": {*KAFKA, *PHONE, "GATEWAY_URL", "GATEWAY_PHONE_NUMBER_ID", "GATEWAY_TOKEN", "WEBHOOK_SECRET",
                 "WEBHOOK_VERIFY"},
    "reporting": {*KAFKA, "DATABASE_URL"},
}


@pytest.mark.parametrize("name", DAEMONS)
def test_a_start_without_settings_names_all_that_are_required(name):
    program = BIN / f"berbagi-{name}"
    build(program)
    for arguments in ((), ("--check-config",)):
        done = subprocess.run([program, *arguments], env={}, capture_output=True, text=True, check=False)
        assert done.returncode == 78
        assert set(re.findall(r"BERBAGI_([A-Z_]+)", done.stderr)) == REQUIRED[name]


def test_manual_has_the_options_of_the_program():
    build(BIN / "berbagi-plan")
    options = set(re.findall(r"--[a-z][a-z-]*", said_by(BIN / "berbagi-plan", "--help")))
    manual = (ROOT / "docs/berbagi-plan.1").read_text(encoding="utf-8").replace("\\-", "-")
    assert len(options) > 5 and options == set(re.findall(r"--[a-z][a-z-]*", manual))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_folder_has_a_readme(folder):
    """Its own; the areas of tests/unit have a row each in the page above them."""
    if folder.parent.name == "unit":
        assert f"`{folder.name}/`" in (folder.parent / "README.md").read_text(encoding="utf-8")
    else:
        assert (folder / "README.md").exists()
