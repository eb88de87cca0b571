package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.share.ShareKey;
import io.kurier.broker.share.SharePolicy;
import io.kurier.broker.share.SharePolicy.DeadTo;
import io.kurier.broker.share.dead.DeadLetterTopics;
import io.kurier.broker.share.dead.DeadLetterWriter;
import io.kurier.broker.share.dead.LetterBox;
import io.kurier.broker.share.machine.Dying;
import io.kurier.broker.share.machine.ShareRules;
import io.kurier.broker.share.machine.StateBatch;
import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.log.Origin;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.testkit.Await;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a share group cannot deliver is among the dead letters before it is gone (KIP-1191).
@Timeout(60)
class DeadLettersTest {
    private static final int RELEASE = 2;
    private static final int REJECT = 3;
    private static final int BYTES_OF_LARGE = 1_048_400;

    @TempDir
    private Path data;

    private BrokerFixture broker;
    private Uuid topic;
    private ShareKey key;

    @BeforeEach
    void begin() throws Exception {
        broker = new BrokerFixture(data);
        topic = broker.cluster.create("jobs", 1);
        key = new ShareKey(ShareMember.GROUP, topic, 0);
        policy(new DeadTo("dlq.jobs", true));
    }

    @AfterEach
    void end() throws Exception {
        broker.close();
    }

    private void policy(DeadTo deadTo) {
        ShareRules rules = new ShareRules(TimeUnit.MINUTES.toNanos(1), 2, 100, true, deadTo != null);
        broker.sharePolicy = new SharePolicy(rules, false, new SharePolicy.Start.Earliest(), deadTo);
    }

    private Partition partition(String name) {
        return broker.partitions.find(new TopicPartition(name, 0));
    }

