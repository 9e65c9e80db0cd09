"""The local stack's servers: up, up again, killed, down, down again; nothing half-started is left behind."""

import os
import socket
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "deploy/local"))
from admin import read_topics  # noqa: E402
from process import Failure  # noqa: E402
from stack import SERVERS, Stack, free_port_base  # noqa: E402


@pytest.fixture(name="stack")
def fixture_stack(tmp_path):
    stack = Stack(str(tmp_path / "stack"), port_base=free_port_base(), partitions=2)
    yield stack
    stack.reset()


def running(stack):
    return [name for name, process in stack.all.items() if process.pid()]


def test_up_and_down_twice_do_no_harm(stack):
    assert set(stack.up(SERVERS)) == set(SERVERS)
    pids = {name: stack.all[name].pid() for name in SERVERS}
    again = Stack(stack.directory)
    assert again.up(SERVERS) == []
    assert {name: again.all[name].pid() for name in SERVERS} == pids
    assert set(again.down()) == set(SERVERS)
    assert again.down() == []
    assert running(stack) == []


def test_addresses_and_topics_are_there(stack):
    stack.up(SERVERS)
    env = subprocess.run(["bash", "-c", f". '{stack.directory}/env'; echo $KAFKA_BOOTSTRAP; psql -tAc 'SELECT 41 + 1' "
                          "$DATABASE_URL; redis-cli -u $REDIS_URL PING"], check=True, stdout=subprocess.PIPE, text=True)
    assert env.stdout.split() == [stack.kafka.bootstrap, "42", "PONG"]
    from confluent_kafka.admin import AdminClient  # pylint: disable=import-outside-toplevel
    topics = AdminClient({"bootstrap.servers": stack.kafka.bootstrap}).list_topics(timeout=10).topics
    ours = {name: len(topic.partitions) for name, topic in topics.items() if not name.startswith("__")}
    assert ours == {"berbagi." + name: 2 for name in read_topics()}


@pytest.mark.parametrize("name", ["kafka", "postgres", "redis", "gateway"])
def test_a_killed_server_comes_back_alone(stack, name):
    stack.up(SERVERS)
    others = {other: stack.all[other].pid() for other in SERVERS if other != name}
    stack.all[name].kill()
    assert running(stack) == [other for other in SERVERS if other != name]
    assert any(line.startswith(name) and line.endswith("down") for line in stack.status())
    assert stack.up(SERVERS) == [name]
    assert {other: stack.all[other].pid() for other in others} == others
    assert stack.all[name].waiting() is None


def test_port_in_use_leaves_nothing_half_started(stack):
    with socket.socket() as occupant:
        occupant.bind(("127.0.0.1", stack.gateway.port))
        occupant.listen()
        with pytest.raises(Failure, match=f"gateway: port {stack.gateway.port}"):
            stack.up(SERVERS)
    assert running(stack) == []


def test_missing_kafka_leaves_nothing_half_started(stack):
    stack.kafka.home = os.path.join(stack.directory, "nothing")
    with pytest.raises(Failure, match="make setup"):
        stack.up(("redis", "postgres", "kafka"))
    assert running(stack) == []


def test_reset_forgets_everything(stack):
    stack.up(("postgres",))
    data = os.path.realpath(stack.postgres.data)
    stack.reset()
    assert not os.path.exists(data) and not os.path.exists(stack.directory)
    os.makedirs(stack.directory)  # for the fixture, which resets once more
