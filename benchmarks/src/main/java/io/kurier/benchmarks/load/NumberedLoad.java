package io.kurier.benchmarks.load;

import io.kurier.benchmarks.load.Numbers.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.jspecify.annotations.Nullable;

/// One idempotent Java producer at acks=all that sends numbers to each partition of a topic at a steady pace, from 0 on
/// without gaps, and knows how long it was without an acknowledgement.
///
/// The client's settings are its defaults but for those in [#PATIENCE], which let it look around more often; they are
/// the same for both sides. The first number of each partition goes alone: a node that refuses a producer's first
/// batch, because it has not heard yet that it leads a new topic, and has heard it when the second one comes, takes
/// that one first (Kafka's rule: a producer that is not known may begin with any sequence). That has nothing to do with
/// nodes that are killed.
public final class NumberedLoad implements AutoCloseable {
    /// How soon a client tries again, and how long it waits for an answer.
    public static final Map<String, Object> PATIENCE = Map.of(
            "retry.backoff.ms", 50,
            "retry.backoff.max.ms", 200,
            "reconnect.backoff.ms", 50,
            "reconnect.backoff.max.ms", 200,
            "request.timeout.ms", 1_000);

    private static final byte[] VALUE = new byte[100];
    private static final long PACE_NS = 2_000_000L;
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final String bootstrap;
    private final String topic;
    private final Acknowledged[] acknowledged;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final KafkaProducer<Long, byte[]> producer;
    private final Thread sender;
    private final AtomicLong next = new AtomicLong();
    private volatile boolean over;

    /// What one partition has acknowledged. Written by the producer's thread.
    private static final class Acknowledged {
        final AtomicLong count = new AtomicLong();
        volatile long longestGapNs;
        private volatile long lastNs;

        void add() {
            long nowNs = System.nanoTime();
            if (count.get() > 0) {
                longestGapNs = Math.max(longestGapNs, nowNs - lastNs);
            }
            lastNs = nowNs;
            count.incrementAndGet();
        }
    }

    /// Begins to send.
    ///
    /// @param bootstrap where the client begins
    public NumberedLoad(String bootstrap, String topic, int partitions) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.acknowledged = IntStream.range(0, partitions)
                .mapToObj(partition -> new Acknowledged())
                .toArray(Acknowledged[]::new);
        var configs = new HashMap<>(PATIENCE);
        configs.putAll(Map.of("bootstrap.servers", bootstrap, "acks", "all", "linger.ms", 0));
        this.producer = new KafkaProducer<>(configs, new LongSerializer(), new ByteArraySerializer());
        this.sender = Thread.ofPlatform().name("numbers").daemon(true).start(this::send);
    }

    private void send() {
        try {
            sendNext();
            producer.flush();
            long dueNs = System.nanoTime();
            while (!over && failure.get() == null) {
                sendNext();
                dueNs += PACE_NS;
                LockSupport.parkNanos(Math.max(0, dueNs - System.nanoTime()));
            }
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void sendNext() {
        for (int partition = 0; partition < acknowledged.length; partition++) {
            Acknowledged mine = acknowledged[partition];
            producer.send(new ProducerRecord<>(topic, partition, next.get(), VALUE), (metadata, problem) -> {
                if (problem == null) {
                    mine.add();
                } else {
                    failure.compareAndSet(null, problem);
                }
            });
        }
        next.incrementAndGet();
    }

    /// How many numbers were sent to each partition.
    public long sent() {
        return next.get();
    }

    /// Forgets the gaps so far.
    public void forgetGaps() {
        for (Acknowledged each : acknowledged) {
            each.longestGapNs = 0;
        }
    }

    /// The longest time that a partition was without an acknowledgement between two of them, in milliseconds.
    public double longestGapMs() {
        long most = 0;
        for (Acknowledged each : acknowledged) {
            most = Math.max(most, each.longestGapNs);
        }
        return most / 1e6;
    }

    /// Waits until every partition has acknowledged so many numbers.
    ///
    /// @throws IOException if a number was refused, or that takes a minute
    public void await(long count) throws IOException {
        await(count, PATIENCE_NS);
    }

    /// The same with another limit of time.
    public void await(long count, long limitNs) throws IOException {
        long deadlineNs = System.nanoTime() + limitNs;
        for (Acknowledged each : acknowledged) {
            while (each.count.get() < count) {
                check();
                if (System.nanoTime() > deadlineNs) {
                    throw new IOException(
                            "no acknowledgement of " + topic + " within " + limitNs / 1_000_000_000L + " s");
                }
                LockSupport.parkNanos(1_000_000L);
            }
        }
    }

    private void check() throws IOException {
        Exception problem = failure.get();
        if (problem != null) {
            throw new IOException("the producer failed: " + problem, problem);
        }
    }

    /// Sends nothing more, waits for all acknowledgements, and reads all partitions.
    ///
    /// @return what became of all that was acknowledged
    /// @throws IOException if not all is acknowledged, or the reading does not come to its end
    public Verdict finish() throws IOException {
        over = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        producer.flush();
        await(next.get());
        check();
        return readAll();
    }

    private Verdict readAll() throws IOException {
        List<TopicPartition> partitions = IntStream.range(0, acknowledged.length)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        var configs = new HashMap<>(PATIENCE);
        configs.put("bootstrap.servers", bootstrap);
        var numbers = new Numbers(acknowledged.length);
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        try (var consumer = new KafkaConsumer<>(configs, new LongDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    numbers.read(record.partition(), Math.toIntExact(record.key()), record.offset());
                }
                if (System.nanoTime() > deadlineNs) {
                    throw new IOException(topic + " cannot be read up to " + ends + " within a minute");
                }
            }
        }
        return numbers.verdict(Math.toIntExact(next.get()));
    }

    @Override
    public void close() {
        over = true;
        producer.close(Duration.ZERO);
    }
}
