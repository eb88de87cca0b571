package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.protocol.Responses;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterClientQuotasOptions;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaAlteration.Op;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Client quotas as real clients meet them. Only one second's worth may be saved up, so that the tests are short.
@Timeout(90)
class QuotasIT {
    private static final int RATE = 1_000_000;
    private static final int RECORD_BYTES = 50_000;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Kurier node = Kurier.builder()
            .set("quota.window.num", "2")
            .set("controller.quota.window.num", "1")
            .start();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));

    @AfterEach
    void stop() {
        admin.close(Duration.ZERO);
        node.close();
    }

    private static ClientQuotaEntity client(@Nullable String id) {
        Map<String, @Nullable String> entity = new HashMap<>();
        entity.put(ClientQuotaEntity.CLIENT_ID, id);
        return new ClientQuotaEntity(entity);
    }

    private void alter(ClientQuotaEntity entity, String key, @Nullable Double value) throws Exception {
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(entity, List.of(new Op(key, value)))))
                .all()
                .get();
    }

    private KafkaProducer<byte[], byte[]> producer(String clientId) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrapServers(), "client.id", clientId, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void produce(KafkaProducer<byte[], byte[]> producer, int records) throws Exception {
        List<Future<?>> sent = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            sent.add(producer.send(new ProducerRecord<>("t", new byte[RECORD_BYTES])));
        }
        for (Future<?> one : sent) {
            one.get();
        }
    }

    private static double longestThrottleMs(Map<MetricName, ? extends Metric> metrics, String name) {
        return metrics.values().stream()
                .filter(metric -> metric.metricName().name().equals(name)
                        && metric.metricName().group().endsWith("-metrics"))
                .mapToDouble(metric -> (double) metric.metricValue())
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
    }

    private static double produceThrottleMs(KafkaProducer<?, ?> producer) {
        return longestThrottleMs(producer.metrics(), "produce-throttle-time-max");
    }

    /// What a rate and one saved second allow; the requests in flight may be more than that.
    private static void assertRateHeld(long bytes, long beganNs) {
        double seconds = (System.nanoTime() - beganNs) / (double) SECOND_NS;
        assertThat((double) bytes).isLessThan(RATE * (seconds + 1) + 10 * RECORD_BYTES);
    }

    @Test
    void aProducerIsHeldToItsRateAndOthersAreNot() throws Exception {
        alter(client(null), "producer_byte_rate", (double) RATE);
        alter(client("free"), "producer_byte_rate", 1e12);
        try (var limited = producer("limited");
                var free = producer("free")) {
            long beganNs = System.nanoTime();
            produce(limited, 50);
            assertRateHeld(50L * RECORD_BYTES, beganNs);
            assertThat(produceThrottleMs(limited)).isPositive();
            produce(free, 100);
            assertThat(produceThrottleMs(free)).isZero();
        }
        alter(client(null), "producer_byte_rate", null);
        try (var limited = producer("limited")) {
            produce(limited, 100);
            assertThat(produceThrottleMs(limited)).as("without a quota again").isZero();
        }
    }

    @Test
    void aConsumerIsHeldToItsRateAndOthersAreNot() throws Exception {
        try (var producer = producer("producer")) {
            produce(producer, 60);
        }
        alter(client("limited"), "consumer_byte_rate", (double) RATE);
        long beganNs = System.nanoTime();
        assertThat(fetchThrottleMsOfReading("limited", 60)).isPositive();
        assertRateHeld(60L * RECORD_BYTES, beganNs);
        assertThat(fetchThrottleMsOfReading("free", 60)).isZero();
    }

    private double fetchThrottleMsOfReading(String clientId, int records) {
        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        node.bootstrapServers(),
                        "client.id",
                        clientId,
                        "max.partition.fetch.bytes",
                        100_000,
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition("t", 0)));
            for (int read = 0; read < records; ) {
                read += consumer.poll(Duration.ofSeconds(5)).count();
            }
            return longestThrottleMs(consumer.metrics(), "fetch-throttle-time-max");
        }
    }

    @Test
    void theTimeOfThreadsIsLimited() throws Exception {
        try (var producer = producer("busy")) {
            produce(producer, 1);
            assertThat(produceThrottleMs(producer)).isZero();
            alter(client("busy"), "request_percentage", 0.001);
            produce(producer, 1);
            produce(producer, 1);
            assertThat(produceThrottleMs(producer)).isBetween(1.0, 1_000.0);
        }
    }

    /// A client that does not wait as it is told: it is not read, and nobody else has to wait.
    @Test
    void aConnectionOverItsQuotaIsNotRead() throws Exception {
        alter(client("rude"), "producer_byte_rate", 1.0);
        InetSocketAddress address = node.addresses().getFirst();
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            assertThat(throttleMsOfProduce(socket))
                    .as("of some 30 bytes at one a second")
                    .isBetween(10_000, 60_000);

            send(socket, ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
            socket.setSoTimeout(500);
            assertThatThrownBy(() -> answer(socket)).isInstanceOf(SocketTimeoutException.class);
            try (Socket other = new Socket(address.getAddress(), address.getPort())) {
                other.setSoTimeout(10_000);
                send(other, ApiKeys.API_VERSIONS, 0, new ApiVersionsRequestData());
                assertThat(answer(other).remaining()).isPositive();
            }
            assertThat(admin.describeCluster().nodes().get()).hasSize(1);
        }
    }

    private static int throttleMsOfProduce(Socket socket) throws IOException {
        send(socket, ApiKeys.PRODUCE, 9, new ProduceRequestData().setAcks((short) 1));
        ByteBuffer answer = answer(socket);
        answer.position(answer.position() + 5);
        return new ProduceResponseData(new ByteBufferAccessor(answer), (short) 9).throttleTimeMs();
    }

    private static void send(Socket socket, ApiKeys key, int version, ApiMessage body) throws IOException {
        ByteBuffer header = Responses.toBytes(
                new RequestHeaderData()
                        .setRequestApiKey(key.id)
                        .setRequestApiVersion((short) version)
                        .setClientId("rude"),
                key.requestHeaderVersion((short) version));
        ByteBuffer bytes = Responses.toBytes(body, (short) version);
        ByteBuffer frame = ByteBuffer.allocate(4 + header.remaining() + bytes.remaining())
                .putInt(header.remaining() + bytes.remaining())
                .put(header)
                .put(bytes);
        socket.getOutputStream().write(frame.array());
    }

    private static ByteBuffer answer(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return ByteBuffer.wrap(frame);
    }

    @Test
    void changesOfPartitionsAreLimited() throws Exception {
        alter(new ClientQuotaEntity(Map.of("user", "ANONYMOUS")), "controller_mutation_rate", 0.5);
        var first = admin.createTopics(Set.of(new NewTopic("a", 2, (short) 1)));
        first.all().get();
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrapServers(), "max.block.ms", 300),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            assertThatThrownBy(() -> producer.partitionsFor("made-by-asking")).isInstanceOf(TimeoutException.class);
        }
        var second = admin.createTopics(
                Set.of(new NewTopic("b", 1, (short) 1)), new CreateTopicsOptions().retryOnQuotaViolation(false));
        assertThatThrownBy(() -> second.all().get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        ThrottlingQuotaExceededException.class,
                        refused -> assertThat(refused.throttleTimeMs()).isBetween(1, 4_000));
        admin.createTopics(Set.of(new NewTopic("b", 1, (short) 1))).all().get();
        assertThat(admin.listTopics().names().get()).contains("a", "b");
    }

    @Test
    void quotasAreShownAndChecked() throws Exception {
        ClientQuotaEntity both = new ClientQuotaEntity(Map.of("user", "u", "client-id", "c"));
        alter(both, "producer_byte_rate", 5.0);
        alter(both, "request_percentage", 2.5);
        alter(client(null), "consumer_byte_rate", 7.0);
        assertThat(admin.describeClientQuotas(ClientQuotaFilter.all())
                        .entities()
                        .get())
                .isEqualTo(Map.of(
                        both,
                        Map.of("producer_byte_rate", 5.0, "request_percentage", 2.5),
                        client(null),
                        Map.of("consumer_byte_rate", 7.0)));
        assertThat(admin.describeClientQuotas(ClientQuotaFilter.containsOnly(
                                List.of(ClientQuotaFilterComponent.ofDefaultEntity("client-id"))))
                        .entities()
                        .get())
                .containsOnlyKeys(client(null));

        assertThatThrownBy(() -> alter(both, "producer_byte_rate", -1.0))
                .hasCauseInstanceOf(InvalidRequestException.class);
        admin.alterClientQuotas(
                        List.of(new ClientQuotaAlteration(both, List.of(new Op("producer_byte_rate", 9.0)))),
                        new AlterClientQuotasOptions().validateOnly(true))
                .all()
                .get();
        assertThat(admin.describeClientQuotas(
                                ClientQuotaFilter.contains(List.of(ClientQuotaFilterComponent.ofEntity("user", "u"))))
                        .entities()
                        .get()
                        .get(both))
                .containsEntry("producer_byte_rate", 5.0);
    }

    @Test
    void quotasAreThereAfterARestart(@TempDir Path data) throws Exception {
        for (int start : IntStream.range(0, 2).toArray()) {
            try (Kurier kept = Kurier.builder().data(data).start();
                    Admin to = Admin.create(Map.of("bootstrap.servers", kept.bootstrapServers()))) {
                if (start == 0) {
                    to.alterClientQuotas(List.of(new ClientQuotaAlteration(
                                    client("rude"), List.of(new Op("producer_byte_rate", 1.0)))))
                            .all()
                            .get();
                }
                assertThat(to.describeClientQuotas(ClientQuotaFilter.all())
                                .entities()
                                .get())
                        .isEqualTo(Map.of(client("rude"), Map.of("producer_byte_rate", 1.0)));
                InetSocketAddress address = kept.addresses().getFirst();
                try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                    assertThat(throttleMsOfProduce(socket)).isPositive();
                }
            }
        }
    }
}
