"""Reads topics as they are, without any code of the project: values, keys, headers, times."""

import collections
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition

CANONICAL = ("registry", "visit", "referral", "contact", "tally", "decision", "notification", "suppression",
             "raw.gateway")

Record = collections.namedtuple("Record", "topic partition offset at key headers value")


def _record(message, prefix):
    return Record(message.topic()[len(prefix):], message.partition(), message.offset(), message.timestamp()[1],
                  (message.key() or b"").decode(),
                  [(name, (value or b"").decode(errors="replace")) for name, value in message.headers() or []],
                  message.value())


def read(bootstrap, prefix, names, isolation="read_committed"):
    """All records of the topics up to their ends as of now, partition by partition in order."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "uji", "enable.auto.commit": False,
                         "isolation.level": isolation, "enable.partition.eof": True, "fetch.wait.max.ms": 10,
                         "check.crcs": True})
    try:
        topics = consumer.list_topics(timeout=10).topics
        places = [TopicPartition(prefix + name, partition, OFFSET_BEGINNING) for name in names
                  for partition in topics[prefix + name].partitions]
        consumer.assign(places)
        records, ended = [], set()
        deadline = time.monotonic() + 20
        while len(ended) < len(places):
            if time.monotonic() > deadline:
                raise TimeoutError(f"topics {names} are not read to their ends")
            for message in consumer.consume(1000, timeout=0.05):  # it waits for all 1,000 that long
                error = message.error()
                if error is None:
                    records.append(_record(message, prefix))
                elif error.code() == KafkaError._PARTITION_EOF:  # pylint: disable=protected-access
                    ended.add((message.topic(), message.partition()))
                else:
                    raise RuntimeError(error.str())
        return sorted(records, key=lambda r: (r.topic, r.partition, r.offset))
    finally:
        consumer.close()


def committed(bootstrap, prefix, group, names):
    """{(topic, partition): the group's next offset}, -1001 where there is none."""
    # read_uncommitted: else the broker holds the answer back while a transaction with offsets is open.
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False,
                         "isolation.level": "read_uncommitted"})
    try:
        topics = consumer.list_topics(timeout=10).topics
        places = [TopicPartition(prefix + name, partition) for name in names
                  for partition in topics[prefix + name].partitions]
        return {(place.topic[len(prefix):], place.partition): place.offset
                for place in consumer.committed(places, timeout=10)}
    finally:
        consumer.close()
