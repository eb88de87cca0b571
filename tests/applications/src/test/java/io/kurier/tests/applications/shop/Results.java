package io.kurier.tests.applications.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Reads what the shop has committed.
final class Results implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<TopicPartition> PARTITIONS = Stream.of("receipts", "totals")
            .flatMap(topic -> Stream.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)))
            .toList();

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<String> receipts = new ArrayList<>();
    private final Map<String, Long> totals = new HashMap<>();

    Results(String bootstrap) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", bootstrap,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest");
        consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        consumer.assign(PARTITIONS);
    }

    /// Waits until there are so many receipts.
    void awaitReceipts(int count) {
        Await.until(LIMIT, count + " receipts", () -> {
            poll();
            return receipts.size() >= count;
        });
    }

    /// Waits until there are as many receipts as the books say: those in the books, each once.
    void await(Books books) {
        List<String> expected = books.receipts();
        awaitReceipts(expected.size());
        assertThat(receipts()).isEqualTo(expected);
    }

    /// There is all that the books say up to the end of the topics, and nothing else.
    void check(Books books) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(PARTITIONS);
        Await.until(LIMIT, "the end of the results", () -> {
            poll();
            return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        });
        assertThat(receipts()).isEqualTo(books.receipts());
        assertThat(totals).isEqualTo(books.totals());
    }

    /// `customer=receipt`, in order.
    List<String> receipts() {
        return receipts.stream().sorted().toList();
    }

    private void poll() {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            if (record.topic().equals("receipts")) {
                receipts.add(record.key() + "=" + new String(record.value(), StandardCharsets.UTF_8));
            } else {
                totals.put(record.key(), new LongDeserializer().deserialize("totals", record.value()));
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
