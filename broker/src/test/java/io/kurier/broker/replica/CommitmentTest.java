package io.kurier.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.leader.Held;
import io.kurier.broker.replica.leader.LeaderState;
import io.kurier.broker.replica.leader.ReplicaFetch;
import io.kurier.cluster.image.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// How far a partition is committed, and who is told: among them those who doubt that this node still leads, when all
/// who could lead in its place have been heard since.
class CommitmentTest {
    private static final long DEADLINE_NS = 1_000;

    private final Commitment commitment = new Commitment(_ -> {}, () -> {});
    private final List<Errors> told = new ArrayList<>();
    private int prods;

    private void begin(Integer... isr) {
        Uuid directory = Uuid.ZERO_UUID;
        commitment.begin(new LeaderState(
                1,
                new PartitionImage(
                        List.of(1, 2, 3),
                        List.of(directory, directory, directory),
                        List.of(isr),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        1,
                        5,
                        0,
                        false),
                1,
                10,
                10,
                0));
        commitment.addFollower(() -> prods++);
    }

    private static ReplicaFetch fetch(int id, long sentAfter) {
        return new ReplicaFetch(id, 7, 0, true, sentAfter);
    }

    private void fetched(int id, long sentAfter) {
        commitment.fetched(fetch(id, sentAfter), new Held(0, 10), 10);
    }

    @Test
    void aDoubtIsDispelledByFetchesThatWereSentLater() {
        begin(1, 2, 3);
        fetched(2, 3);
        fetched(3, 3);
        commitment.whenLedAt(4, DEADLINE_NS, told::add);
        assertThat(prods).as("who waits for records is to answer").isEqualTo(1);
        assertThat(commitment.isWaitedFor(fetch(2, 3))).isTrue();
        assertThat(commitment.isWaitedFor(fetch(2, ReplicaFetch.UNDATED)))
                .as("it would never help")
                .isFalse();

        fetched(2, 4);
        assertThat(commitment.isWaitedFor(fetch(2, 4))).isFalse();
        assertThat(told).as("3 may lead by now").isEmpty();
        fetched(3, 6);
        assertThat(told).containsExactly(Errors.NONE);
        assertThat(commitment.isWaitedFor(fetch(3, 3))).as("no more").isFalse();

        commitment.whenLedAt(4, DEADLINE_NS, told::add);
        assertThat(told).containsExactly(Errors.NONE, Errors.NONE);
    }

    @Test
    void nobodyIsAskedWhereNobodyElseCouldLead() {
        begin(1);
        commitment.whenLedAt(4, DEADLINE_NS, told::add);
        assertThat(told).containsExactly(Errors.NONE);
        assertThat(prods).isZero();
    }

    @Test
    void aDoubtThatStaysIsSaid() {
        begin(1, 2);
        commitment.whenLedAt(4, DEADLINE_NS, told::add);
        commitment.expire(DEADLINE_NS);
        assertThat(told).containsExactly(Errors.REQUEST_TIMED_OUT);

        commitment.whenLedAt(5, DEADLINE_NS, told::add);
        commitment.end();
        commitment.fail(Errors.NOT_LEADER_OR_FOLLOWER);
        commitment.whenLedAt(6, DEADLINE_NS, told::add);
        assertThat(told)
                .containsExactly(
                        Errors.REQUEST_TIMED_OUT, Errors.NOT_LEADER_OR_FOLLOWER, Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void anEndThatWasReadBeforeAnotherIsNotSaidAfterIt() throws InterruptedException {
        begin(1, 2);
        var end = new AtomicLong(11);
        var isRead = new CountDownLatch(1);
        var laterIsSaid = new CountDownLatch(1);
        Thread slow = Thread.ofPlatform()
                .start(() -> commitment.ownEnd(() -> {
                    long read = end.get();
                    isRead.countDown();
                    awaitQuietly(laterIsSaid);
                    return read;
                }));
        isRead.await();
        end.set(12);
        Thread fast = Thread.ofPlatform().start(() -> {
            commitment.ownEnd(end::get);
            laterIsSaid.countDown();
        });
        while (fast.getState() != Thread.State.BLOCKED && fast.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
        laterIsSaid.countDown();
        slow.join();
        fast.join();

        commitment.fetched(new ReplicaFetch(2, 7, 0, true, 3), new Held(0, 12), 12);
        assertThat(commitment.highWatermark()).isEqualTo(12);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
