"""A producer or a consumer on librdkafka (confluent-kafka-python) that tells, line by line, what happens to it.

  librdkafka.py produce BOOTSTRAP TOPIC PARTITIONS PRODUCER PER_SECOND    sends until its input ends
      sending VALUE | ok VALUE PARTITION OFFSET | unknown VALUE | again   at the end: done
  librdkafka.py consume BOOTSTRAP TOPIC GROUP                             reads until its input ends
      assigned PARTITION | read PARTITION OFFSET VALUE | committed PARTITION OFFSET

The offset is -1 if librdkafka does not know it: a batch that was never answered is taken for written when the next one
is acknowledged.
"""

import ctypes
import select
import sys
import time

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, libversion

# confluent-kafka-python 1.7.0 gives away references to None that it does not own; Python 3.11 aborts when they run out.
ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40

NUMBER_BITS = 40
# What a producer that begins again adds to its number: what the one before has still on its way may come later.
NEXT_LIFE = 100


def say(*words):
    print(*words, flush=True)


def ended():
    readable, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(readable) and sys.stdin.readline() == ""


class Sender:
    """One idempotent producer: once broken, it takes nothing more."""

    def __init__(self, bootstrap, producer_id):
        self.producer_id = producer_id
        self.broken = False
        self.producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "linger.ms": 5,
                "message.timeout.ms": 120000,
                "reconnect.backoff.max.ms": 200,
            }
        )

    def poll(self, seconds):
        try:
            self.producer.poll(seconds)
        except KafkaException as e:
            self.gave_up(e)

    def gave_up(self, failure):
        # Before 2.3.0 it counts batches that were never answered as written, and gives up when it learns that they were
        # not (confluentinc/librdkafka, pull request 4438). Later ones have no excuse.
        error = failure.args[0]
        if error.code() not in (KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER, KafkaError._FATAL):
            raise failure
        if libversion()[1] >= 0x02030000:
            raise failure
        self.broken = True

    def flush(self):
        try:
            self.producer.flush(150)
        except KafkaException as e:
            self.gave_up(e)

    def send(self, topic, partition, number):
        value = str(self.producer_id << NUMBER_BITS | number)

        def delivered(error, message):
            if error is None:
                offset = message.offset()
                say("ok", value, message.partition(), -1 if offset is None else offset)
            else:
                say("unknown", value)

        say("sending", value)
        while not self.broken:
            try:
                self.producer.produce(topic, value=value, partition=partition, on_delivery=delivered)
                return
            except BufferError:
                self.poll(0.1)
            except KafkaException as e:
                self.gave_up(e)
        say("unknown", value)


def produce(bootstrap, topic, partitions, producer_id, per_second):
    sender = Sender(bootstrap, producer_id)
    number = 0
    start = time.monotonic()
    while not ended():
        if sender.broken:
            sender.producer.purge()
            sender.flush()
            say("again")
            sender = Sender(bootstrap, sender.producer_id + NEXT_LIFE)
        if number < (time.monotonic() - start) * per_second:
            sender.send(topic, number % partitions, number)
            number += 1
            sender.poll(0)
        else:
            sender.poll(0.005)
    sender.flush()
    say("done")


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
