package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.share.ShareKey;
import io.kurier.broker.share.SharePolicy;
import io.kurier.broker.share.machine.ShareRules;
import io.kurier.broker.share.machine.StateBatch;
import io.kurier.log.Origin;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.Await;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// ShareFetch and ShareAcknowledge as a client sees them, through sockets, sessions, partitions and logs.
@Timeout(60)
class ShareFetchTest {
    private static final int ACCEPT = 1;
    private static final int RELEASE = 2;
    private static final int REJECT = 3;
    private static final int RENEW = 4;

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
        rules(Duration.ofMinutes(1));
    }

    @AfterEach
    void end() throws Exception {
        broker.close();
    }

    private void rules(Duration lock) {
        broker.sharePolicy = new SharePolicy(
                new ShareRules(lock.toNanos(), 3, 100, true, false), false, new SharePolicy.Start.Earliest(), null);
    }

    private Partition partition() {
        return broker.partitions.find(new TopicPartition("jobs", 0));
    }

    /// One batch.
    private void produce(int records) throws Exception {
        append(Batches.of(records(records)));
    }

    /// Of today, or they would be deleted for their age.
    private static List<NewRecord> records(int count) {
        List<NewRecord> records = new ArrayList<>();
        long nowMs = System.currentTimeMillis();
        for (int i = 0; i < count; i++) {
            records.add(new NewRecord(nowMs, ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2})));
        }
        return records;
    }

    /// Returns when it can be read.
    private void append(ByteBuffer batch) throws Exception {
        Partition partition = partition();
        long end = partition.append(batch, Origin.COORDINATOR).lastOffset() + 1;
        Await.until(Duration.ofSeconds(10), "the records to be committed", () -> partition.highWatermark() >= end);
    }

    private ShareMember member(String id) throws Exception {
        return new ShareMember(broker, id, topic);
    }

    @Test
    void whatOneMemberHasTheOthersDoNotGet() throws Exception {
        produce(3);
        produce(3);
        try (ShareMember ann = member("ann");
                ShareMember ben = member("ben")) {
            assertThat(ann.acquire(1)).containsExactly("0-2 x1");
            ShareFetchResponseData bens = ben.fetch(10_000, 100);
            assertThat(ShareMember.acquired(bens)).containsExactly("3-5 x1");
            assertThat(ShareMember.offsets(bens)).containsExactly(3L, 4L, 5L);
            assertThat(bens.acquisitionLockTimeoutMs()).isEqualTo(60_000);
            assertThat(ben.acknowledge(0, 2, ACCEPT)).isEqualTo(Errors.INVALID_RECORD_STATE.code());
            assertThat(ann.fetch(0, 100).responses()).isEmpty();
        }
    }

    @Test
    void acceptedAndRejectedAreDoneReleasedIsForOthers() throws Exception {
        produce(4);
        try (ShareMember ann = member("ann");
                ShareMember ben = member("ben")) {
            assertThat(ann.acquire(100)).containsExactly("0-3 x1");
            assertThat(ann.acknowledge(0, 3, ACCEPT, RELEASE, REJECT, ACCEPT)).isZero();
            assertThat(broker.shareState.start(key)).isEqualTo(1);
            assertThat(broker.shareState.offsets(key))
                    .containsExactly(
                            new StateBatch(1, 1, StateBatch.AVAILABLE, (short) 1),
                            new StateBatch(2, 2, StateBatch.ARCHIVED, (short) 1),
                            new StateBatch(3, 3, StateBatch.ACKNOWLEDGED, (short) 1));
            assertThat(ben.acquire(100)).containsExactly("1-1 x2");
            assertThat(ann.acknowledge(1, 1, ACCEPT)).isEqualTo(Errors.INVALID_RECORD_STATE.code());
            assertThat(ben.acknowledge(1, 1, ACCEPT)).isZero();
            assertThat(broker.shareState.start(key)).isEqualTo(4);
        }
    }

    @Test
    void acknowledgementsComeWithTheNextFetch() throws Exception {
        produce(2);
        try (ShareMember ann = member("ann")) {
            ann.acquire(100);
            produce(1);
            ShareFetchRequestData request = ann.fetchRequest(10_000, 100);
            ann.partition(request)
                    .acknowledgementBatches()
                    .add(new ShareFetchRequestData.AcknowledgementBatch()
                            .setFirstOffset(0)
                            .setLastOffset(1)
                            .setAcknowledgeTypes(List.of((byte) ACCEPT)));
            ShareFetchResponseData answer = (ShareFetchResponseData) ann.ask(request);
            assertThat(ShareMember.acquired(answer)).containsExactly("2-2 x1");
            assertThat(ShareMember.only(answer).acknowledgeErrorCode()).isZero();
            assertThat(broker.shareState.start(key)).isEqualTo(2);
        }
    }

    @Test
    void aMemberThatIsLateLosesItsRecordsUntilTheyWereDeliveredTooOften() throws Exception {
        rules(Duration.ofMillis(150));
        produce(1);
        try (ShareMember ann = member("ann");
                ShareMember ben = member("ben")) {
            assertThat(ann.acquire(100)).containsExactly("0-0 x1");
            assertThat(ben.acquire(100)).containsExactly("0-0 x2");
            assertThat(ann.acknowledge(0, 0, ACCEPT)).isEqualTo(Errors.INVALID_RECORD_STATE.code());
            assertThat(ann.acquire(100)).containsExactly("0-0 x3");
            Await.until(Duration.ofSeconds(10), "the record to be archived", () -> broker.shareState.start(key) == 1);
            assertThat(ben.fetch(0, 100).responses()).isEmpty();
        }
    }

    @Test
    void whoRenewsKeepsItsRecords() throws Exception {
        rules(Duration.ofMillis(400));
        produce(2);
        try (ShareMember ann = member("ann");
                ShareMember ben = member("ben")) {
            assertThat(ann.acquire(100)).containsExactly("0-1 x1");
            ben.send(ben.fetchRequest(10_000, 100));
            long beganNs = System.nanoTime();
            while (System.nanoTime() - beganNs < TimeUnit.MILLISECONDS.toNanos(900)) {
                assertThat(ann.acknowledge(0, 0, RENEW)).isZero();
                Thread.onSpinWait();
            }
            ShareFetchResponseData bens = (ShareFetchResponseData) ben.receive(ApiKeys.SHARE_FETCH);
            assertThat(ShareMember.acquired(bens)).containsExactly("1-1 x2");
            assertThat(ann.acknowledge(0, 0, ACCEPT)).isZero();
        }
    }

    @Test
    void whoWaitsIsAnsweredByTheNextRecordAndByOneThatIsReleased() throws Exception {
        try (ShareMember ann = member("ann");
                ShareMember ben = member("ben")) {
            ann.send(ann.fetchRequest(20_000, 100));
            Await.until(Duration.ofSeconds(10), "the state to be loaded", () -> broker.shareState.start(key) == 0);
            produce(1);
            ShareFetchResponseData anns = (ShareFetchResponseData) ann.receive(ApiKeys.SHARE_FETCH);
            assertThat(ShareMember.acquired(anns)).containsExactly("0-0 x1");
            ben.send(ben.fetchRequest(20_000, 100));
            assertThat(ann.acknowledge(0, 0, RELEASE)).isZero();
            ShareFetchResponseData bens = (ShareFetchResponseData) ben.receive(ApiKeys.SHARE_FETCH);
            assertThat(ShareMember.acquired(bens)).containsExactly("0-0 x2");
        }
    }

    @Test
    void whoClosesItsSessionGivesBackWhatItHasNotLookedAt() throws Exception {
        produce(2);
        try (ShareMember ann = member("ann");
                ShareMember ben = member("ben")) {
            ann.acquire(100);
            ShareFetchResponseData closed = (ShareFetchResponseData) ann.ask(ann.closing());
            assertThat(closed.errorCode()).isZero();
            assertThat(ben.acquire(100)).containsExactly("0-1 x1");
            assertThat(ann.fetch(0, 100).errorCode()).isEqualTo(Errors.SHARE_SESSION_NOT_FOUND.code());
        }
    }

    @Test
    void whoIsCutOffLosesItsRecordsAtOnce() throws Exception {
        produce(2);
        try (ShareMember ben = member("ben")) {
            try (ShareMember ann = member("ann")) {
                ann.acquire(100);
            }
            assertThat(ben.acquire(100)).containsExactly("0-1 x2");
        }
    }

    @Test
    void whoIsCutOffWhileItWaitsGetsNothing() throws Exception {
        try (ShareMember ben = member("ben")) {
            try (ShareMember ann = member("ann")) {
                ann.send(ann.fetchRequest(20_000, 100));
                Await.until(Duration.ofSeconds(10), "the state to be loaded", () -> broker.shareState.start(key) == 0);
            }
            Await.until(Duration.ofSeconds(10), "the session to end", () -> broker.shareSessions.size() == 0);
            produce(1);
            assertThat(ben.acquire(100)).containsExactly("0-0 x1");
        }
    }

    @Test
    void whatIsNotStoredDoesNotCount() throws Exception {
        produce(2);
        try (ShareMember ann = member("ann")) {
            ann.acquire(100);
            broker.shareState.failure = Errors.COORDINATOR_NOT_AVAILABLE;
            assertThat(ann.acknowledge(0, 1, ACCEPT)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
            broker.shareState.failure = Errors.NONE;
            assertThat(ann.acknowledge(0, 1, ACCEPT)).isZero();
            assertThat(broker.shareState.start(key)).isEqualTo(2);
        }
    }

    @Test
    void whileTheStateCannotBeLoadedNobodyGetsAnything() throws Exception {
        broker.shareState.failure = Errors.COORDINATOR_LOAD_IN_PROGRESS;
        produce(1);
        try (ShareMember ann = member("ann")) {
            assertThat(ann.fetch(50, 100).responses()).isEmpty();
            ann.send(ann.fetchRequest(20_000, 100));
            broker.shareState.failure = Errors.NONE;
            ShareFetchResponseData answer = (ShareFetchResponseData) ann.receive(ApiKeys.SHARE_FETCH);
            assertThat(ShareMember.acquired(answer)).containsExactly("0-0 x1");
        }
    }

    @Test
    void theNextLeaderGoesOnWhereTheLastOneWas() throws Exception {
        produce(4);
        try (ShareMember ann = member("ann")) {
            ann.acquire(100);
            assertThat(ann.acknowledge(1, 2, ACCEPT)).isZero();
            broker.cluster.change(new PartitionChangeRecord()
                    .setTopicId(topic)
                    .setPartitionId(0)
                    .setIsr(List.of(FakeCluster.NODE))
                    .setLeader(FakeCluster.NODE));
            assertThat(ann.acquire(100)).containsExactly("0-0 x1", "3-3 x1");
            assertThat(ann.acknowledge(0, 0, ACCEPT)).isZero();
            assertThat(broker.shareState.start(key)).isEqualTo(3);
        }
    }

    @Test
    void afterAResetTheOldStateIsNotWrittenAnyMore() throws Exception {
        produce(4);
        try (ShareMember ann = member("ann")) {
            ann.acquire(100);
            broker.shareState.reset(key, 2);
            assertThat(ann.acknowledge(0, 3, ACCEPT)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
            assertThat(broker.shareState.start(key)).isEqualTo(2);
            assertThat(ann.acquire(100)).containsExactly("2-3 x1");
        }
    }

    @Test
    void markersAndAbortedRecordsAreLeftOut() throws Exception {
        broker.sharePolicy = new SharePolicy(broker.sharePolicy.rules(), true, new SharePolicy.Start.Earliest(), null);
        append(Batches.inTransaction(records(2), 7, (short) 0));
        produce(1);
        try (ShareMember ann = member("ann")) {
            assertThat(ann.fetch(50, 100).responses()).isEmpty();
            append(Batches.marker(7, (short) 0, 0, false, 0));
            append(Batches.inTransaction(records(1), 7, (short) 1));
            append(Batches.marker(7, (short) 1, 0, true, 0));
            assertThat(ann.acquire(100)).containsExactly("2-2 x1", "4-4 x1");
            assertThat(ann.acknowledge(2, 2, ACCEPT)).isZero();
            assertThat(broker.shareState.start(key)).isEqualTo(4);
        }
    }

    @Test
    void limitsOfRecordsAreKept() throws Exception {
        for (int i = 0; i < 5; i++) {
            produce(50);
        }
        try (ShareMember ann = member("ann");
                ShareMember ben = member("ben")) {
            ShareFetchRequestData strict = ann.fetchRequest(10_000, 60).setShareAcquireMode((byte) 1);
            ShareFetchResponseData answer = (ShareFetchResponseData) ann.ask(strict);
            assertThat(ShareMember.acquired(answer)).containsExactly("0-59 x1");
            assertThat(ShareMember.offsets(answer)).hasSize(100);
            assertThat(ben.acquire(1_000)).containsExactly("60-99 x1");
            assertThat(ben.fetch(0, 1_000).responses()).isEmpty();
            assertThat(ann.acknowledge(0, 59, ACCEPT)).isZero();
            assertThat(ann.acquire(10)).containsExactly("100-149 x1");
        }
    }

    @Test
    void whatCannotBeMeantIsRefused() throws Exception {
        produce(1);
        try (ShareMember ann = member("ann");
                ShareMember ben = new ShareMember(broker, "ben", Uuid.randomUuid())) {
            assertThat(ann.acknowledge(0, 0, ACCEPT)).isEqualTo(Errors.INVALID_SHARE_SESSION_EPOCH.code());
            assertThat(ann.acknowledge(0, 0, ACCEPT)).isEqualTo(Errors.SHARE_SESSION_NOT_FOUND.code());
            ShareAcknowledgeResponseData closed =
                    (ShareAcknowledgeResponseData) ann.ask(ann.acknowledgeRequest(-1, 0, 0, ACCEPT));
            assertThat(closed.errorCode()).isEqualTo(Errors.SHARE_SESSION_NOT_FOUND.code());
            ShareFetchResponseData bens = ben.fetch(0, 10);
            assertThat(ShareMember.only(bens).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
            assertThat(ben.acknowledge(0, 0, ACCEPT)).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
            assertThat(ben.acknowledge(3, 2, ACCEPT)).isEqualTo(Errors.INVALID_REQUEST.code());
            assertThat(ben.acknowledge(0, 2, ACCEPT, ACCEPT)).isEqualTo(Errors.INVALID_REQUEST.code());
            assertThat(ben.acknowledge(0, 0, 9)).isEqualTo(Errors.INVALID_REQUEST.code());
            ShareFetchResponseData early =
                    (ShareFetchResponseData) ben.ask(ben.fetchRequest(0, 10).setShareSessionEpoch(77));
            assertThat(early.errorCode()).isEqualTo(Errors.INVALID_SHARE_SESSION_EPOCH.code());
        }
    }

    @Test
    void thereAreOnlySoManySessions() throws Exception {
        List<ShareMember> members = new ArrayList<>();
        for (int i = 0; i < BrokerFixture.SHARE_SESSIONS; i++) {
            members.add(member("m" + i));
            assertThat(members.getLast().fetch(0, 10).errorCode()).isZero();
        }
        try (ShareMember late = member("late")) {
            assertThat(late.fetch(0, 10).errorCode()).isEqualTo(Errors.SHARE_SESSION_LIMIT_REACHED.code());
        }
        members.getFirst().close();
        try (ShareMember later = member("later")) {
            Await.until(Duration.ofSeconds(10), "a session to be free", () -> {
                ShareFetchRequestData request = later.fetchRequest(0, 10).setShareSessionEpoch(0);
                return ((ShareFetchResponseData) later.ask(request)).errorCode() == 0;
            });
        }
        for (ShareMember member : members) {
            member.close();
        }
    }
}
