package io.kurier.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// An honest client beside an attack: what it wrote before is there afterwards, and it can go on.
final class Witness {
    private static final String TOPIC = "witness-of-the-attack";
    private static final int RECORDS = 200;

    private final String bootstrapServers;
    private final List<String> written = new ArrayList<>();

    Witness(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /// Writes records and waits until they are acknowledged.
    void write() {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            int first = written.size();
            var sent = IntStream.range(first, first + RECORDS)
                    .mapToObj(i -> producer.send(new ProducerRecord<>(TOPIC, 0, null, "record " + i)))
                    .toList();
            for (var one : sent) {
                one.get();
            }
            IntStream.range(first, first + RECORDS).forEach(i -> written.add("record " + i));
        } catch (Exception e) {
            throw new AssertionError("an honest producer is not served", e);
        }
    }

    /// Reads all that was ever written.
    void check() {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var read = new ArrayList<String>();
            long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (read.size() < written.size() && System.nanoTime() < deadlineNs) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> read.add(record.value()));
            }
            assertThat(read).isEqualTo(written);
        }
    }
}
