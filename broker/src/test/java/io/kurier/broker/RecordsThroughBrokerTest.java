package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Records from the Java client to disk and back, through sockets, handlers, partitions and logs.
@Timeout(60)
class RecordsThroughBrokerTest {
    private static final int COUNT = 2_000;

    @TempDir
    private Path data;

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void whatGoesInComesOut(String codec) throws Exception {
        try (BrokerFixture broker = new BrokerFixture(data)) {
            produce(broker, codec, "all");
            assertThat(consume(broker)).isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "all"})
    void everyKindOfAcknowledgement(String acks) throws Exception {
        try (BrokerFixture broker = new BrokerFixture(data)) {
            produce(broker, "none", acks);
            assertThat(consume(broker)).isEqualTo(expected());
        }
    }

    @Test
    void recordsSurviveARestart() throws Exception {
        Uuid topic;
        try (BrokerFixture broker = new BrokerFixture(data)) {
            produce(broker, "lz4", "all");
            topic = broker.cluster.image().topic("words").id();
        }
        try (BrokerFixture broker = new BrokerFixture(data)) {
            broker.cluster.create("words", topic, 1);
            assertThat(consume(broker)).isEqualTo(expected());
        }
    }

    @ParameterizedTest
    @EnumSource(ColdDisk.Tells.class)
    void whatIsNotInMemoryIsReadWithoutHoldingUpAConnection(ColdDisk.Tells tells) throws Exception {
        Uuid topic;
        try (BrokerFixture broker = new BrokerFixture(data)) {
            produce(broker, "none", "all");
            topic = broker.cluster.image().topic("words").id();
        }
        ColdDisk disk = new ColdDisk(tells);
        try (BrokerFixture broker = new BrokerFixture(data, disk)) {
            broker.cluster.create("words", topic, 1);
            assertThat(consume(broker)).isEqualTo(expected());
            disk.chill();
            assertThat(consume(broker)).isEqualTo(expected());
        }
        assertThat(disk.waits).isEmpty();
        assertThat(disk.loads.get() > 0).isEqualTo(tells != ColdDisk.Tells.NOTHING_NOR_LOADS);
    }

    private static List<String> expected() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            expected.add(i + "=" + "value " + i);
        }
        return expected;
    }

    private static void produce(BrokerFixture broker, String codec, String acks) throws Exception {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "compression.type",
                codec,
                "acks",
                acks,
                "enable.idempotence",
                "false"));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < COUNT; i++) {
                sent.add(producer.send(new ProducerRecord<>("words", 0, String.valueOf(i), "value " + i)));
            }
        }
        for (int i = 0; i < COUNT; i++) {
            assertThat(sent.get(i).get().offset()).isEqualTo(acks.equals("0") ? -1 : i);
        }
    }

    private static List<String> consume(BrokerFixture broker) {
        Properties properties = new Properties();
        properties.putAll(Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"));
        List<String> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("words", 0);
            consumer.assign(List.of(partition));
            while (seen.size() < COUNT) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    seen.add(record.key() + "=" + record.value());
                }
            }
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, (long) COUNT);
        }
        return seen;
    }
}
