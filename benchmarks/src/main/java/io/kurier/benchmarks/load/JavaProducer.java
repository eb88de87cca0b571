package io.kurier.benchmarks.load;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Apache Kafka's own Java producer as most applications use it, to see whether what the pre-encoded load finds holds
/// for it: idempotent, acks=all, one producer on one thread. It is mostly the client itself that is busy.
///
/// @param batchBytes as large a batch grows (`batch.size`)
public record JavaProducer(String topic, Payload payload, int batchBytes) {
    private static final int VALUES = 1_000;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SHORT_NS = 50_000L;
    private static final long PATIENCE_MS = 30_000L;

    /// What was acknowledged.
    ///
    /// @param sentBytes all that went out, which is the batches and about 0.3 % around them
    public record Outcome(long records, long sentBytes, long elapsedNs) {}

    /// Sends so many bytes of values, with linger 5 ms, and waits until all are acknowledged.
    public Outcome run(int port, long bytes) throws IOException {
        return with(port, 5, (producer, values, failure) -> {
            long records = bytes / payload.recordBytes();
            long beginNs = System.nanoTime();
            for (long i = 0; i < records && failure.get() == null; i++) {
                producer.send(new ProducerRecord<>(topic, values[(int) (i % VALUES)]), (metadata, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                });
            }
            producer.flush();
            long elapsedNs = System.nanoTime() - beginNs;
            return new Outcome(records, sentBytes(producer), elapsedNs);
        });
    }

    /// Sends at a fixed rate, with linger 0, and answers the latency of each record in nanoseconds, from the moment at
    /// which it was due.
    public Histogram paced(int port, int recordsPerSecond, long durationNs) throws IOException {
        return with(port, 0, (producer, values, failure) -> {
            var latencyNs = new Histogram(3);
            long records = durationNs * recordsPerSecond / SECOND_NS;
            long beginNs = System.nanoTime();
            for (long i = 0; i < records && failure.get() == null; i++) {
                long dueNs = beginNs + i * SECOND_NS / recordsPerSecond;
                while (System.nanoTime() < dueNs) {
                    LockSupport.parkNanos(SHORT_NS);
                }
                producer.send(new ProducerRecord<>(topic, values[(int) (i % VALUES)]), (metadata, problem) -> {
                    if (problem != null) {
                        failure.compareAndSet(null, problem);
                    }
                    // callbacks come one by one, on the producer's own thread
                    latencyNs.recordValue(System.nanoTime() - dueNs);
                });
            }
            producer.flush();
            return latencyNs;
        });
    }

    private interface Work<T> {
        T run(KafkaProducer<byte[], byte[]> producer, byte[][] values, AtomicReference<@Nullable Exception> failure);
    }

    private <T> T with(int port, int lingerMs, Work<T> work) throws IOException {
        var random = new Random(11);
        byte[][] values = new byte[VALUES][];
        for (int i = 0; i < VALUES; i++) {
            values[i] = payload.value(random);
        }
        var failure = new AtomicReference<@Nullable Exception>();
        try (var producer =
                new KafkaProducer<>(configs(port, lingerMs), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.partitionsFor(topic);
            T outcome = work.run(producer, values, failure);
            if (failure.get() != null) {
                throw new IOException("the Java producer failed: " + failure.get(), failure.get());
            }
            return outcome;
        } catch (KafkaException e) {
            throw new IOException("the Java producer failed: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> configs(int port, int lingerMs) {
        return Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + port,
                "acks",
                "all",
                "linger.ms",
                lingerMs,
                "batch.size",
                batchBytes,
                "compression.type",
                payload.lz4() ? "lz4" : "none",
                "max.block.ms",
                PATIENCE_MS,
                "request.timeout.ms",
                (int) TimeUnit.SECONDS.toMillis(20),
                "delivery.timeout.ms",
                (int) PATIENCE_MS);
    }

    private static long sentBytes(KafkaProducer<byte[], byte[]> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("outgoing-byte-total")
                        && metric.getKey().group().equals("producer-metrics"))
                .mapToLong(metric -> ((Number) metric.getValue().metricValue()).longValue())
                .sum();
    }
}
