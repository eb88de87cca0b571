package io.kurier.tests.clients;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Writes records with running numbers (key: its name, value: the number) at acks=all to all partitions in turn, until
/// stopped, and keeps where each acknowledged one was said to lie.
final class NumberedProducer implements AutoCloseable {
    private static final int MAX_UNACKNOWLEDGED = 1_000;

    record Place(int partition, long offset) {}

    private final String name;
    private final String topic;
    private final int partitions;
    private final KafkaProducer<String, String> producer;
    private final Thread thread;
    private final Semaphore unacknowledged = new Semaphore(MAX_UNACKNOWLEDGED);
    private final Map<Long, Place> acknowledged = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong count;
    private volatile boolean stopped;

    NumberedProducer(
            String name, String bootstrap, String topic, int partitions, boolean idempotent, AtomicLong count) {
        this.name = name;
        this.topic = topic;
        this.partitions = partitions;
        this.count = count;
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("acks", "all");
        settings.put("enable.idempotence", idempotent);
        settings.put("max.in.flight.requests.per.connection", idempotent ? 5 : 1); // else a retry changes the order
        settings.put("linger.ms", 1);
        settings.put("retry.backoff.ms", 20);
        settings.put("reconnect.backoff.ms", 20);
        settings.put("reconnect.backoff.max.ms", 100);
        settings.put("request.timeout.ms", 10_000);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    String name() {
        return name;
    }

    Map<Long, Place> acknowledged() {
        return acknowledged;
    }

    /// Sends that ended in an error, after all retries.
    ConcurrentLinkedQueue<Exception> failures() {
        return failures;
    }

    /// Sends no more, and waits until all that was sent is acknowledged or failed.
    @Override
    public void close() {
        stopped = true;
        Eventually.ended(thread);
        producer.close();
    }

    private void run() {
        try {
            for (long n = 0; !stopped; n++) {
                unacknowledged.acquire();
                long number = n;
                var record = new ProducerRecord<>(topic, (int) (n % partitions), name, Long.toString(n));
                producer.send(record, (place, failure) -> ended(number, place, failure));
            }
        } catch (InterruptedException e) {
            failures.add(e);
        }
    }

    private void ended(long number, RecordMetadata place, @Nullable Exception failure) {
        unacknowledged.release();
        if (failure != null) {
            failures.add(failure);
        } else {
            acknowledged.put(number, new Place(place.partition(), place.offset()));
            count.incrementAndGet();
        }
    }
}
