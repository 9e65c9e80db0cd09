"""Topics and lag, through Kafka's administrative requests."""

import os

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from process import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS = {"d": 86_400_000, "K": 1024}

# What each consumer group reads.
INPUTS = {
    "ingest": ["raw.household", "raw.asn", "raw.donation", "raw.period", "raw.visit"],
    "allocator": ["registry"],
    "notifier": ["decision", "contact", "suppression", "raw.gateway"],
    "reporting": ["registry", "visit", "referral", "tally", "decision", "notification"],
}


def value_of(text):
    return str(int(text[:-1]) * UNITS[text[-1]]) if text[-1] in UNITS and text[:-1].isdigit() else text


def read_topics(path=os.path.join(HERE, "topics")):
    """{name: {setting: value}} of the file `topics`."""
    topics = {}
    with open(path, encoding="utf-8") as source:
        for line in source:
            words = line.split("#")[0].split()
            if words:
                settings = dict(word.split("=", 1) for word in words[1:])
                topics[words[0]] = {name: value_of(value) for name, value in settings.items()}
                topics[words[0]]["message.timestamp.type"] = "LogAppendTime"
    return topics


def create_topics(bootstrap, prefix, partitions, overrides=None):
    """Creates those that are missing, waits until they stand. `overrides`: {name: {setting: value}} for tests."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    there = admin.list_topics(timeout=30).topics
    new = [NewTopic(prefix + name, num_partitions=partitions, replication_factor=1,
                    config={**settings, **(overrides or {}).get(name, {})})
           for name, settings in read_topics().items() if prefix + name not in there]
    if not new:
        return
    for name, future in admin.create_topics(new, operation_timeout=30).items():
        try:
            future.result()
        except KafkaException as error:
            raise Failure(f"kafka: topic {name} can't be created: {error.args[0].str()}") from error


def lag(bootstrap, prefix, service):
    """Records between the group's committed offsets and the ends of its inputs; None if it has committed nothing.

    The end of a transaction takes an offset of its own, so an idle daemon may show up to one per partition.
    """
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": f"berbagi-{service}", "enable.auto.commit": False})
    try:
        topics = consumer.list_topics(timeout=5).topics
        wanted = [TopicPartition(prefix + name, partition) for name in INPUTS[service]
                  for partition in (topics[prefix + name].partitions if prefix + name in topics else [])]
        total = None
        for place in consumer.committed(wanted, timeout=5):
            if place.offset >= 0:
                _, end = consumer.get_watermark_offsets(TopicPartition(place.topic, place.partition), timeout=5)
                total = (total or 0) + max(0, end - place.offset)
        return total
    except KafkaException:
        return None
    finally:
        consumer.close()
