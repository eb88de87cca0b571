"""One transactional producer on librdkafka (confluent-kafka-python) that tells, line by line, how its transactions end:

  transact_late.py BOOTSTRAP TOPIC PARTITIONS PRODUCER TRANSACTIONS SEED
      COMMITTED NUMBER RECORDS | ABORTED NUMBER RECORDS | UNKNOWN NUMBER RECORDS | complaint WHAT WHY

Transactions of some records over all partitions, every fifth aborted, half of those with records on their way. What can
be aborted is aborted, what cannot makes it begin anew. The value of a record is PRODUCER:NUMBER:INDEX.
"""

import ctypes
import random
import sys

from confluent_kafka import KafkaException, Producer

# confluent-kafka-python 1.7.0 gives away references to None that it does not own; Python 3.11 aborts when they run out.
ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40

LEAST_RECORDS = 3
MORE_RECORDS = 6
TIMES = 20
bootstrap, topic = sys.argv[1:3]
partitions, number, transactions, seed = map(int, sys.argv[3:7])
draw = random.Random(seed)


def say(*words):
    print(*words, flush=True)


def again(call, *arguments):
    """Calls that may be repeated are repeated."""
    for time in range(TIMES):
        try:
            return call(*arguments)
        except KafkaException as e:
            if not e.args[0].retriable() or time == TIMES - 1:
                raise


def begin():
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "transactional.id": "librdkafka-%d" % number,
            "linger.ms": 0,
            "socket.timeout.ms": 2000,
            "retry.backoff.ms": 20,
            "reconnect.backoff.ms": 10,
            "reconnect.backoff.max.ms": 100,
            "log_level": 0,
        }
    )
    again(producer.init_transactions, 60)
    return producer


def transact(producer, transaction, records):
    """How it ended, and the producer to go on with."""
    abort = draw.randrange(5) == 0
    flush = not abort or draw.random() < 0.5
    try:
        producer.begin_transaction()
        for index in range(records):
            value = "%d:%d:%d" % (number, transaction, index)
            producer.produce(topic, value=value, partition=draw.randrange(partitions))
            producer.poll(0)
        if flush:
            producer.flush(60)
        again(producer.abort_transaction if abort else producer.commit_transaction, 60)
        return ("ABORTED" if abort else "COMMITTED"), producer
    except KafkaException as e:
        error = e.args[0]
        say("complaint", error.name(), "abortable" if error.txn_requires_abort() else "fatal", error.str())
        if error.txn_requires_abort():
            try:
                again(producer.abort_transaction, 60)
                return "ABORTED", producer
            except KafkaException as again_failed:
                say("complaint", again_failed.args[0].name(), "fatal", again_failed.args[0].str())
        return "UNKNOWN", begin()


producer = begin()
for transaction in range(transactions):
    records = LEAST_RECORDS + draw.randrange(MORE_RECORDS)
    outcome, producer = transact(producer, transaction, records)
    say(outcome, transaction, records)
