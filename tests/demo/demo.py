#!/usr/bin/python3
"""`make demo`: two months of ASN Berbagi through four daemons and real Kafka, Redis and Postgres.

    demo.py [--families N] [--again] [--falsify intake|packages|messages]

Starts the local stack afresh (what an earlier demo left in its directory is removed), plays both months, shows one
screen and proves three sums. Exit status 1 if one of them does not hold. The stack stays up; `make down` ends it.
--again plays nothing: it shows the screen of the demo that is up. --falsify damages one side of a sum while it is
compared: the screen must say so.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "generator"), os.path.join(ROOT, "deploy", "local")]
import month  # noqa: E402
import proof  # noqa: E402
import screen  # noqa: E402
from generate import MONTHS  # noqa: E402
from process import Failure  # noqa: E402
from stack import Stack, choices_of  # noqa: E402


def fresh_stack(folder):
    old = Stack()
    if os.path.exists(os.path.join(old.directory, "stack.json")):
        old.reset()
    return Stack(settings=month.settings(folder), **choices_of(os.environ))


@contextlib.contextmanager
def falsified(which, pipeline):
    """Damages one side of one sum, and mends it afterwards."""
    ledger = pipeline.stack.gateway.ledger
    size = os.path.getsize(ledger)
    victim = "(regency, period, household) = (SELECT regency, period, household FROM assignment WHERE decile = 1 " \
             "AND state = '{}' ORDER BY 1, 2, 3 LIMIT 1)"
    if which == "intake":
        pipeline.sent["household"] += 1
    elif which == "packages":
        pipeline.sql("UPDATE assignment SET state = 'lost' WHERE " + victim.format("delivered"))
    elif which == "messages":
        with open(ledger, "a", encoding="utf-8") as target:
            target.write('{"n":0,"at":0,"event":"accepted","opaque":"3510/00000000000000000000000000000000/1"}\n')
    try:
        yield
    finally:
        if which == "packages":
            pipeline.sql("UPDATE assignment SET state = 'delivered' WHERE " + victim.format("lost"))
        elif which == "messages":
            os.truncate(ledger, size)


def generate(folder, families):
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, os.path.join(ROOT, "tests/generator/generate.py"), folder, "--families",
                    str(families)], check=True)


def folder_of_demo():
    return os.path.join(os.path.dirname(Stack().directory), "demo")


def play(families, say):
    """Both months; the pipeline, and what was sent, kept beside the data for --again."""
    folder = folder_of_demo()
    generate(folder, families)
    say("data dua bulan dibuat: keluarga, ASN dan donasi rekaan")
    stack = fresh_stack(folder)
    stack.up()
    say("Kafka, Postgres, Redis, gerbang WhatsApp dan empat daemon siap")
    pipeline = month.Pipeline(stack, folder)
    for entry in MONTHS:
        month.play(pipeline, folder, entry["name"], entry["period"], 3, say)
    with open(os.path.join(folder, "sent.json"), "w", encoding="utf-8") as target:
        json.dump(pipeline.sent, target)
    return pipeline


def played():
    """The pipeline of the demo that is up."""
    folder = folder_of_demo()
    pipeline = month.Pipeline(Stack(), folder)
    with open(os.path.join(folder, "sent.json"), encoding="utf-8") as source:
        pipeline.sent = json.load(source)
    return pipeline


def show(pipeline, which):
    """The last screen; whether the three sums hold."""
    with falsified(which, pipeline):
        proofs = proof.all_three(pipeline, pipeline.stack.gateway.ledger)
    print("\n".join(screen.lines(pipeline, [entry["period"] for entry in MONTHS], proofs)))
    env = os.path.relpath(os.path.join(pipeline.stack.directory, "env"))
    print(f"\nSelanjutnya: . {env}; psql $DATABASE_URL (lihat \\dv); make status; berbagi-send --help; make down")
    return all(holds for _, holds, _ in proofs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--families", type=int, default=6000)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--falsify", choices=("intake", "packages", "messages"))
    options = parser.parse_args()
    began = time.monotonic()

    def say(text):
        print(f"[{time.monotonic() - began:5.1f} s] {text}", flush=True)

    try:
        pipeline = played() if options.again else play(options.families, say)
        return 0 if show(pipeline, options.falsify) else 1
    except FileNotFoundError:
        print("demo: no demo has been played. Run `make demo`", file=sys.stderr)
        return 2
    except (Failure, TimeoutError) as failure:
        print(f"demo: {failure}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
