package io.kurier.benchmarks.load;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Apache Kafka's own Java producer as most applications use it, to see whether what the pre-encoded load finds holds
/// for it: idempotent, acks=all, one producer on one thread, linger 5 ms. It is mostly the client itself that is
/// busy.
///
/// @param batchBytes as large a batch grows (`batch.size`)
public record JavaProducer(String topic, Payload payload, int batchBytes) {
    private static final int VALUES = 1_000;
    private static final long PATIENCE_MS = 30_000L;

    /// What was acknowledged.
    ///
    /// @param sentBytes all that went out, which is the batches and about 0.3 % around them
    public record Outcome(long records, long sentBytes, long elapsedNs) {}

    /// Sends so many bytes of values and waits until all are acknowledged.
    public Outcome run(int port, long bytes) throws IOException {
        var random = new Random(11);
        byte[][] values = new byte[VALUES][];
        for (int i = 0; i < VALUES; i++) {
            values[i] = payload.value(random);
        }
        var failure = new AtomicReference<@Nullable Exception>();
        try (var producer = new KafkaProducer<>(configs(port), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.partitionsFor(topic);
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
            if (failure.get() != null) {
                throw new IOException("the Java producer failed: " + failure.get(), failure.get());
            }
            return new Outcome(records, sentBytes(producer), elapsedNs);
        } catch (KafkaException e) {
            throw new IOException("the Java producer failed: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> configs(int port) {
        return Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + port,
                "acks",
                "all",
                "linger.ms",
                5,
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
