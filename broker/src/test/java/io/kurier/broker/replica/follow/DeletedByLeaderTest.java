package io.kurier.broker.replica.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.RecordDeletion;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A follower that comes back with a record which was never committed, when its leader has deleted what is there
/// instead: the leader cannot tell any more that they differ.
class DeletedByLeaderTest {
    private final Random random = new Random(1);
    private final SimController controller = new SimController(random);
    private final List<SimNode> nodes = new ArrayList<>();
    private final SimCalls calls = new SimCalls(random, id -> nodes.get(id - 1));

    @BeforeEach
    void start() throws InvalidBatchException {
        calls.lostPerMille = 0;
        for (int id = 1; id <= 2; id++) {
            nodes.add(new SimNode(id, id, controller, calls.from(id), 1));
            controller.join(id);
        }
        controller.create(List.of(1, 2), 1);
        nodes.forEach(SimNode::start);
        append(1, 7);
        until("both have it", () -> end(1) == 1 && end(2) == 1 && leads(1));
    }

    private SimNode node(int id) {
        return nodes.get(id - 1);
    }

    private void append(int id, long value) throws InvalidBatchException {
        ByteBuffer key = ByteBuffer.allocate(8).putLong(0, value);
        node(id).lead().append(Batches.of(List.of(new NewRecord(1, key, null))), Origin.CLIENT);
    }

    private long end(int id) {
        PartitionLog log = node(id).log();
        return log == null ? -1 : log.durableEndOffset();
    }

    private boolean leads(int id) {
        try {
            return node(id).lead().leaderEpoch() == controller.partition().leaderEpoch();
        } catch (PartitionException e) {
            return false; // it has not heard yet
        }
    }

    private void down(int id, boolean powerLoss) {
        node(id).kill(powerLoss);
        controller.fence(id);
        controller.forget(id);
        calls.disconnect(id);
    }

    private void up(int id) {
        controller.join(id);
        node(id).start();
        controller.unfence(id);
    }

    private void until(String what, BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            assertThat(i).as("%s, %s", what, controller.partition()).isLessThan(100_000);
            nodes.stream()
                    .filter(SimNode::isUp)
                    .forEach(node -> node.sim.threads().runOne());
            nodes.forEach(node -> controller.tell(node.id));
            calls.deliver();
            nodes.forEach(node -> node.sim.clock().advance(Duration.ofMillis(1)));
        }
    }

    @Test
    void whatWasNeverCommittedIsNotSeenAgain() throws Exception {
        controller.elect(2);
        until("node 2 leads", () -> leads(2));
        calls.cutOff = 1;
        append(2, 14);
        until("it is on its disk", () -> end(2) == 2);
        down(2, false);
        calls.cutOff = -1;
        until("node 1 leads", () -> leads(1));
        append(1, 15);
        Partition led = node(1).lead();
        until("it is committed", () -> led.highWatermark() == 2);
        RecordDeletion.below(led, 2);
        up(2);
        until("node 2 is in sync", () -> controller.partition().isr().contains(2));

        down(2, true);
        calls.cutOff = 2;
        up(2);
        until("node 2 has its log", () -> end(2) >= 0);
        assertThat(node(2).log().logStartOffset()).isEqualTo(2);
    }
}
