package io.kurier.tests.clients.crowd;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.IntegerSerializer;

/// Writes to all partitions of a topic in turn, at a steady pace.
final class SteadyProducer implements AutoCloseable {
    private static final int TICKS_PER_SECOND = 50;

    private final KafkaProducer<Integer, Integer> producer;
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private final String topic;
    private final int partitions;
    private int next;

    SteadyProducer(String bootstrap, String topic, int partitions) {
        this.topic = topic;
        this.partitions = partitions;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "delivery.timeout.ms", 300_000),
                new IntegerSerializer(),
                new IntegerSerializer());
        int periodMs = 1_000 / TICKS_PER_SECOND;
        pace.scheduleAtFixedRate(this::write, 0, periodMs, TimeUnit.MILLISECONDS);
    }

    /// Records that are written in a second.
    static int perSecond(int partitions) {
        return perTick(partitions) * TICKS_PER_SECOND;
    }

    private static int perTick(int partitions) {
        return 1 + partitions / 50;
    }

    private void write() {
        for (int i = 0; i < perTick(partitions); i++) {
            producer.send(new ProducerRecord<>(topic, next % partitions, next, next));
            next++;
        }
    }

    /// Stops when all is written, and tells how many records each partition has.
    Map<Integer, Long> stop() throws InterruptedException, ExecutionException {
        pace.submit(pace::shutdown).get();
        pace.awaitTermination(10, TimeUnit.SECONDS);
        producer.flush();
        Map<Integer, Long> written = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            written.put(partition, (long) (next / partitions + (partition < next % partitions ? 1 : 0)));
        }
        return written;
    }

    @Override
    public void close() {
        pace.shutdownNow();
        producer.close();
    }
}
