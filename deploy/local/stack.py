#!/usr/bin/python3
"""The local stack: Kafka, Postgres, Redis, the stand-in gateway and the four daemons, on loopback.

    stack.py up [NAME…]     start what does not run, wait until all is ready, write the addresses to <dir>/env
    stack.py status         one line for each
    stack.py down [NAME…]   end what was started, by pid
    stack.py reset          down, and forget all data

NAME: kafka postgres redis gateway ingest allocator notifier reporting, or `servers` for the first four.

Environment: BERBAGI_LOCAL_DIR (default build/local), BERBAGI_PORT_BASE (default 18300: twelve ports from there on),
FLAVOR (of the daemons, default release), BERBAGI_PARTITIONS (16). The tests use the class Stack itself.
"""

import fcntl
import json
import os
import random
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
from daemons import Daemon, Gateway, settings_of  # noqa: E402
from kafka import Kafka  # noqa: E402
from keys import Keys  # noqa: E402
from process import Failure, port_is_free  # noqa: E402
from servers import Postgres, Redis  # noqa: E402

SERVERS = ("kafka", "postgres", "redis", "gateway")
DAEMONS = ("ingest", "allocator", "notifier", "reporting")
DEFAULTS = {"port_base": 18300, "flavor": "release", "prefix": "berbagi.", "partitions": 16}
LEAST_FREE_MIB = 1024
PORTS = 12


class Stack:
    """Eight processes in one directory. Attributes `kafka`, `postgres`, `redis`, `gateway`, `daemons[name]`.

    `settings` adds BERBAGI_* variables per daemon, {"ingest": {"BERBAGI_…": "…"}}; `topics` overrides topic settings,
    {"registry": {"segment.ms": "1000"}}. Choices not given are those of the stack that lies in the directory.
    """

    def __init__(self, directory=None, settings=None, topics=None, **choices):
        self.directory = os.path.abspath(directory or os.environ.get("BERBAGI_LOCAL_DIR")
                                         or os.path.join(ROOT, "build/local"))
        self.topics = topics
        self.choices = {**DEFAULTS, **self._saved(), **choices}
        self.prefix = self.choices["prefix"]
        port = range(self.choices["port_base"], self.choices["port_base"] + PORTS)
        self.keys = Keys(self.directory)
        os.makedirs(os.path.join(self.directory, "evidence"), exist_ok=True)
        self.keys.make()
        self.kafka = Kafka(self.directory, port[0], port[1])
        self.redis = Redis(self.directory, port[2])
        self.postgres = Postgres(self.directory, port[3], self.keys.get("postgres-password"))
        self.keys.put("postgres-url", self.postgres.url)
        self.gateway = Gateway(self.directory, port[4], port[5], f"http://127.0.0.1:{port[10]}/webhook", self.keys)
        self.daemons = {name: Daemon(name, self.directory, port[6 + n], self.choices["flavor"],
                                     {**settings_of(name, self), **(settings or {}).get(name, {})})
                        for n, name in enumerate(DAEMONS)}
        self.all = {"kafka": self.kafka, "postgres": self.postgres, "redis": self.redis, "gateway": self.gateway,
                    **self.daemons}

    def _saved(self):
        try:
            with open(os.path.join(self.directory, "stack.json"), encoding="utf-8") as source:
                return json.load(source)
        except FileNotFoundError:
            return {}

    def env(self):
        """The addresses, as shell variables."""
        addresses = {
            "KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "TOPIC_PREFIX": self.prefix,
            "REDIS_URL": self.redis.url,
            "DATABASE_URL": self.postgres.url,
            "GATEWAY_URL": self.gateway.url,
            "GATEWAY_CONTROL": self.gateway.control,
            "GATEWAY_LEDGER": self.gateway.ledger,
            "BERBAGI_BIN": os.path.join(ROOT, "build", self.choices["flavor"], "bin"),
        }
        for name, daemon in self.daemons.items():
            addresses[name.upper() + "_HTTP"] = f"http://127.0.0.1:{daemon.port}"
        return addresses

    def _write_files(self):
        with open(os.path.join(self.directory, "stack.json"), "w", encoding="utf-8") as target:
            json.dump(self.choices, target)
        path = os.path.join(self.directory, "env")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as target:
            target.writelines(f"{name}='{value}'\n" for name, value in self.env().items())

    def create_topics(self):
        from admin import create_topics  # pylint: disable=import-outside-toplevel
        create_topics(self.kafka.bootstrap, self.prefix, self.choices["partitions"], self.topics)

    def up(self, names=SERVERS + DAEMONS, timeout=60):
        """Starts what of `names` does not run and waits for it; what it started ends again if something fails."""
        self._check_disk()
        saved = self._saved()
        if saved and saved != self.choices and any(process.pid() for process in Stack(self.directory).all.values()):
            raise Failure(f"a stack with other choices runs in {self.directory} ({saved}). `make down` ends it")
        started = []
        try:
            self._write_files()
            for group in (SERVERS, DAEMONS):
                ours = [self.all[name] for name in group if name in names]
                for process in ours:
                    if process.start():
                        started.append(process)
                for process in ours:
                    process.wait_ready(timeout)
                if self.kafka in ours:
                    self.create_topics()
        except BaseException:
            for process in reversed(started):
                process.stop()
            raise
        return [process.name for process in started]

    def down(self, names=DAEMONS + SERVERS):
        """Ends daemons first, the broker last. The names of those that ran."""
        order = ("notifier", "ingest", "allocator", "reporting", "gateway", "redis", "postgres", "kafka")
        return [name for name in order if name in names and self.all[name].stop()]

    def reset(self):
        self.down()
        postgres = os.path.realpath(self.postgres.data)
        shutil.rmtree(postgres, ignore_errors=True)
        shutil.rmtree(self.directory)

    def status(self):
        """One line for each process."""
        lag = self._lag()
        for name, process in self.all.items():
            pid = process.pid()
            words = [f"{name:<10}", f"{pid or '-':>8}", f"{process.port:>6}"]
            if not pid:
                yield " ".join([*words, "down"])
                continue
            waiting = process.waiting()
            memory = process.memory_mib()
            words.append(f"{memory if memory is not None else '-':>5} MiB")
            words.append(f"lag {lag[name] if lag.get(name) is not None else '-':>7}" if name in DAEMONS else " " * 11)
            yield " ".join([*words, waiting or "ready"])

    def _lag(self):
        if not self.kafka.pid() or self.kafka.waiting():
            return {}
        from admin import lag  # pylint: disable=import-outside-toplevel
        return {name: lag(self.kafka.bootstrap, self.prefix, name) for name in DAEMONS if self.daemons[name].pid()}

    def _check_disk(self):
        free = shutil.disk_usage(self.directory).free // 2**20
        if free < LEAST_FREE_MIB:
            raise Failure(f"only {free} MiB are free in {self.directory}; the stack needs {LEAST_FREE_MIB} MiB")

    def lock(self):
        """Held while processes are started or ended; two of us at a time would undo each other's work."""
        target = open(os.path.join(self.directory, "lock"), "w", encoding="ascii")  # pylint: disable=consider-using-with
        fcntl.flock(target, fcntl.LOCK_EX)
        return target


