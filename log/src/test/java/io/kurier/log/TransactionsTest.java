package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.InvalidBatchException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class TransactionsTest {
    private final LogWorld world = new LogWorld();

    private long marker(long producer, int epoch, boolean commit) throws InvalidBatchException {
        return world.log
                .append(TestBatch.marker(producer, epoch, commit, 1), 0, Origin.COORDINATOR)
                .baseOffset();
    }

    private void begin(long producer, int sequence) {
        world.append(TestBatch.of("t" + producer).by(producer, 0, sequence).inTransaction());
    }

    @Test
    void theLastStableOffsetWaitsForOpenTransactions() throws Exception {
        world.append("plain");
        assertThat(world.log.lastStableOffset(1)).isEqualTo(1);
        begin(1, 0);
        begin(2, 0);
        assertThat(world.log.lastStableOffset(3)).isEqualTo(1);
        marker(1, 0, true);
        assertThat(world.log.lastStableOffset(4)).isEqualTo(2);
        marker(2, 0, false);
        assertThat(world.log.lastStableOffset(4))
                .as("the marker is not below the high watermark")
                .isEqualTo(2);
        assertThat(world.log.lastStableOffset(5)).isEqualTo(5);
        world.log.setHighWatermark(5);
        assertThat(world.log.lastStableOffset(5)).isEqualTo(5);
    }

    @Test
    void abortedTransactionsAreListedAndSurvive() throws Exception {
        world.with(LogConfig.defaults().withSegmentBytes(300));
        begin(1, 0);
        begin(2, 0);
        begin(1, 1);
        marker(1, 0, false);
        marker(2, 0, true);
        begin(3, 0);
        marker(3, 0, false);
        AbortedTransaction first = new AbortedTransaction(1, 0, 3, 1);
        AbortedTransaction second = new AbortedTransaction(3, 5, 6, 7);
        assertThat(world.log.abortedTransactions(0, 7)).containsExactly(first, second);
        assertThat(world.log.abortedTransactions(4, 7)).containsExactly(second);
        assertThat(world.log.abortedTransactions(0, 5)).containsExactly(first);
        world.killAndStart();
        assertThat(world.log.abortedTransactions(0, 7)).containsExactly(first, second);
        world.stopAndStart();
        assertThat(world.log.abortedTransactions(0, 7)).containsExactly(first, second);
        world.log.truncateTo(6);
        assertThat(world.log.abortedTransactions(0, 7)).containsExactly(first);
        assertThat(world.log.lastStableOffset(6)).as("open again").isEqualTo(5);
        marker(3, 0, false);
        assertThat(world.log.abortedTransactions(0, 7)).containsExactly(first, second);
    }

    @Test
    void aReplicaThatCatchesUpLearnsOfEachTransactionOfOneAppend() throws Exception {
        begin(1, 0);
        ByteBuffer[] batches = {
            TestBatch.marker(1, 0, true, 1),
            transactional(1, 1),
            TestBatch.marker(1, 0, false, 1),
            transactional(2, 0),
            transactional(1, 2),
            TestBatch.marker(1, 0, false, 1),
            TestBatch.marker(2, 0, false, 1)
        };
        ByteBuffer copied = ByteBuffer.allocate(1_000);
        for (int i = 0; i < batches.length; i++) {
            new BatchView(batches[i], batches[i].position()).place(1 + i, 0);
            copied.put(batches[i]);
        }
        world.log.append(copied.flip(), 0, Origin.REPLICA);
        AbortedTransaction[] aborted = {
            new AbortedTransaction(1, 2, 3, 4), new AbortedTransaction(1, 5, 6, 4), new AbortedTransaction(2, 4, 7, 8)
        };
        assertThat(world.log.abortedTransactions(0, 8)).containsExactly(aborted);
        world.killAndStart();
        assertThat(world.log.abortedTransactions(0, 8)).containsExactly(aborted);
    }

    private static ByteBuffer transactional(long producer, int sequence) {
        return TestBatch.of("t" + producer)
                .by(producer, 0, sequence)
                .inTransaction()
                .build();
    }

    @Test
    void openTransactionsSurvive() {
        world.append("plain");
        begin(1, 0);
        world.stopAndStart();
        assertThat(world.log.lastStableOffset(2)).isEqualTo(1);
        world.killAndStart();
        assertThat(world.log.lastStableOffset(2)).isEqualTo(1);
    }

    @Test
    void markersOfOldEpochsAndOldCoordinatorsAreRefused() throws Exception {
        begin(1, 0);
        world.log.append(TestBatch.marker(1, 1, true, 5), 0, Origin.COORDINATOR);
        assertThatThrownBy(() -> world.log.append(TestBatch.marker(1, 0, true, 5), 0, Origin.COORDINATOR))
                .isInstanceOfSatisfying(
                        InvalidBatchException.class,
                        e -> assertThat(e.error()).isEqualTo(Errors.INVALID_PRODUCER_EPOCH));
        assertThatThrownBy(() -> world.log.append(TestBatch.marker(1, 1, true, 4), 0, Origin.COORDINATOR))
                .isInstanceOfSatisfying(
                        InvalidBatchException.class,
                        e -> assertThat(e.error()).isEqualTo(Errors.TRANSACTION_COORDINATOR_FENCED));
        assertThatThrownBy(() -> world.log.append(TestBatch.marker(1, 1, true, 6), 0, Origin.CLIENT))
                .as("a producer writes no markers")
                .isInstanceOf(InvalidBatchException.class);
    }
}
