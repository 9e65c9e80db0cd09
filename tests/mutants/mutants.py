#!/usr/bin/python3
"""Shows that the kill tests bite: daemons with one mistake each must not survive them.

    mutants.py [NAME…]

For each mutant a copy of the sources is patched in a temporary tree, one daemon built there (flavour test), and the months
of tests/e2e/test_kills.py played with it. The unpatched daemon must pass, every mutant must be caught. Exit status 1 if
one is not, or if its patch no longer fits. Takes about half a minute each; needs `make FLAVOR=test all`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests/e2e"))
import run as run_module  # noqa: E402
import checks  # noqa: E402
from deaths import SLOW_GATEWAY, Deaths  # noqa: E402


@dataclass(frozen=True)
class Mutant:
    name: str
    daemon: str
    file: str
    old: str
    new: str
    points: tuple


MUTANTS = [
    Mutant("control", "notifier", "services/notifier/handle.c", "", "", (("after-body", 4, False),)),
    # The request leaves while its intent may still be aborted.
    Mutant("request-before-intent", "notifier", "services/notifier/handle.c",
           "            error = notifier_decide_due(n, out);\n",
           "            error = notifier_decide_due(n, out);\n        (void)!notifier_dispatch(n);\n",
           (("after-body", 4, False),)),
    # Reading goes on before the rows stand.
    Mutant("offsets-before-rows", "reporting", "common/daemon/pg_loop.c",
           '    FAULT_POINT("before-postgres-commit");\n'
           "    int error = pg_transaction(l->pg, statements, (size_t)count + 1, &which);\n",
           "    int error = pg_transaction(l->pg, &statements[count], 1, &which);\n"
           '    FAULT_POINT("before-postgres-commit");\n'
           "    error = error != 0 ? error : pg_transaction(l->pg, statements, (size_t)count, &which);\n",
           (("before-postgres-commit", 4, False),)),
    # Input offsets do not move with the output.
    Mutant("offsets-left-behind", "ingest", "common/daemon/txn_commit.c",
           "    enum kafka_verdict v = send_offsets(l);\n",
           "    enum kafka_verdict v = l->retries < 1000 ? KAFKA_OK : send_offsets(l);\n",
           (("after-commit", 4, False),)),
    # A start forgets what was decided before.
    Mutant("decisions-forgotten", "allocator", "services/allocator/handle.c",
           "        error = log_read(reader, TOPIC_DECISION, partition, begin, -1, restore_decision, s, NULL);\n",
           "        error = begin < 0 ? log_read(reader, TOPIC_DECISION, partition, begin, -1, restore_decision, s, NULL)"
           " : 0;\n", (("after-commit", 1, True),)),
]


def tree(mutant, place):
    """A copy of sources and objects with one file patched; only that one is compiled again."""
    for folder in ("common", "services", "deploy"):
        shutil.copytree(os.path.join(ROOT, folder), os.path.join(place, folder))
    shutil.copy2(os.path.join(ROOT, "Makefile"), place)
    os.makedirs(os.path.join(place, "build"))
    for folder in ("test", "probe"):
        shutil.copytree(os.path.join(ROOT, "build", folder), os.path.join(place, "build", folder), symlinks=True)
    os.symlink(os.path.join(ROOT, "build/deps"), os.path.join(place, "build/deps"))
    path = os.path.join(place, mutant.file)
    with open(path, encoding="utf-8") as source:
        text = source.read()
    if mutant.old and text.count(mutant.old) != 1:
        raise LookupError(f"{mutant.file} no longer has the lines that {mutant.name} replaces")
    if mutant.old:
        with open(path, "w", encoding="utf-8") as target:
            target.write(text.replace(mutant.old, mutant.new))
    program = f"build/test/bin/berbagi-{mutant.daemon}"
    subprocess.run(["make", "FLAVOR=test", program], cwd=place, check=True, stdout=subprocess.DEVNULL)
    return os.path.join(place, program)


def survives(mutant, program, place, data):
    """None if everything holds, else what was found."""
    run = run_module.Run(os.path.join(place, "run"), data, flavor="test", slices=8, settings=SLOW_GATEWAY)
    try:
        run.stack.daemons[mutant.daemon].program = program
        run.stack.up()
        deaths = Deaths(run, mutant.daemon, mutant.points)
        deaths.start_again()
        run.play()
        deaths.assert_they_bit()
        checks.everything(run)
        return None
    except (AssertionError, TimeoutError, LookupError, subprocess.CalledProcessError) as found:
        return (str(found).splitlines() or [type(found).__name__])[0][:150]
    finally:
        run.end()


def main(names):
    failed = 0
    with tempfile.TemporaryDirectory(prefix="berbagi-mutants-") as scratch:
        data = run_module.generate(os.path.join(scratch, "data"))
        for mutant in MUTANTS:
            if names and mutant.name not in names:
                continue
            place = os.path.join(scratch, mutant.name)
            os.makedirs(place)
            found = survives(mutant, tree(mutant, place), place, data)
            good = (found is None) == (mutant.old == "")
            failed += not good
            print(f"{'ok' if good else 'NOT OK':<7} {mutant.name:<24} {found or 'everything holds'}", flush=True)
            shutil.rmtree(place)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
