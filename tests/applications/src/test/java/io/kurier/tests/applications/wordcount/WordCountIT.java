package io.kurier.tests.applications.wordcount;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kafka Streams, at least once: a word count with a repartition topic, a state store and its changelog, which is
/// stopped, loses its own disk, and goes on with what the changelog on the node gives back.
@Timeout(120)
class WordCountIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"classic", "streams"})
    void countsGoOnFromTheChangelogWhenTheLocalStateIsLost(String protocol) throws Exception {
        try (var node = start(protocol)) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
                admin.createTopics(
                                List.of(new NewTopic("lines", 2, (short) 1), new NewTopic("word-counts", 2, (short) 1)))
                        .all()
                        .get();
                try (KafkaStreams first = start(node, protocol + "-first", protocol(protocol))) {
                    write(node, "to be or not to be", "that is the question");
                    awaitCounts(node, Map.of("to", 2L, "be", 2L, "or", 1L, "question", 1L));
                    assertThat(admin.listGroups().all().get())
                            .filteredOn(group -> group.groupId().equals("word-count"))
                            .extracting(group ->
                                    group.type().orElseThrow().toString().toLowerCase(Locale.ROOT))
                            .containsExactly(protocol);
                }
                assertThat(setting(admin, "word-count-counts-changelog", "cleanup.policy"))
                        .isEqualTo("compact");
                assertThat(setting(admin, "word-count-words-repartition", "cleanup.policy"))
                        .isEqualTo("delete");
                assertThat(setting(admin, "word-count-words-repartition", "retention.ms"))
                        .isEqualTo("-1");
            }
            try (KafkaStreams second = start(node, protocol + "-second", protocol(protocol))) {
                Await.until(LIMIT, "the restored count", () -> Long.valueOf(2).equals(count(second, "be")));
                assertThat(count(second, "question")).isEqualTo(1);
                write(node, "to go or to stay");
                awaitCounts(node, Map.of("to", 4L, "be", 2L, "or", 2L, "stay", 1L));
            }
        }
    }

    private static NodeProcess start(String protocol) throws Exception {
        return NodeProcess.start(
                Files.createDirectories(folder.resolve(protocol)),
                "group.streams.session.timeout.ms=6000",
                "group.streams.heartbeat.interval.ms=500");
    }

    private static Map<String, String> protocol(String name) {
        return name.equals("classic")
                ? Map.of("session.timeout.ms", "6000") // a closed application does not leave its group, it is missed
                : Map.of("group.protocol", name);
    }

    /// The topology as it is, with `exactly_once_v2`: what it reads, counts and writes moves in one transaction, also
    /// when the node is killed meanwhile.
    @Test
    void countsAreExactWhenTheNodeIsKilled() throws Exception {
        try (var node = NodeProcess.start(Files.createDirectories(folder.resolve("exactly")))) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
                admin.createTopics(
                                List.of(new NewTopic("lines", 2, (short) 1), new NewTopic("word-counts", 2, (short) 1)))
                        .all()
                        .get();
            }
            try (KafkaStreams _ = start(
                    node, "exact", Map.of("processing.guarantee", "exactly_once_v2", "session.timeout.ms", "6000"))) {
                write(node, "to be or not to be");
                awaitCounts(node, Map.of("to", 2L, "be", 2L));
                write(node, "to be", "be to");
                node.kill();
                node.restart();
                node.awaitServing();
                write(node, "or to");
                awaitCounts(node, Map.of("to", 5L, "be", 4L, "or", 2L, "not", 1L));
            }
        }
    }

    private static KafkaStreams start(NodeProcess node, String state, Map<String, String> more) {
        var settings = new Properties();
        settings.putAll(more);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "word-count");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, node.bootstrapServers());
        settings.put(
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG,
                "org.apache.kafka.common.serialization.Serdes$StringSerde");
        settings.put(
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG,
                "org.apache.kafka.common.serialization.Serdes$StringSerde");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve(state).toString());
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put("auto.offset.reset", "earliest");
        var streams = new KafkaStreams(WordCount.topology(), settings);
        streams.start();
        return streams;
    }

    private static Long count(KafkaStreams streams, String word) {
        try {
            return (Long)
                    streams.store(StoreQueryParameters.fromNameAndType("counts", QueryableStoreTypes.keyValueStore()))
                            .get(word);
        } catch (InvalidStateStoreException notYet) {
            return null;
        }
    }

    private static void write(NodeProcess node, String... lines) {
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (String line : lines) {
                producer.send(new ProducerRecord<>("lines", line.substring(0, Math.min(4, line.length())), line));
            }
        }
    }

    /// Reads the output from its beginning until each word's latest count is as expected.
    private static void awaitCounts(NodeProcess node, Map<String, Long> expected) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", node.bootstrapServers(),
                "group.id", "reader",
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new LongDeserializer())) {
            consumer.assign(consumer.partitionsFor("word-counts").stream()
                    .map(info -> new org.apache.kafka.common.TopicPartition(info.topic(), info.partition()))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
            Map<String, Long> counts = new HashMap<>();
            Await.until(LIMIT, "counts " + expected, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> counts.put(record.key(), record.value()));
                return counts.entrySet().containsAll(expected.entrySet());
            });
        }
    }

    private static String setting(Admin admin, String topic, String name) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
        return config.get(name).value();
    }
}