def free_port_base():
    """A port base whose ports are free now, for stacks that run side by side."""
    for _ in range(200):
        base = random.randrange(10_000, 32_000, PORTS)
        if all(port_is_free(port) for port in range(base, base + PORTS)):
            return base
    raise Failure("no free range of ports was found")


def choices_of(environment):
    choices = {}
    for name, key, kind in (("BERBAGI_PORT_BASE", "port_base", int), ("FLAVOR", "flavor", str),
                            ("BERBAGI_PARTITIONS", "partitions", int)):
        if environment.get(name):
            try:
                choices[key] = kind(environment[name])
            except ValueError as error:
                raise Failure(f"{name} must be a number") from error
    if not 1024 <= choices.get("port_base", 1024) <= 32000:
        raise Failure("BERBAGI_PORT_BASE must be between 1024 and 32000")
    return choices


def names_of(words):
    names = set()
    for word in words or ["servers", *DAEMONS]:
        if word != "servers" and word not in SERVERS + DAEMONS:
            raise Failure(f"there is no {word}: {' '.join(SERVERS + DAEMONS)} or servers")
        names.update(SERVERS if word == "servers" else [word])
    return names


def main(arguments):
    if not arguments or arguments[0] not in ("up", "down", "status", "reset"):
        sys.exit(__doc__.strip())
    verb, names = arguments[0], names_of(arguments[1:])
    stack = Stack(**(choices_of(os.environ) if verb == "up" else {}))
    if verb == "status":
        print("\n".join(stack.status()))
        return
    with stack.lock():
        if verb == "up":
            started = stack.up(names)
            print(f"up: {' '.join(started) or 'all of it already'}. "
                  f"Addresses: {os.path.relpath(os.path.join(stack.directory, 'env'))}")
        elif verb == "down":
            print(f"ended: {' '.join(stack.down(names)) or 'nothing ran'}")
        else:
            stack.reset()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failure as failure:
        sys.exit(f"stack: {failure}")
    except OSError as failure:
        sys.exit(f"stack: {failure.strerror}: {failure.filename}")
