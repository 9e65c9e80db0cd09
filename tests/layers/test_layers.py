"""A planted violation of each kind must be found, and clean files must pass: `make layers` can fail."""

import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import layers  # noqa: E402  pylint: disable=wrong-import-position

RULES = """
pure common/core common/domain common/wire services
calls pure memcpy strlen __stack_chk_fail _GLOBAL_OFFSET_TABLE_
library librdkafka common/io librdkafka/ rd_kafka_*
shell services/ingest/handle.c meets the outside
shell common/core/log.c writes
state common/core/log.c level : the log level
"""

# A small project in which everything is allowed.
CLEAN = {
    "common/core/log.c": "int level; int puts(const char *); void log_line(void); void log_line(void) { puts(level ? \"a\" : \"b\"); }",
    "common/core/str.c": "int str_a(void); int str_a(void) { return 1; }",
    "common/domain/nik.c": "int str_a(void); int nik_a(void); int nik_a(void) { return str_a(); }",
    "common/wire/event.c": "int nik_a(void); int event_a(void); int event_a(void) { return nik_a(); }",
    "common/io/kafka.c": "void rd_kafka_poll(void); void kafka_a(void); void kafka_a(void) { rd_kafka_poll(); }",
    "services/ingest/rule.c":
        "int event_a(void); static const char *const names[] = { \"x\", \"y\" };"
        "const char *rule_a(int i); const char *rule_a(int i) { return names[event_a() + i]; }",
    "services/ingest/handle.c": "void kafka_a(void); int open(const char *, int); int handle_a(void);"
                                "int handle_a(void) { kafka_a(); return open(\"x\", 0); }",
    "services/allocator/rule.c": "int plan_a(void); int same(void); int plan_a(void) { return same(); }",
    "services/allocator/view.c": "int same(void); int same(void) { return 2; }",
    "services/ingest/view.c": "int same(void); int same(void) { return 3; }",
}

# What is planted, where, and the words of the line that must report it.
PLANTED = [
    ("clock", "services/ingest/rule.c", "long time(long *); long f(void); long f(void) { return time(0); }", "calls time"),
    ("file", "common/wire/event.c", "int open(const char *, int); int f(void); int f(void) { return open(\"x\", 0); }",
     "is pure and calls open"),
    ("arrow up", "common/core/str.c", "int nik_a(void); int f(void); int f(void) { return nik_a(); }", "no arrow points there"),
    ("io from pure", "services/ingest/rule.c", "void kafka_a(void); void f(void); void f(void) { kafka_a(); }", "no arrow"),
    ("shell from pure", "services/ingest/rule.c", "int handle_a(void); int f(void); int f(void) { return handle_a(); }",
     "which is shell"),
    ("log from pure", "services/ingest/rule.c", "void log_line(void); void f(void); void f(void) { log_line(); }",
     "which is shell"),
    ("other service", "services/ingest/handle.c", "int plan_a(void); int f(void); int f(void) { return plan_a(); }",
     "no arrow points there"),
    ("client library", "services/ingest/handle.c", "void rd_kafka_poll(void); void f(void); void f(void) { rd_kafka_poll(); }",
     "librdkafka belongs to common/io"),
    ("state", "common/domain/nik.c", "int f(void); int f(void) { static int count; return ++count; }", "keeps state: count"),
    ("thread state", "common/domain/nik.c", "_Thread_local int seen; int f(void); int f(void) { return ++seen; }",
     "keeps state: seen"),
    ("initialised state", "services/ingest/rule.c", "int begin = 3;", "keeps state: begin"),
    ("header", "services/ingest/rule.c", "#if 0\n#include <librdkafka/rdkafka.h>\n#endif\nint f(void); int f(void) { return 0; }",
     "includes librdkafka/rdkafka.h"),
    ("service header", "services/ingest/rule.c", "#if 0\n#include \"services/allocator/rule.h\"\n#endif\nint f(void); int f(void) { return 0; }",
     "includes services/allocator/rule.h: no arrow"),
    ("header above", "common/domain/nik.c", "#if 0\n#include \"common/wire/event.h\"\n#endif\nint f(void); int f(void) { return 0; }",
     "includes common/wire/event.h: no arrow"),
]


def build(root, files):
    os.makedirs(root / "common")
    (root / "common/layers.txt").write_text(RULES)
    for name, text in files.items():
        source, obj = root / name, root / "obj" / (name[:-2] + ".o")
        source.parent.mkdir(parents=True, exist_ok=True)
        obj.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text + "\n")
        subprocess.run(["gcc", "-O1", "-fPIE", "-c", str(source), "-o", str(obj)], check=True)


def check(root):
    rules = layers.Rules(root / "common/layers.txt")
    return list(layers.violations(layers.read_objects(root / "obj", root), root, rules))


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    root = tmp_path_factory.mktemp("clean") / "project"
    root.mkdir()
    build(root, CLEAN)
    return root


def test_clean_project_has_no_violation(clean):
    assert check(clean) == []


@pytest.mark.parametrize("place, text, words", [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED])
def test_planted_violation_is_found(tmp_path, place, text, words):
    root = tmp_path / "project"
    root.mkdir()
    build(root, {**CLEAN, place: CLEAN[place] + "\n" + text})
    found = check(root)
    assert len(found) == 1 and found[0].startswith(place + ":") and words in found[0], found


def test_exception_for_a_missing_file_is_found(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    build(root, {name: text for name, text in CLEAN.items() if name != "services/ingest/handle.c"})
    assert check(root) == ["common/layers.txt: there is no services/ingest/handle.c"]
