package io.kurier.coordinator.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.MemoryCoordinatorLog;
import io.kurier.coordinator.TopicNames;
import io.kurier.testkit.SimWorld;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateResponseData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryResponseData;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// The state of share groups, through the coordinator's front door.
class ShareCoordinatorTest implements TopicNames {
    private static final Uuid T = new Uuid(1, 1);
    private static final int UPDATES = 3;

    private final Map<String, Uuid> topics = new HashMap<>(Map.of("t", T));
    private final SimWorld sim = SimWorld.inOrder(1);
    private final MemoryCoordinatorLog log = new MemoryCoordinatorLog(sim.timers());
    private final ShareCoordinator shares =
            new ShareCoordinator(sim.world(), log, this, new ShareStateSettings(UPDATES, 1_000, 100, 50), () -> 1);
    private int epoch;

    ShareCoordinatorTest() {
        reload();
    }

    @Override
    public Optional<String> nameOf(Uuid topicId) {
        return topics.entrySet().stream()
                .filter(topic -> topic.getValue().equals(topicId))
                .map(Map.Entry::getKey)
                .findAny();
    }

    @Override
    public Optional<Uuid> idOf(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    /// The node loses the partition and gets it back.
    private void reload() {
        shares.resign(0, epoch);
        shares.becomeLeader(0, ++epoch);
        sim.settle();
    }

    private <A> A now(CompletableFuture<A> answer) {
        sim.settle();
        assertThat(answer).as("answer at once").isCompleted();
        return answer.join();
    }

    private Errors begin(int partition, int stateEpoch, long startOffset) {
        var asked = new InitializeShareGroupStateRequestData.PartitionData()
                .setPartition(partition)
                .setStateEpoch(stateEpoch)
                .setStartOffset(startOffset);
        var request = new InitializeShareGroupStateRequestData()
                .setGroupId("g")
                .setTopics(List.of(new InitializeShareGroupStateRequestData.InitializeStateData()
                        .setTopicId(T)
                        .setPartitions(List.of(asked))));
        return Errors.forCode(now(shares.initialise(request))
                .results()
                .getFirst()
                .partitions()
                .getFirst()
                .errorCode());
    }

    private ReadShareGroupStateResponseData.PartitionResult read(int partition, int leaderEpoch) {
        var request = new ReadShareGroupStateRequestData()
                .setGroupId("g")
                .setTopics(List.of(new ReadShareGroupStateRequestData.ReadStateData()
                        .setTopicId(T)
                        .setPartitions(List.of(new ReadShareGroupStateRequestData.PartitionData()
                                .setPartition(partition)
                                .setLeaderEpoch(leaderEpoch)))));
        return now(shares.read(request)).results().getFirst().partitions().getFirst();
    }

    /// Start, state epoch, and batches in short.
    private String shown(int leaderEpoch) {
        var read = read(0, leaderEpoch);
        assertThat(Errors.forCode(read.errorCode())).isEqualTo(Errors.NONE);
        StringBuilder shown = new StringBuilder(read.startOffset() + "@" + read.stateEpoch());
        read.stateBatches()
                .forEach(batch -> shown.append(' ')
                        .append(batch.firstOffset())
                        .append('-')
                        .append(batch.lastOffset())
                        .append(':')
                        .append(batch.deliveryState())
                        .append('x')
                        .append(batch.deliveryCount()));
        return shown.toString();
    }

    private Errors write(int stateEpoch, int leaderEpoch, long startOffset, long... batches) {
        return write(WriteOrder.NONE, stateEpoch, leaderEpoch, startOffset, batches);
    }

    /// As this coordinator's own nodes ask for it.
    private Errors write(long order, int stateEpoch, int leaderEpoch, long startOffset, long[] batches) {
        var asked = new WriteShareGroupStateRequestData.PartitionData()
                .setPartition(0)
                .setStateEpoch(stateEpoch)
                .setLeaderEpoch(leaderEpoch)
                .setDeliveryCompleteCount(batches.length / 2)
                .setStartOffset(startOffset);
        for (int i = 0; i < batches.length; i += 2) {
            asked.stateBatches()
                    .add(new WriteShareGroupStateRequestData.StateBatch()
                            .setFirstOffset(batches[i])
                            .setLastOffset(batches[i + 1])
                            .setDeliveryState((byte) 2)
                            .setDeliveryCount((short) 1));
        }
        WriteOrder.put(asked, order);
        var request = new WriteShareGroupStateRequestData()
                .setGroupId("g")
                .setTopics(List.of(new WriteShareGroupStateRequestData.WriteStateData()
                        .setTopicId(T)
                        .setPartitions(List.of(asked))));
        return Errors.forCode(now(shares.write(request))
                .results()
                .getFirst()
                .partitions()
                .getFirst()
                .errorCode());
    }

    private ReadShareGroupStateSummaryResponseData.PartitionResult summary() {
        var request = new ReadShareGroupStateSummaryRequestData()
                .setGroupId("g")
                .setTopics(List.of(new ReadShareGroupStateSummaryRequestData.ReadStateSummaryData()
                        .setTopicId(T)
                        .setPartitions(List.of(new ReadShareGroupStateSummaryRequestData.PartitionData()
                                .setPartition(0)
                                .setLeaderEpoch(-1)))));
        return now(shares.summarise(request)).results().getFirst().partitions().getFirst();
    }

    private Errors delete() {
        return delete(new DeleteShareGroupStateRequestData.PartitionData().setPartition(0));
    }

    /// As this coordinator's own nodes ask for it.
    private Errors deleteUpTo(int stateEpoch) {
        return delete(
                EndingEpoch.put(new DeleteShareGroupStateRequestData.PartitionData().setPartition(0), stateEpoch));
    }

    private Errors delete(DeleteShareGroupStateRequestData.PartitionData asked) {
        var request = new DeleteShareGroupStateRequestData()
                .setGroupId("g")
                .setTopics(List.of(new DeleteShareGroupStateRequestData.DeleteStateData()
                        .setTopicId(T)
                        .setPartitions(List.of(asked))));
        return Errors.forCode(now(shares.delete(request))
                .results()
                .getFirst()
                .partitions()
                .getFirst()
                .errorCode());
    }

    @Test
    void whatIsWrittenIsReadAlsoAfterAChangeOfLeader() {
        assertThat(begin(0, 1, -1)).isEqualTo(Errors.NONE);
        assertThat(shown(0)).isEqualTo("-1@1");
        assertThat(write(1, 0, 10, 12, 13, 15, 15)).isEqualTo(Errors.NONE);
        assertThat(write(1, 0, -1, 14, 14)).isEqualTo(Errors.NONE);
        assertThat(shown(0)).isEqualTo("10@1 12-15:2x1");
        reload();
        assertThat(shown(0)).isEqualTo("10@1 12-15:2x1");
        assertThat(write(1, 0, 14)).isEqualTo(Errors.NONE);
        reload();
        assertThat(shown(0)).isEqualTo("14@1 14-15:2x1");
    }

    @Test
    void afterSomeUpdatesAllIsWrittenAgain() {
        begin(0, 1, 0);
        for (int i = 0; i < 10; i++) {
            write(1, 0, -1, 2L * i, 2L * i);
        }
        assertThat(log.records(0).stream().map(ShareRecords::read).toList())
                .extracting(record -> record.getClass().getSimpleName().charAt(0))
                .containsExactly('S', 'U', 'U', 'U', 'S', 'U', 'U', 'U', 'S', 'U', 'U');
        String before = shown(0);
        reload();
        assertThat(shown(0)).isEqualTo(before).startsWith("0@1 0-0:2x1 2-2:2x1");
    }

    @Test
    void aLeaderThatWasReplacedChangesNothing() {
        begin(0, 1, 0);
        shown(5);
        assertThat(read(0, 4).errorCode()).isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(write(1, 4, 7)).isEqualTo(Errors.FENCED_LEADER_EPOCH);
        reload();
        assertThat(write(1, 4, 7)).as("that is stored").isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(write(1, 6, 7)).isEqualTo(Errors.NONE);
        assertThat(write(1, 5, 8)).isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(shown(6)).isEqualTo("7@1");
    }

    @Test
    void aStateOfAnotherEpochIsAnother() {
        begin(0, 1, -1);
        write(1, 3, 10, 12, 13);
        assertThat(begin(0, 1, -1)).as("the same request, late").isEqualTo(Errors.NONE);
        assertThat(shown(3)).isEqualTo("10@1 12-13:2x1");
        assertThat(begin(0, 2, 4)).isEqualTo(Errors.NONE);
        assertThat(begin(0, 1, -1)).isEqualTo(Errors.FENCED_STATE_EPOCH);
        assertThat(write(1, 3, 11)).isEqualTo(Errors.FENCED_STATE_EPOCH);
        reload();
        assertThat(shown(3)).isEqualTo("4@2");
        assertThat(write(2, 2, 5)).as("leaders stay fenced").isEqualTo(Errors.FENCED_LEADER_EPOCH);
    }

    @Test
    void whatHasNotBegunIsRefusedInWords() {
        assertThat(write(1, 0, 7)).isEqualTo(Errors.INVALID_REQUEST);
        var read = read(0, 0);
        assertThat(read.errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(read.errorMessage()).contains("must initialise it first");
        assertThat(summary().errorCode()).isZero();
        assertThat(summary().startOffset()).isEqualTo(-1);
        assertThat(begin(-1, 1, 0)).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(begin(0, -1, 0)).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(begin(0, 1, -2)).isEqualTo(Errors.INVALID_REQUEST);
        topics.clear();
        assertThat(begin(0, 1, 0)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(log.records(0)).isEmpty();
    }

    @Test
    void aSummarySaysWhereItIsAndFencesNobody() {
        begin(0, 1, -1);
        write(1, 3, 10, 12, 13);
        assertThat(summary().startOffset()).isEqualTo(10);
        assertThat(summary().leaderEpoch()).isEqualTo(3);
        assertThat(summary().deliveryCompleteCount()).isEqualTo(1);
        assertThat(write(1, 3, 11)).isEqualTo(Errors.NONE);
    }

    @Test
    void aLateWriteChangesNothing() {
        begin(0, 1, 0);
        long order = WriteOrder.of(read(0, 3));
        assertThat(write(order + 2, 1, 3, -1, new long[] {5, 6})).isEqualTo(Errors.NONE);
        assertThat(write(order + 1, 1, 3, -1, new long[] {7, 8})).isEqualTo(Errors.FENCED_STATE_EPOCH);
        reload();
        assertThat(write(order + 2, 1, 3, -1, new long[] {7, 8}))
                .as("that is stored")
                .isEqualTo(Errors.FENCED_STATE_EPOCH);
        assertThat(WriteOrder.of(read(0, 3)))
                .as("whoever reads it begins far behind what was sent before")
                .isGreaterThan(order + 1_000_000);
        assertThat(write(order + 3, 1, 3, -1, new long[] {7, 8})).isEqualTo(Errors.FENCED_STATE_EPOCH);
        assertThat(write(1, 3, -1, 9, 9)).as("who does not count").isEqualTo(Errors.NONE);
        assertThat(shown(3)).isEqualTo("0@1 5-6:2x1 9-9:2x1");
    }

    @Test
    void theStartNeverGoesBack() {
        begin(0, 1, -1);
        write(1, 3, 10);
        assertThat(write(1, 3, 5, 5, 12)).isEqualTo(Errors.NONE);
        assertThat(shown(3)).isEqualTo("10@1 10-12:2x1");
    }

    @Test
    void whatIsDeletedIsGone() {
        begin(0, 4, -1);
        write(4, 3, 10);
        assertThat(delete()).isEqualTo(Errors.NONE);
        assertThat(delete()).as("again").isEqualTo(Errors.NONE);
        reload();
        assertThat(read(0, 3).errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(begin(0, 1, -1)).isEqualTo(Errors.NONE);
    }

    @Test
    void aLateDeletionEndsNothingThatHasBegunSince() {
        begin(0, 4, -1);
        assertThat(deleteUpTo(4)).isEqualTo(Errors.NONE);
        begin(0, 5, 7);
        assertThat(deleteUpTo(4)).as("late").isEqualTo(Errors.FENCED_STATE_EPOCH);
        assertThat(shown(3)).isEqualTo("7@5");
        assertThat(deleteUpTo(6)).isEqualTo(Errors.NONE);
        assertThat(deleteUpTo(4)).as("there is nothing any more").isEqualTo(Errors.NONE);
    }

    @Test
    void ofAStateThatBeginsSomewhereItIsKnownHowMuchIsDone() {
        begin(0, 1, -1);
        assertThat(summary().deliveryCompleteCount()).isEqualTo(-1);
        begin(0, 2, 5);
        assertThat(summary().deliveryCompleteCount()).isZero();
    }

    @Test
    void aStateThatIsTooLargeIsRefused() {
        begin(0, 1, 0);
        Errors error = Errors.NONE;
        long next = 0;
        while (error == Errors.NONE && next < 1_000) {
            error = write(1, 0, -1, next, next);
            next += 2;
        }
        assertThat(error).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(write(1, 0, 20)).as("a smaller one is taken").isEqualTo(Errors.NONE);
    }

    @Test
    void aFailedWriteChangesNothing() {
        begin(0, 1, 0);
        log.next(MemoryCoordinatorLog.Fate.LOST);
        assertThat(write(1, 0, 7)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        sim.settle();
        assertThat(shown(0)).isEqualTo("0@1");
    }

    @Test
    void keysAreReadBack() {
        SharePartitionKey key = new SharePartitionKey("a:b", T, 3);
        assertThat(SharePartitionKey.parse(key.text())).contains(key);
        for (String bad : List.of("", "g", "g:1", "::", ":" + T + ":1", "g:" + T + ":", "g:" + T + ":-1", "g:??:1")) {
            assertThat(SharePartitionKey.parse(bad)).as(bad).isEmpty();
        }
    }

    @Test
    void theShardIsKafkas() {
        ShareCoordinator fifty = new ShareCoordinator(sim.world(), log, this, ShareStateSettings.defaults(), () -> 50);
        assertThat("polygenelubricants".hashCode()).isEqualTo(Integer.MIN_VALUE);
        assertThat(fifty.shardOf("polygenelubricants")).isZero();
        assertThat("share".hashCode() % 50).isEqualTo(fifty.shardOf("share"));
        assertThat(fifty.shardOf("workers")).isEqualTo(Math.abs("workers".hashCode()) % 50);
    }

    @Test
    void theLogStaysShort() {
        begin(0, 1, 0);
        begin(1, 1, 5);
        for (int i = 1; i <= 1_000; i++) {
            assertThat(write(1, 1, i, i + 1, i + 1)).isEqualTo(Errors.NONE);
            assertThat(log.records(0).size() - log.start(0)).isLessThan(60);
        }
        reload();
        assertThat(shown(2)).isEqualTo("1000@1 1000-1001:2x1");
        assertThat(read(1, 2).startOffset()).isEqualTo(5);
    }

    @Test
    void statesGoWithTheirTopic() {
        begin(0, 7, 0);
        topics.clear();
        sim.advance(Duration.ofSeconds(61));
        topics.put("t", T);
        assertThat(begin(0, 6, 0)).as("it may only not have been known").isEqualTo(Errors.FENCED_STATE_EPOCH);
        topics.clear();
        sim.advance(Duration.ofSeconds(121));
        reload();
        topics.put("t", T);
        assertThat(begin(0, 6, 0)).isEqualTo(Errors.NONE);
    }
}
