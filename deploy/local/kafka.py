#!/usr/bin/python3
"""Apache Kafka, one node, from the jars that deploy/setup fetched.

As a program: `kafka.py prepare DIRECTORY` formats a log directory once and archives the loaded classes, so that a broker
of the local stack is up in one second. deploy/setup calls it.
"""

import base64
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
from process import Failure, Process  # noqa: E402

JVM = "-Xms256m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"


def new_id():
    """A random id as Kafka writes it; never with a leading dash."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not text.startswith("-"):
            return text


def api_versions(port):
    """Whether a broker answers the simplest request (ApiVersions, version 0)."""
    request = struct.pack(">hhih1s", 18, 0, 1, 1, b"?")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            return len(connection.recv(8)) == 8
    except OSError:
        return False


class Kafka(Process):
    """The broker. `home` is what deploy/setup made; BERBAGI_KAFKA_JVM replaces the JVM's options."""

    stop_timeout = 30

    def __init__(self, directory, port, controller_port, home=None):
        super().__init__("kafka", directory, [port, controller_port])
        self.home = home or os.path.join(ROOT, "build/deps/kafka")
        self.data = os.path.join(directory, "kafka")
        self.properties = os.path.join(directory, "kafka.properties")

    @property
    def bootstrap(self):
        return f"127.0.0.1:{self.port}"

    def java(self, *options):
        """argv up to the class: our JVM options, the class path in the order of the class archive."""
        with open(os.path.join(self.home, "classpath"), encoding="ascii") as source:
            jars = [os.path.join(self.home, "jars", name) for name in source.read().split()]
        return ["java", *os.environ.get("BERBAGI_KAFKA_JVM", JVM).split(), *options,
                "-Dlog4j2.configurationFile=" + os.path.join(HERE, "log4j2.yaml"), "-cp", ":".join(jars)]

    def environment(self):
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"}

    def command(self):
        archive = os.path.join(self.home, "classes.jsa")
        options = [f"-XX:SharedArchiveFile={archive}", "-Xshare:auto"] if os.path.exists(archive) else []
        return [*self.java(*options), "kafka.Kafka", self.properties], self.environment()

    def prepare(self):
        if not os.path.exists(os.path.join(self.home, "classpath")):
            raise Failure("kafka: Apache Kafka is missing. Run `make setup`")
        self.write_properties()
        if os.path.exists(os.path.join(self.data, "meta.properties")):
            return
        # A formatted directory holds nothing of this node but its ids.
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(os.path.join(self.home, "formatted"), self.data)
        with open(os.path.join(self.data, "meta.properties"), "w", encoding="ascii") as target:
            target.write(f"version=1\nnode.id=1\ncluster.id={new_id()}\ndirectory.id={new_id()}\n")

    def write_properties(self):
        with open(os.path.join(HERE, "kafka.properties"), encoding="ascii") as source:
            text = source.read()
        for name, value in (("@PORT@", self.port), ("@CONTROLLER_PORT@", self.ports[1]), ("@DATA@", self.data)):
            text = text.replace(name, str(value))
        with open(self.properties, "w", encoding="ascii") as target:
            target.write(text)

    def waiting(self):
        return None if api_versions(self.port) else "does not answer yet"

    def format(self):
        """By Kafka's own tool; a JVM start, so it is done once and copied afterwards."""
        self.write_properties()
        subprocess.run([*self.java(), "kafka.tools.StorageTool", "format", "-t", new_id(), "-c", self.properties],
                       env=self.environment(), check=True, stdout=subprocess.DEVNULL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prepare(home):
    """Makes `formatted/` and `classes.jsa` in `home`."""
    home = os.path.abspath(home)
    with tempfile.TemporaryDirectory(dir=home) as scratch:
        kafka = Kafka(scratch, free_port(), free_port(), home)
        kafka.format()
        shutil.copytree(kafka.data, os.path.join(home, "formatted"))
        # The JVM writes the archive when it ends in good order.
        archive = os.path.join(home, "classes.jsa.new")
        kafka.command = lambda: ([*kafka.java(f"-XX:ArchiveClassesAtExit={archive}"), "kafka.Kafka", kafka.properties],
                                 kafka.environment())
        kafka.start()
        try:
            kafka.wait_ready()
            time.sleep(1)  # what it loads after it answers
        finally:
            kafka.stop()
        os.rename(archive, os.path.join(home, "classes.jsa"))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "prepare":
        sys.exit("usage: kafka.py prepare DIRECTORY")
    try:
        prepare(sys.argv[2])
    except (Failure, OSError, subprocess.CalledProcessError) as failure:
        sys.exit(f"kafka: {failure}")
