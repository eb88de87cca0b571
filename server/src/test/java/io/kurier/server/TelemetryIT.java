package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What Apache Kafka's own clients push by themselves appears at `/metrics`.
class TelemetryIT {
    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)(\\{[a-zA-Z_].*\\})? (-?[0-9.Ee+-]+|NaN|[+-]Inf)");

    private static final Duration SOON = Duration.ofSeconds(30);

    private static Kurier node;
    private static Admin admin;
    private static HttpClient http;

    @BeforeAll
    static void start() {
        node = Kurier.builder()
                .inMemory(64 << 20)
                .set("kurier.http.port", "0")
                .set("offsets.topic.num.partitions", "1")
                .start();
        admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers(), "enable.metrics.push", "false"));
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        http.close();
        admin.close();
        node.close();
    }

    @Test
    void aProducersMetricsAppearAndFollowTheSubscription() throws Exception {
        subscribe(
                "producers",
                "interval.ms",
                "100",
                "metrics",
                "org.apache.kafka.producer.",
                "match",
                "client_id=shop-.*,client_software_name=apache-kafka-java");
        try (KafkaProducer<String, String> producer = producer("shop-1");
                KafkaProducer<String, String> other = producer("office-1")) {
            Uuid instance = producer.clientInstanceId(Duration.ofSeconds(20));
            other.clientInstanceId(Duration.ofSeconds(20));
            producer.send(new ProducerRecord<>("sold", "a hat")).get();
            other.send(new ProducerRecord<>("sold", "a pen")).get();

            Await.until(
                    SOON,
                    "the producer's connections are shown",
                    () -> lines().anyMatch(line ->
                            line.startsWith("client_org_apache_kafka_producer_connection_creation_total{")
                                    && line.contains("client_id=\"shop-1\"")
                                    && line.contains("client_instance_id=\"" + instance + "\"")
                                    && line.contains("client_software_name=\"apache-kafka-java\"")));
            assertThat(lines()).noneMatch(line -> line.contains("office-1"));
            assertThat(lines()).contains("# TYPE client_org_apache_kafka_producer_connection_creation_total counter");
        }
    }

    @Test
    void aConsumersMetricsAndItsGroupsLagAreShown() throws Exception {
        subscribe("consumers", "interval.ms", "100", "metrics", "*", "match", "client_id=reader-.*");
        try (KafkaProducer<String, String> producer = producer("writer")) {
            for (int i = 0; i < 5; i++) {
                producer.send(new ProducerRecord<>("read", "line " + i)).get();
            }
        }
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", node.bootstrapServers(),
                        "client.id", "reader-1",
                        "group.id", "readers",
                        "max.poll.records", "2",
                        "enable.auto.commit", "false",
                        "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of("read"));
            Await.until(
                    SOON,
                    "two records are read",
                    () -> consumer.poll(Duration.ofMillis(50)).count() == 2);
            consumer.commitSync();
            consumer.clientInstanceId(Duration.ofSeconds(20));
            Await.until(SOON, "the consumer's metrics are shown", () -> {
                consumer.poll(Duration.ofMillis(20));
                return lines().anyMatch(line -> line.startsWith("client_org_apache_kafka_consumer_")
                        && line.contains("client_id=\"reader-1\""));
            });
        }
        assertThat(lines()).contains("kurier_group_lag{group=\"readers\",topic=\"read\",partition=\"0\"} 3");
    }

    @Test
    void theWholePageIsInPrometheusFormat() throws Exception {
        List<String> page = lines().toList();

        assertThat(page)
                .filteredOn(line -> !line.startsWith("# "))
                .allMatch(line -> SAMPLE.matcher(line).matches());
        assertThat(page.stream().filter(line -> line.startsWith("# TYPE ")).map(line -> line.split(" ")[2]))
                .doesNotHaveDuplicates()
                .contains(
                        "kurier_request_seconds",
                        "kurier_connections",
                        "kurier_partitions",
                        "kurier_directory_online",
                        "kurier_telemetry_clients",
                        "jvm_memory_used_bytes");
        assertThat(page).anyMatch(line -> line.startsWith("kurier_request_seconds_count{api=\"ApiVersions\"} "));
    }

    @Test
    void healthSaysThatTheNodeIsReady() throws Exception {
        HttpResponse<String> health = get("/health");

        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("{\"ready\":true,\"reasons\":[]}\n");
    }

    @Test
    void anEmbeddedNodeShowsNothingUnlessAsked() {
        try (Kurier silent = Kurier.builder().inMemory(16 << 20).start()) {
            assertThat(silent.httpAddress()).isEmpty();
        }
    }

    private static KafkaProducer<String, String> producer(String clientId) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrapServers(), "client.id", clientId),
                new StringSerializer(),
                new StringSerializer());
    }

    private static void subscribe(String name, String... settings) throws Exception {
        Collection<AlterConfigOp> changes = new ArrayList<>();
        for (int i = 0; i < settings.length; i += 2) {
            changes.add(new AlterConfigOp(new ConfigEntry(settings[i], settings[i + 1]), AlterConfigOp.OpType.SET));
        }
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.CLIENT_METRICS, name), changes))
                .all()
                .get();
    }

    private static Stream<String> lines() {
        return get("/metrics").body().lines();
    }

    private static HttpResponse<String> get(String path) {
        int port = node.httpAddress().orElseThrow().getPort();
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
