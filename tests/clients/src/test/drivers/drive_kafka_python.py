"""Drives kafka-python: see records.py for the jobs, GroupsIT for the member."""

import sys
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

import records

DEADLINE_S = 45


def produce(bootstrap, topic, codec, path):
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        compression_type=None if codec == "none" else codec,
        linger_ms=5,
        max_in_flight_requests_per_connection=1,
    )
    sent = [
        producer.send(topic, value=value, key=key, headers=headers, partition=partition, timestamp_ms=timestamp_ms)
        for partition, timestamp_ms, key, value, headers in records.read_slice(path)
    ]
    for future in sent:
        future.get(timeout=DEADLINE_S)
    producer.close()
    return len(sent)


def consume(bootstrap, topic, counts, digests):
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=5000,
        fetch_max_wait_ms=50,
    )
    consumer.assign([TopicPartition(topic, p) for p in counts])
    deadline = time.monotonic() + DEADLINE_S
    while any(digests[p].count < counts[p] for p in counts):
        if time.monotonic() > deadline:
            raise TimeoutError("read %s of %s" % ({p: d.count for p, d in digests.items()}, counts))
        for batch in consumer.poll(timeout_ms=500).values():
            for r in batch:
                digests[r.partition].add(r.offset, r.timestamp, r.key, r.value, r.headers)
    consumer.close()


def member(bootstrap, topic, group):
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        session_timeout_ms=2000,
        heartbeat_interval_ms=500,
        auto_commit_interval_ms=500,
        metadata_max_age_ms=2000,
    )
    while True:
        for batch in consumer.poll(timeout_ms=200).values():
            for r in batch:
                print("seen", r.partition, r.offset, r.value.decode(), sep="\t")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "member":
        member(*sys.argv[2:5])
    else:
        records.drive(produce, consume)
