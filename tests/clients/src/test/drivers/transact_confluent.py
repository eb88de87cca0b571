"""Copies a topic in transactions with confluent-kafka (librdkafka): BOOTSTRAP FROM TO GROUP TRANSACTIONAL_ID COUNT.

Each transaction takes the offsets of what it read along. Every third one is aborted, and what it read is read again.
"""
import sys

from confluent_kafka import Consumer, Producer, TopicPartition

bootstrap, source, target, group, transactional_id, count = sys.argv[1:7]
consumer = Consumer({
    "bootstrap.servers": bootstrap,
    "group.id": group,
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
    "isolation.level": "read_committed",
})
producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": transactional_id})
producer.init_transactions(30)
partition = TopicPartition(source, 0, 0)
consumer.assign([partition])
copied = 0
attempts = 0
while copied < int(count):
    records = [r for r in consumer.consume(10, 1.0) if r.error() is None]
    if not records:
        continue
    attempts += 1
    producer.begin_transaction()
    for record in records:
        producer.produce(target, record.value())
    after = TopicPartition(source, 0, records[-1].offset() + 1)
    producer.send_offsets_to_transaction([after], consumer.consumer_group_metadata(), 30)
    if attempts % 3 == 0:
        producer.flush()
        producer.abort_transaction(30)
        consumer.seek(TopicPartition(source, 0, records[0].offset()))
    else:
        producer.commit_transaction(30)
        copied += len(records)
committed = consumer.committed([partition], 30)[0].offset
print(f"copied\t{copied}\tcommitted\t{committed}")
consumer.close()
