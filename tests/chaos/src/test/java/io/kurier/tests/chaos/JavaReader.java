package io.kurier.tests.chaos;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/// A member of a consumer group that commits what it has read.
final class JavaReader implements AutoCloseable {
    private final String name;
    private final String group;
    private final Load load;
    private final KafkaConsumer<String, String> consumer;
    private final Map<Integer, History.Reading> readings = new HashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    JavaReader(String name, String group, Load load) {
        this.name = name;
        this.group = group;
        this.load = load;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", load.bootstrapServers(),
                        "group.id", group,
                        "enable.auto.commit", false,
                        "auto.offset.reset", "earliest",
                        "session.timeout.ms", 6_000,
                        "heartbeat.interval.ms", 500,
                        "default.api.timeout.ms", 10_000,
                        "request.timeout.ms", 5_000,
                        "reconnect.backoff.max.ms", 200),
                new StringDeserializer(),
                new StringDeserializer());
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    private void run() {
        consumer.subscribe(List.of(load.topic()), new Assignments());
        while (!stopped) {
            try {
                var records = consumer.poll(Duration.ofMillis(200));
                records.forEach(record ->
                        readings.get(record.partition()).read(record.offset(), Long.parseLong(record.value())));
                if (!records.isEmpty()) {
                    commit();
                }
            } catch (WakeupException e) {
                // it is to stop
            } catch (KafkaException e) {
                // Not known whether it is committed, or fetched in vain: nothing is promised.
            }
        }
        consumer.close();
    }

    private void commit() {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            positions.put(partition, new OffsetAndMetadata(consumer.position(partition)));
        }
        consumer.commitSync(positions);
        positions.forEach(
                (partition, offset) -> load.history().committed(group, partition.partition(), offset.offset()));
    }

    /// Each assignment begins at what the group has committed.
    private final class Assignments implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> readings.remove(partition.partition()));
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Map<TopicPartition, Long> promised = new HashMap<>();
            for (TopicPartition partition : partitions) {
                readings.put(partition.partition(), load.history().reading(group, name, partition.partition()));
                promised.put(partition, load.history().promised(group, partition.partition()));
            }
            var committed = consumer.committed(Set.copyOf(partitions));
            promised.forEach((partition, offset) -> {
                OffsetAndMetadata found = committed.get(partition);
                load.history().foundCommitted(group, partition.partition(), offset, found == null ? 0 : found.offset());
            });
        }
    }

    /// Whether it still reads.
    boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        consumer.wakeup();
        thread.join(TimeUnit.MINUTES.toMillis(1));
    }
}
