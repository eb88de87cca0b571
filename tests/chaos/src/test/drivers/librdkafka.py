"""A producer or a consumer on librdkafka (confluent-kafka-python) that tells, line by line, what happens to it.

  librdkafka.py produce BOOTSTRAP TOPIC PARTITIONS PRODUCER PER_SECOND    sends until its input ends
      sending NUMBER | ok NUMBER PARTITION OFFSET | unknown NUMBER        at the end: done
  librdkafka.py consume BOOTSTRAP TOPIC GROUP                             reads until its input ends
      assigned PARTITION | read PARTITION OFFSET VALUE | committed PARTITION OFFSET
"""

import ctypes
import select
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer

# confluent-kafka-python 1.7.0 gives away references to None that it does not own; Python 3.11 aborts when they run out.
ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40

NUMBER_BITS = 40


def say(*words):
    print(*words, flush=True)


def ended():
    readable, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(readable) and sys.stdin.readline() == ""


def produce(bootstrap, topic, partitions, producer_id, per_second):
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "enable.idempotence": True,
            "linger.ms": 5,
            "message.timeout.ms": 120000,
            "reconnect.backoff.max.ms": 200,
        }
    )
    number = 0
    start = time.monotonic()
    while not ended():
        if number < (time.monotonic() - start) * per_second:
            send(producer, topic, number % partitions, producer_id, number)
            number += 1
            producer.poll(0)
        else:
            producer.poll(0.005)
    producer.flush(150)
    say("done")


def send(producer, topic, partition, producer_id, number):
    def delivered(error, message):
        if error is None:
            say("ok", number, message.partition(), message.offset())
        else:
            say("unknown", number)

    say("sending", number)
    while True:
        try:
            value = str(producer_id << NUMBER_BITS | number)
            producer.produce(topic, value=value, partition=partition, on_delivery=delivered)
            return
        except BufferError:
            producer.poll(0.1)


def consume(bootstrap, topic, group):
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 100,
            "session.timeout.ms": 6000,
            "reconnect.backoff.max.ms": 200,
        }
    )

    def assigned(_consumer, partitions):
        for partition in partitions:
            say("assigned", partition.partition)

    consumer.subscribe([topic], on_assign=assigned)
    while not ended():
        messages = [message for message in consumer.consume(500, 0.1) if message.error() is None]
        for message in messages:
            say("read", message.partition(), message.offset(), message.value().decode())
        if messages:
            try:
                for committed in consumer.commit(asynchronous=False):
                    if committed.error is None and committed.offset >= 0:
                        say("committed", committed.partition, committed.offset)
            except KafkaException:
                pass  # not known whether it is committed: nothing is promised
    consumer.close()


if sys.argv[1] == "produce":
    produce(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))
else:
    consume(sys.argv[2], sys.argv[3], sys.argv[4])
