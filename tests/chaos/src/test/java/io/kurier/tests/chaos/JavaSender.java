package io.kurier.tests.chaos;

import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/// An idempotent producer (acks=all) that sends its numbers at a steady rate, to all partitions in turn.
final class JavaSender implements AutoCloseable {
    private static final int MOST_UNANSWERED = 5_000;

    private final int id;
    private final Load load;
    private final KafkaProducer<Void, String> producer;
    private final Semaphore unanswered = new Semaphore(MOST_UNANSWERED);
    private final Thread thread;
    private volatile boolean stopped;

    JavaSender(int id, Load load) {
        this.id = id;
        this.load = load;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", load.bootstrapServers(),
                        "acks", "all",
                        "linger.ms", 2,
                        "max.block.ms", 120_000,
                        "delivery.timeout.ms", 120_000,
                        "request.timeout.ms", 5_000,
                        "retry.backoff.ms", 20,
                        "reconnect.backoff.ms", 20,
                        "reconnect.backoff.max.ms", 200),
                (topic, nothing) -> null,
                new StringSerializer());
        this.thread = Thread.ofPlatform().daemon().name("sender-" + id).start(this::run);
    }

    private void run() {
        long startNs = System.nanoTime();
        long everyNs = TimeUnit.SECONDS.toNanos(1) / load.perSecond();
        for (long number = 0; !stopped; number++) {
            LockSupport.parkNanos(startNs + number * everyNs - System.nanoTime());
            unanswered.acquireUninterruptibly();
            Sent record = new Sent(id, number);
            load.history().sending(record);
            producer.send(
                    new ProducerRecord<>(
                            load.topic(), (int) (number % load.partitions()), null, Long.toString(record.value())),
                    (place, failure) -> {
                        unanswered.release();
                        if (failure == null) {
                            load.progress().mark();
                            load.history().acknowledged(record, place.partition(), place.offset());
                        } else {
                            load.history().unknown();
                        }
                    });
        }
    }

    /// Sends no more, and waits until each send has ended.
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join(TimeUnit.MINUTES.toMillis(3));
        producer.close();
    }
}
