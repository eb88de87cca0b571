package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.tools.DumpLogSegments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A compacted topic on a node: the Java consumer and Apache Kafka's dump of its segments agree on what is left, before
/// and after a restart.
class CompactionIT {
    private static final TopicPartition TABLE = new TopicPartition("table", 0);
    private static final int RECORDS = 6_000;
    private static final int KEYS = 40;

    @TempDir
    Path folder;

    private final Map<String, String> newest = new TreeMap<>();

    private NodeProcess start() {
        return NodeProcess.start(folder, "log.cleaner.backoff.ms=50");
    }

    @Test
    void consumerAndDumpAgreeOnWhatIsLeft() throws Exception {
        List<ConsumerRecord<String, String>> left = new ArrayList<>();
        try (NodeProcess node = start()) {
            createTable(node);
            for (String codec : List.of("none", "lz4", "zstd", "gzip", "snappy")) {
                produce(node, codec);
            }
            Await.until(Duration.ofSeconds(20), "a compacted log", () -> {
                left.clear();
                left.addAll(read(node));
                return left.size() < RECORDS / 3;
            });
            assertThat(table(left)).isEqualTo(newest);
            node.stop();
        }
        try (NodeProcess node = start()) {
            left.clear();
            left.addAll(read(node));
            assertThat(table(left)).as("after a restart").isEqualTo(newest);
            node.stop();
        }
        assertThat(dumped(folder.resolve("data").resolve("table-0"))).isEqualTo(texts(left));
    }

    /// Kafka's own tool refuses segments so small.
    private static void createTable(NodeProcess node) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic("table", 1, (short) 1)
                            .configs(Map.of(
                                    "cleanup.policy", "compact",
                                    "segment.bytes", "10000",
                                    "min.cleanable.dirty.ratio", "0.01"))))
                    .all()
                    .get();
        }
    }

    private void produce(NodeProcess node, String codec) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrap(), "compression.type", codec, "batch.size", 2000),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 0; i < RECORDS / 5; i++) {
                String key = "key-" + i * 7 % KEYS;
                String value = i * 7 % KEYS < 5 && i % 2 == 0 ? null : codec + "-" + i;
                producer.send(new ProducerRecord<>("table", key, value));
                if (value == null) {
                    newest.remove(key);
                } else {
                    newest.put(key, value);
                }
            }
        }
    }

    private static List<ConsumerRecord<String, String>> read(NodeProcess node) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", node.bootstrap(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(TABLE));
            consumer.seekToBeginning(List.of(TABLE));
            long end = consumer.endOffsets(List.of(TABLE)).get(TABLE);
            while (consumer.position(TABLE) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static Map<String, String> table(List<ConsumerRecord<String, String>> records) {
        Map<String, String> table = new TreeMap<>();
        for (ConsumerRecord<String, String> record : records) {
            if (record.value() == null) {
                table.remove(record.key());
            } else {
                table.put(record.key(), record.value());
            }
        }
        return table;
    }

    private static List<String> texts(List<ConsumerRecord<String, String>> records) {
        return records.stream()
                .map(record ->
                        record.offset() + " " + record.key() + " " + (record.value() == null ? "" : record.value()))
                .toList();
    }

    /// What Apache Kafka's tool finds in the segments, and that it finds nothing wrong with them.
    private static List<String> dumped(Path partition) throws IOException {
        List<Path> logs;
        try (Stream<Path> files = Files.list(partition)) {
            logs = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
        List<String> records = new ArrayList<>();
        boolean horizons = false;
        for (Path log : logs) {
            Printed printed = Tool.run(DumpLogSegments::main, "--files", log.toString(), "--print-data-log");
            for (String line : printed.lines()) {
                if (line.startsWith("baseOffset:")) {
                    assertThat(line).endsWith("isvalid: true");
                    horizons |= line.contains("deleteHorizonMs: OptionalLong[");
                } else if (line.startsWith("| offset:")) {
                    records.add(record(line));
                }
            }
        }
        assertThat(horizons).as("batches with a delete horizon").isTrue();
        return records;
    }

    private static String record(String line) {
        String[] words = line.split("\\s+", -1);
        String payload = line.contains(" payload: ") ? words[words.length - 1] : "";
        return words[2] + " " + words[List.of(words).indexOf("key:") + 1] + " " + payload;
    }
}
