package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.testkit.NodeProcess;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What no honest client sends gets a clear error or a closed connection, costs little memory, and disturbs nobody:
/// a producer works all the while, and after each test it still does. Seeds: `-Dkurier.seed=N`.
@Timeout(120)
class BadInputIT {
    private static final String TOPIC = "victim";
    private static final int MAX_MESSAGE_BYTES = 100_000;
    private static final long SEED = Long.getLong("kurier.seed", System.nanoTime());
    private static final AtomicLong ACKNOWLEDGED = new AtomicLong();

    @TempDir
    static Path folder;

    private static NodeProcess node;
    private static NumberedProducer witness;

    @BeforeAll
    static void start() throws Exception {
        System.out.println("BadInputIT: repeat with -Dkurier.seed=" + SEED);
        node = NodeProcess.start(folder);
        try (Admin admin = admin()) {
            var victim = new NewTopic(TOPIC, 1, (short) 1)
                    .configs(Map.of("max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES)));
            admin.createTopics(List.of(victim, new NewTopic("witness", 1, (short) 1)))
                    .all()
                    .get();
        }
        witness = new NumberedProducer("witness", node.bootstrapServers(), "witness", 1, true, ACKNOWLEDGED);
    }

    @AfterEach
    void othersAreServed() throws Exception {
        long before = ACKNOWLEDGED.get();
        Eventually.equal("the witness goes on", true, () -> ACKNOWLEDGED.get() > before + 10);
        assertThat(witness.failures()).isEmpty();
        try (var connection = connect()) {
            ByteBuffer answer = connection.ask(WireBuffer.produce(TOPIC, 0, WireBuffer.batch("good")));
            assertThat(produceError(answer)).isEqualTo(Errors.NONE);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        witness.close();
        node.close();
    }

    @Test
    void apiVersionsOfAnUnknownVersionAreAnsweredInVersion0WithAllRanges() throws Exception {
        try (var connection = connect()) {
            ByteBuffer answer = connection.ask(WireBuffer.request(18, 99, 7)
                    .i8(0)
                    .i8(2)
                    .i8('x')
                    .i8(2)
                    .i8('y')
                    .i8(0));
            assertThat(answer.getInt()).isEqualTo(7);
            assertThat(answer.getShort()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
            int ranges = answer.getInt();
            assertThat(ranges).isGreaterThan(20);
            assertThat(answer.remaining()).isEqualTo(6 * ranges);
            assertThat(versions(answer, ranges)).containsEntry(0, "0-13").containsEntry(1, "4-18");
            // and the connection goes on
            ByteBuffer next = connection.ask(WireBuffer.request(18, 0, 8));
            assertThat(next.getInt()).isEqualTo(8);
            assertThat(next.getShort()).isEqualTo(Errors.NONE.code());
        }
    }

    @ParameterizedTest
    @CsvSource({"-1,0", "999,0", "32767,0", "3,99", "3,-1", "0,99", "1,0", "1,99", "11,77"})
    void anUnknownApiOrVersionClosesTheConnection(int apiKey, int version) throws Exception {
        try (var connection = connect()) {
            connection.send(WireBuffer.request(apiKey, version, 1).i32(0).framed());
            assertThat(connection.isClosedByNode()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 200_000_000, 0, 3})
    void aFrameOfImpossibleLengthClosesTheConnection(int length) throws Exception {
        try (var connection = connect()) {
            connection.send(new WireBuffer().i32(length).i64(0).i64(0).toBytes());
            assertThat(connection.isClosedByNode()).isTrue();
        }
    }

    @Test
    void manyHugeClaimsOfWhichLittleComesCostLittle() throws Exception {
        var claims = new ArrayList<RawConnection>();
        try {
            for (int i = 0; i < 40; i++) {
                claims.add(
                        connect().send(new WireBuffer().i32(90_000_000).i64(0).toBytes()));
            }
            othersAreServed();
            assertThat(node.memoryKb("VmRSS") / 1024).as("resident megabytes").isLessThan(500);
        } finally {
            for (RawConnection claim : claims) {
                claim.close();
            }
        }
    }

    @Test
    void anArrayThatClaimsMoreThanTheFrameHoldsClosesTheConnection() throws Exception {
        try (var connection = connect()) {
            connection.send(WireBuffer.request(3, 1, 1).i32(Integer.MAX_VALUE).framed());
            assertThat(connection.isClosedByNode()).isTrue();
        }
    }

    @Test
    void truncatedFramesAreForgotten() throws Exception {
        byte[] whole =
                WireBuffer.produce(TOPIC, 0, WireBuffer.batch("cut short")).framed();
        long before = latestOffset();
        for (int length = 0; length < whole.length; length++) {
            try (var connection = connect()) {
                connection.send(Arrays.copyOf(whole, length));
                connection.drain();
            }
        }
        assertThat(latestOffset()).isEqualTo(before);
    }

    @Test
    void garbageIsSurvived() throws Exception {
        var random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[1 + random.nextInt(4_000)];
            random.nextBytes(garbage);
            if (random.nextBoolean()) {
                ByteBuffer.wrap(garbage.length < 4 ? new byte[4] : garbage).putInt(Math.max(0, garbage.length - 4));
            }
            sendAndDrain(garbage);
        }
    }

    @Test
    void requestsWithFlippedBytesAreSurvived() throws Exception {
        var random = new Random(SEED);
        List<byte[]> seeds = List.of(
                WireBuffer.produce(TOPIC, 0, WireBuffer.batch("x".repeat(300))).framed(),
                WireBuffer.fetch(TOPIC, 0, 0).framed(),
                WireBuffer.request(3, 1, 1).i32(1).string(TOPIC).framed(),
                WireBuffer.request(18, 0, 1).framed(),
                WireBuffer.request(10, 0, 1).string("group").framed());
        for (int i = 0; i < 300; i++) {
            byte[] flipped = seeds.get(i % seeds.size()).clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                flipped[4 + random.nextInt(flipped.length - 4)] ^= (byte) (1 << random.nextInt(8));
            }
            sendAndDrain(flipped);
        }
    }

    @Test
    void aWrongChecksumIsRefused() throws Exception {
        refused(WireBuffer.withWrongChecksum(WireBuffer.batch("x")), Errors.CORRUPT_MESSAGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 127})
    void anUnknownMagicIsRefused(int magic) throws Exception {
        refused(
                WireBuffer.withMagic(WireBuffer.batch("x"), magic),
                Errors.INVALID_RECORD,
                Errors.CORRUPT_MESSAGE,
                Errors.UNSUPPORTED_FOR_MESSAGE_FORMAT);
    }

    /// Snappy (2) is left out: its raw blocks cannot be told from other bytes without decompressing them.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 6, 7})
    void recordsThatAreNotInTheCodecTheyClaimAreRefused(int codec) throws Exception {
        refused(
                WireBuffer.withAttributes(WireBuffer.batch("not compressed"), codec),
                Errors.INVALID_RECORD,
                Errors.CORRUPT_MESSAGE,
                Errors.UNSUPPORTED_COMPRESSION_TYPE,
                Errors.UNKNOWN_SERVER_ERROR);
    }

    @Test
    void aBatchOverMaxMessageBytesIsRefused() throws Exception {
        long before = latestOffset();
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            var large = new ProducerRecord<byte[], byte[]>(TOPIC, new byte[MAX_MESSAGE_BYTES + 1]);
            assertThatThrownBy(() -> producer.send(large).get()).hasCauseInstanceOf(RecordTooLargeException.class);
        }
        assertThat(latestOffset()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, Long.MAX_VALUE})
    void offsetsOutOfRangeAreSaidToBe(long offset) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", node.bootstrapServers(), "auto.offset.reset", "none");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
            consumer.seek(new TopicPartition(TOPIC, 0), offset);
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(20)))
                    .isInstanceOf(OffsetOutOfRangeException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "ä", "a\u0000"})
    void invalidTopicNamesAreRefused(String name) {
        refusesTopic(new NewTopic(name, 1, (short) 1), InvalidTopicException.class);
    }

    @Test
    void aTopicNameOfMoreThan249CharactersIsRefused() {
        refusesTopic(new NewTopic("a".repeat(250), 1, (short) 1), InvalidTopicException.class);
    }

    @Test
    void impossibleTopicsAreRefused() {
        refusesTopic(new NewTopic("wide", 1, (short) 2), InvalidReplicationFactorException.class);
        refusesTopic(new NewTopic("zero", 1, (short) 0), InvalidReplicationFactorException.class);
        refusesTopic(new NewTopic("none", 0, (short) 1), InvalidPartitionsException.class);
        refusesTopic(
                new NewTopic("odd", 1, (short) 1).configs(Map.of("no.such.setting", "1")),
                InvalidConfigurationException.class);
        refusesTopic(
                new NewTopic("odd", 1, (short) 1).configs(Map.of("segment.bytes", "much")),
                InvalidConfigurationException.class);
    }

    private static void refusesTopic(NewTopic topic, Class<? extends Throwable> error) {
        try (Admin admin = admin()) {
            assertThatThrownBy(() -> admin.createTopics(List.of(topic)).all().get())
                    .as(topic.toString())
                    .hasCauseInstanceOf(error);
        }
    }

    private static void refused(byte[] batch, Errors... allowed) throws Exception {
        long before = latestOffset();
        try (var connection = connect()) {
            Errors error = produceError(connection.ask(WireBuffer.produce(TOPIC, 0, batch)));
            assertThat(error).isIn((Object[]) allowed);
        }
        assertThat(latestOffset()).isEqualTo(before);
    }

    /// The error of a Produce 3 answer for one partition.
    private static Errors produceError(ByteBuffer answer) {
        answer.position(4 + 4 + 2 + TOPIC.length() + 4 + 4);
        return Errors.forCode(answer.getShort());
    }

    private static Map<Integer, String> versions(ByteBuffer answer, int ranges) {
        var versions = new TreeMap<Integer, String>();
        for (int i = 0; i < ranges; i++) {
            int key = answer.getShort();
            versions.put(key, answer.getShort() + "-" + answer.getShort());
        }
        assertThat(versions).containsKeys((int) ApiKeys.METADATA.id, (int) ApiKeys.API_VERSIONS.id);
        return versions;
    }

    private static long latestOffset() {
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition(TOPIC, 0);
            return consumer.endOffsets(List.of(partition)).getOrDefault(partition, -1L);
        }
    }

    private static void sendAndDrain(byte[] bytes) throws IOException {
        try (var connection = connect()) {
            connection.send(bytes);
            connection.drain();
        } catch (SocketException closedMeanwhile) {
            assertThat(closedMeanwhile).hasMessageMatching("(?i).*(reset|broken pipe|closed).*");
        }
    }

    private static RawConnection connect() throws IOException {
        return new RawConnection(node.bootstrapServers());
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));
    }
}