    /// One batch of records with these values.
    private void produce(String... values) {
        List<NewRecord> records = new ArrayList<>();
        for (String value : values) {
            records.add(new NewRecord(
                    System.currentTimeMillis(),
                    bytes("key"),
                    bytes(value),
                    List.of(new RecordHeader("own", bytes("header").array()))));
        }
        try {
            Partition partition = partition("jobs");
            long end = partition.append(Batches.of(records), Origin.COORDINATOR).lastOffset() + 1;
            Await.until(Duration.ofSeconds(10), "the records to be committed", () -> partition.highWatermark() >= end);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return bytes == null
                ? "none"
                : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    // ---- the share partition

    @Test
    void undeliverableRecordsStayUntilTheyAreAmongTheDeadLetters() throws Exception {
        produce("a", "b");
        broker.deadLetters.refused = true;
        try (ShareMember ann = new ShareMember(broker, "ann", topic)) {
            assertThat(ann.acquire(100)).containsExactly("0-1 x1");
            assertThat(ann.acknowledge(0, 1, REJECT, RELEASE)).isZero();
            assertThat(ann.acquire(100)).containsExactly("1-1 x2");
            assertThat(ann.acknowledge(1, 1, RELEASE)).isZero();
            Await.until(
                    Duration.ofSeconds(10),
                    "the letter to be tried again",
                    () -> broker.deadLetters.asked().size() >= 2);
            assertThat(broker.shareState.start(key)).isZero();
            assertThat(broker.shareState.offsets(key))
                    .containsExactly(
                            new StateBatch(0, 0, StateBatch.ARCHIVING, (short) 1),
                            new StateBatch(1, 1, StateBatch.ARCHIVING, (short) 2));
            assertThat(ann.fetch(0, 100).responses()).isEmpty();
            broker.deadLetters.refused = false;
            Await.until(Duration.ofSeconds(10), "all to be archived", () -> broker.shareState.start(key) == 2);
            assertThat(broker.deadLetters.written())
                    .containsExactly(new Dying(0, 0, 1, true), new Dying(1, 1, 2, false));
        }
    }

    @Test
    void theNextLeaderWritesWhatTheLastOneHasNotWritten() throws Exception {
        produce("a", "b");
        broker.deadLetters.refused = true;
        try (ShareMember ann = new ShareMember(broker, "ann", topic)) {
            ann.acquire(100);
            assertThat(ann.acknowledge(1, 1, REJECT)).isZero();
            broker.cluster.change(new PartitionChangeRecord()
                    .setTopicId(topic)
                    .setPartitionId(0)
                    .setIsr(List.of(FakeCluster.NODE))
                    .setLeader(FakeCluster.NODE));
            broker.deadLetters.refused = false;
            assertThat(ann.acquire(100)).containsExactly("0-0 x1");
            Await.until(
                    Duration.ofSeconds(10),
                    "the letter",
                    () -> broker.deadLetters.written().equals(List.of(new Dying(1, 1, 1, true))));
        }
    }

    @Test
    void withoutATopicForThemThereAreNoDeadLetters() throws Exception {
        policy(null);
        produce("a");
        try (ShareMember ann = new ShareMember(broker, "ann", topic)) {
            ann.acquire(100);
            assertThat(ann.acknowledge(0, 0, REJECT)).isZero();
            assertThat(broker.shareState.start(key)).isEqualTo(1);
            assertThat(broker.deadLetters.asked()).isEmpty();
        }
    }

    // ---- the topic

    private void enable(String name) {
        broker.cluster.change(new ConfigRecord()
                .setResourceType(ConfigResource.Type.TOPIC.id())
                .setResourceName(name)
                .setName("errors.deadletterqueue.group.enable")
                .setValue("true"));
    }

    private long write(Dying dying, Map<String, String> settings) throws Exception {
        NodeCalls nobody = new NodeCalls(
                broker.cluster,
                (node, request, version, timeoutMs) ->
                        CompletableFuture.failedFuture(new AssertionError("no other node here")));
        EffectiveConfig config = EffectiveConfig.ofFile(settings);
        DeadLetterWriter writer = new DeadLetterWriter(
                broker.world,
                new DeadLetterTopics(broker.cluster, broker.cluster, () -> config),
                new LetterBox(FakeCluster.NODE, broker.cluster, broker.partitions, broker.world.clock(), nobody),
                _ -> broker.sharePolicy);
        return writer.write(key, partition("jobs"), dying).get(20, TimeUnit.SECONDS);
    }

    private List<LogRecord> letters(String name) {
        List<LogRecord> found = new ArrayList<>();
        ByteBuffer batches =
                partition(name).log().read(0, Long.MAX_VALUE, 16 << 20, true).bytes();
        while (batches.hasRemaining()) {
            BatchView batch = new BatchView(batches, batches.position());
            try (RecordIterator records = RecordIterator.of(batch)) {
                records.forEachRemaining(record -> found.add(new LogRecord(
                        record.offset(),
                        record.timestampMs(),
                        bytes(text(record.key())),
                        bytes(text(record.value())),
                        record.headers())));
            }
            batches.position(batch.end());
        }
        return found;
    }

    private static Map<String, String> headers(LogRecord of) {
        Map<String, String> headers = new TreeMap<>();
        of.headers().forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    @Test
    void aLetterTellsWhereItsRecordIsFromAndWhy() throws Exception {
        produce("a", "b", "c");
        broker.cluster.create("dlq.jobs", 1);
        enable("dlq.jobs");
        assertThat(write(new Dying(1, 1, 2, false), Map.of())).isEqualTo(2);
        LogRecord letter = letters("dlq.jobs").getFirst();
        assertThat(text(letter.key())).isEqualTo("key");
        assertThat(text(letter.value())).isEqualTo("b");
        Map<String, String> told = new TreeMap<>(Map.of(
                "__dlq.errors.topic", "jobs",
                "__dlq.errors.partition", "0",
                "__dlq.errors.offset", "1",
                "__dlq.errors.group", ShareMember.GROUP,
                "__dlq.errors.delivery.count", "2",
                "__dlq.errors.message", "Offset delivery count exceeded the threshold.",
                "own", "header"));
        assertThat(headers(letter)).isEqualTo(told);

        policy(new DeadTo("dlq.jobs", false));
        assertThat(write(new Dying(2, 2, 1, true), Map.of())).isEqualTo(3);
        LogRecord bare = letters("dlq.jobs").getLast();
        assertThat(text(bare.key()) + text(bare.value())).isEqualTo("nonenone");
        assertThat(headers(bare))
                .containsEntry("__dlq.errors.message", "Offset rejected by client.")
                .doesNotContainKey("own");
    }

    @Test
    void manyLettersAreWrittenInPartsAndOneThatIsTooLargeWithoutItsValue() throws Exception {
        produce("x".repeat(200_000), "y".repeat(200_000));
        produce("z".repeat(BYTES_OF_LARGE));
        broker.cluster.create("dlq.jobs", 1);
        enable("dlq.jobs");
        assertThat(write(new Dying(0, 2, 2, false), Map.of())).isEqualTo(1);
        assertThat(write(new Dying(1, 2, 2, false), Map.of())).isEqualTo(2);
        assertThat(write(new Dying(2, 2, 2, false), Map.of())).isEqualTo(3);
        assertThat(letters("dlq.jobs").stream().map(letter -> letter.value().remaining()))
                .containsExactly(200_000, 200_000, "none".length());
        assertThat(headers(letters("dlq.jobs").getLast())).containsEntry("__dlq.errors.offset", "2");
    }

    @Test
    void onlyTopicsThatAgreeAreWrittenTo() throws Exception {
        produce("a");
        Dying dying = new Dying(0, 0, 1, true);
        assertThat(write(dying, Map.of())).as("does not exist").isZero();
        broker.cluster.create("dlq.jobs", 1);
        assertThat(write(dying, Map.of())).as("does not take letters").isZero();
        enable("dlq.jobs");
        assertThat(write(dying, Map.of("errors.deadletterqueue.topic.name.prefix", "dead.")))
                .as("has another name")
                .isZero();
        assertThat(letters("dlq.jobs")).isEmpty();
        policy(new DeadTo("dlq.made", true));
        assertThat(write(dying, Map.of("errors.deadletterqueue.auto.create.topics.enable", "true")))
                .isEqualTo(1);
        assertThat(letters("dlq.made")).hasSize(1);
        policy(null);
        assertThat(write(dying, Map.of()))
                .as("the group has no letters any more")
                .isEqualTo(1);
    }
}
