"""Drives confluent-kafka-python (librdkafka): see records.py for the jobs, GroupsIT for the member."""

import ctypes
import sys
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Producer, TopicPartition

import records

DEADLINE_S = 45

# confluent-kafka-python 1.7.0 gives away references to None that it does not own; Python 3.11 aborts when they run out.
ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40


def produce(bootstrap, topic, codec, path):
    producer = Producer(
        {"bootstrap.servers": bootstrap, "acks": "all", "compression.type": codec, "enable.idempotence": True}
    )
    acknowledged = 0
    failures = []

    def delivered(error, _message):
        nonlocal acknowledged
        if error is None:
            acknowledged += 1
        else:
            failures.append(error)

    for partition, timestamp_ms, key, value, headers in records.read_slice(path):
        while True:
            try:
                producer.produce(
                    topic,
                    value=value,
                    key=key,
                    partition=partition,
                    timestamp=timestamp_ms,
                    headers=headers,
                    on_delivery=delivered,
                )
                break
            except BufferError:
                producer.poll(1)
        producer.poll(0)
    producer.flush(DEADLINE_S)
    if failures:
        raise KafkaException(failures[0])
    return acknowledged


def consume(bootstrap, topic, counts, digests):
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "unused",
            "enable.auto.commit": False,
            "check.crcs": True,
            "fetch.wait.max.ms": 50,
        }
    )
    consumer.assign([TopicPartition(topic, p, OFFSET_BEGINNING) for p in counts])
    deadline = time.monotonic() + DEADLINE_S
    while missing := sum(counts[p] - digests[p].count for p in counts):
        if time.monotonic() > deadline:
            raise TimeoutError("read %s of %s" % ({p: d.count for p, d in digests.items()}, counts))
        for r in consumer.consume(min(missing, 5000), 0.5):
            if r.error():
                raise KafkaException(r.error())
            digests[r.partition()].add(r.offset(), r.timestamp()[1], r.key(), r.value(), r.headers() or [])
    consumer.close()


def member(bootstrap, topic, group, strategy):
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "partition.assignment.strategy": strategy,
            "session.timeout.ms": 2000,
            "heartbeat.interval.ms": 500,
            "auto.commit.interval.ms": 500,
        }
    )
    consumer.subscribe([topic])
    while True:
        # One by one: a batch that a rebalance interrupts loses records in this version of librdkafka.
        r = consumer.poll(0.2)
        if r is not None and not r.error():
            print("seen", r.partition(), r.offset(), r.value().decode(), sep="\t", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "member":
        member(*sys.argv[2:6])
    else:
        records.drive(produce, consume)
