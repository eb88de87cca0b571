package io.kurier.tests.clients.shares;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.jspecify.annotations.Nullable;

/// A share consumer that works on records: slowly, sometimes for longer than it may, and gives up now and then. Some
/// records it never accepts.
final class ShareWorker {
    static final String TOPIC = "jobs";
    static final String GROUP = "workers";
    static final int DELIVERY_LIMIT = 4;
    static final int AT_ONCE = 5;

    private static final long TOO_LONG_MS = 2_500;

    private final String bootstrap;
    private final WorkBook book;
    private final Random random;
    private final Thread thread;
    private volatile boolean stopped;

    ShareWorker(String bootstrap, WorkBook book, long seed) {
        this.bootstrap = bootstrap;
        this.book = book;
        this.random = new Random(seed);
        this.thread = Thread.ofPlatform().daemon().start(this::run);
    }

    /// A record that is rejected, or released again and again.
    static boolean isBad(int value) {
        return value % 50 == 7;
    }

    void stop() {
        stopped = true;
    }

    void await() throws InterruptedException {
        thread.join();
    }

    private KafkaShareConsumer<Integer, Integer> consumer() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrap);
        properties.put("group.id", GROUP);
        properties.put("share.acknowledgement.mode", "explicit");
        properties.put("share.acquire.mode", "record_limit");
        properties.put("max.poll.records", AT_ONCE);
        properties.put("reconnect.backoff.max.ms", 200);
        KafkaShareConsumer<Integer, Integer> consumer =
                new KafkaShareConsumer<>(properties, new IntegerDeserializer(), new IntegerDeserializer());
        consumer.subscribe(List.of(TOPIC));
        return consumer;
    }

    private void run() {
        while (!stopped) {
            KafkaShareConsumer<Integer, Integer> consumer = consumer();
            try {
                while (!stopped && work(consumer)) {
                    Thread.onSpinWait();
                }
            } catch (KafkaException e) { // the node is gone: another consumer goes on
                System.out.println("ShareWorkersIT: a consumer ends: " + e);
            } catch (RuntimeException e) {
                book.surprises().add(e.toString());
            } finally {
                consumer.close(Duration.ZERO);
            }
        }
    }

    /// False if it gives up.
    private boolean work(KafkaShareConsumer<Integer, Integer> consumer) {
        List<ConsumerRecord<Integer, Integer>> records = new ArrayList<>();
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        if (records.isEmpty()) {
            return true;
        }
        if (random.nextInt(20) == 0) {
            book.giveUp();
            return false;
        }
        boolean tooLong = random.nextInt(100) == 0;
        workFor(tooLong ? TOO_LONG_MS : random.nextInt(20));
        for (ConsumerRecord<Integer, Integer> record : records) {
            int delivery = record.deliveryCount().orElse((short) 0);
            if (delivery < 1 || delivery > DELIVERY_LIMIT) {
                book.surprises().add(record.value() + " is delivered for the " + delivery + ". time");
            }
            consumer.acknowledge(record, say(record.value()));
        }
        Map<Integer, Optional<KafkaException>> outcomes = new HashMap<>();
        try {
            consumer.commitSync().forEach((partition, outcome) -> outcomes.put(partition.partition(), outcome));
        } finally {
            records.stream()
                    .filter(record -> !isBad(record.value()))
                    .forEach(record -> note(record.value(), outcomes.get(record.partition())));
        }
        return true;
    }

    private static AcknowledgeType say(int value) {
        if (!isBad(value)) {
            return AcknowledgeType.ACCEPT;
        }
        return value % 100 == 7 ? AcknowledgeType.REJECT : AcknowledgeType.RELEASE;
    }

    /// @param outcome null if there is no answer
    private void note(int value, @Nullable Optional<KafkaException> outcome) {
        if (outcome == null) {
            book.perhapsAccepted().add(value);
        } else if (outcome.isEmpty()) {
            book.accepted().add(value);
        } else if (!(outcome.get() instanceof InvalidRecordStateException)) {
            book.perhapsAccepted().add(value);
        }
    }

    private static void workFor(long ms) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (System.nanoTime() < endNs) {
            LockSupport.parkNanos(endNs - System.nanoTime());
        }
    }
}
