package io.kurier.tests.transactions;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// Writes the numbers 0, 1, 2, ... to the partitions of a topic in turn, each once and in order, until it is closed:
/// some hundreds more than were copied, so that there is always something to copy.
final class Source implements AutoCloseable {
    private static final long AHEAD = 1_000;
    private static final int AT_ONCE = 100;
    private static final long PAUSE_NS = 100_000_000;

    private final String topic;
    private final int partitions;
    private final LongSupplier copied;
    private final KafkaProducer<String, String> producer;
    private final List<Exception> failures = new CopyOnWriteArrayList<>();
    private final Thread writer;
    private volatile boolean closing;
    private volatile long written;

    /// @param copied how many numbers were copied
    Source(String bootstrapServers, String topic, int partitions, LongSupplier copied) {
        this.topic = topic;
        this.partitions = partitions;
        this.copied = copied;
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 20),
                new StringSerializer(),
                new StringSerializer());
        writer = Thread.ofPlatform().daemon().name("source").start(this::write);
    }

    private void write() {
        while (!closing) {
            if (written - copied.getAsLong() < AHEAD) {
                for (int i = 0; i < AT_ONCE; i++) {
                    send(written++);
                }
            } else {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
        producer.flush();
    }

    private void send(long number) {
        var record =
                new ProducerRecord<String, String>(topic, (int) (number % partitions), null, Long.toString(number));
        producer.send(record, (metadata, failure) -> {
            if (failure != null) {
                failures.add(failure);
            }
        });
    }

    /// How many numbers there are; known when it is closed.
    long written() {
        return written;
    }

    /// Why numbers were not written: there should be none.
    List<Exception> failures() {
        return failures;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        writer.join();
        producer.close();
    }
}
