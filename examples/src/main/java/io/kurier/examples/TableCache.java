package io.kurier.examples;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// A table of keys and values that every process has in memory and that survives all of them: a compacted topic, of
/// which the newest record of each key stays. A record without a value takes its key out. One thread at a time.
public final class TableCache implements AutoCloseable {
    private static final String TOPIC = "prices";

    private final TopicPartition partition = new TopicPartition(TOPIC, 0);
    private final Map<String, String> table = new TreeMap<>();
    private final KafkaProducer<String, String> producer;
    private final KafkaConsumer<String, String> consumer;

    /// Opens the table, and reads what is in it.
    public TableCache(String address) throws InterruptedException, ExecutionException {
        Clients.createTopic(address, TOPIC, 1, Map.of("cleanup.policy", "compact"));
        producer = Clients.producer(address, Map.of());
        consumer = Clients.consumer(address, "tables", Map.of("enable.auto.commit", false));
        consumer.assign(List.of(partition)); // each process reads everything: this is no group
        consumer.seekToBeginning(List.of(partition));
        refresh();
    }

    /// Shows it.
    public static void main(String[] arguments) throws Exception {
        try (TableCache mine = new TableCache(Clients.address(arguments));
                TableCache yours = new TableCache(Clients.address(arguments))) {
            mine.put("tea", "3");
            mine.put("coffee", "4");
            mine.put("tea", "5");
            mine.remove("coffee");
            yours.refresh();
            System.out.println("yours: " + yours.all());
        }
    }

    /// Sets a value, for everybody.
    public void put(String key, String value) throws InterruptedException, ExecutionException {
        write(key, value);
    }

    /// Takes a key out, for everybody.
    public void remove(String key) throws InterruptedException, ExecutionException {
        write(key, null);
    }

    private void write(String key, @Nullable String value) throws InterruptedException, ExecutionException {
        producer.send(new ProducerRecord<>(TOPIC, key, value)).get();
        refresh();
    }

    /// The value of a key, as of the last [#refresh].
    public Optional<String> get(String key) {
        return Optional.ofNullable(table.get(key));
    }

    /// All of it, as of the last [#refresh].
    public Map<String, String> all() {
        return Map.copyOf(table);
    }

    /// Takes in what anybody has written up to now.
    public void refresh() {
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                if (record.value() == null) {
                    table.remove(record.key());
                } else {
                    table.put(record.key(), record.value());
                }
            }
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
