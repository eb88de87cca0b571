package io.kurier.log.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.log.Origin;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What a log refuses of transactions: late records, late markers, and what would run two transactions together.
class ProducerTransactionsTest {
    private static final long ID = 7;

    private final ProducerTable table = new ProducerTable(100, 1_000);
    private final SharedProducers shared = new SharedProducers(table, new ReentrantLock());
    private long end;

    private void append(ByteBuffer bytes, Origin origin) throws InvalidBatchException {
        BatchView batch = new BatchView(bytes, 0);
        table.check(batch, null, origin);
        batch.place(end, 0);
        end = batch.nextOffset();
        table.update(batch, 1);
    }

    private void records(int epoch) throws InvalidBatchException {
        NewRecord record = new NewRecord(1, null, ByteBuffer.allocate(3));
        append(Batches.inTransaction(List.of(record), ID, (short) epoch), Origin.COORDINATOR);
    }

    private void marker(int epoch, int coordinatorEpoch, Origin origin) throws InvalidBatchException {
        append(Batches.marker(ID, (short) epoch, coordinatorEpoch, true, 1), origin);
    }

    private interface Try {
        void run() throws InvalidBatchException;
    }

    private static void refused(Errors error, Try attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        InvalidBatchException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    @Test
    void aRecordOfAnEpochThatAMarkerHasEndedIsLate() throws Exception {
        records(3);
        assertThat(shared.isOpen(ID, (short) 3)).isTrue();
        marker(4, 1, Origin.NEXT_EPOCH_MARKER);
        assertThat(shared.isOpen(ID, (short) 3)).isFalse();
        refused(Errors.INVALID_PRODUCER_EPOCH, () -> records(3));
        records(4);
        assertThat(table.lastStableOffset(end)).isEqualTo(end - 1);
    }

    @Test
    void aMarkerThatComesTwiceDoesNotEndTheNextTransaction() throws Exception {
        records(3);
        marker(4, 1, Origin.NEXT_EPOCH_MARKER);
        records(4);
        refused(Errors.INVALID_PRODUCER_EPOCH, () -> marker(4, 1, Origin.NEXT_EPOCH_MARKER));
        assertThat(shared.isOpen(ID, (short) 4)).isTrue();
    }

    @Test
    void aMarkerOfAnEarlierCoordinatorIsLate() throws Exception {
        records(3);
        marker(3, 5, Origin.COORDINATOR);
        records(3);
        refused(Errors.TRANSACTION_COORDINATOR_FENCED, () -> marker(3, 4, Origin.COORDINATOR));
        marker(3, 6, Origin.COORDINATOR);
    }

    @Test
    void aMarkerThatComesDuringTheVerificationMakesItVoid() throws Exception {
        shared.guard(ID);
        records(3);
        marker(3, 1, Origin.COORDINATOR);
        shared.guard(ID);
        marker(3, 1, Origin.COORDINATOR);
        refused(Errors.INVALID_TXN_STATE, () -> records(3));
        shared.guard(ID);
        records(3);
    }

    /// A second request of the transaction was verified after the first had begun it.
    @Test
    void whatIsLeftOfAVerificationDoesNotRefuseATransactionWithAnEpochOfItsOwn() throws Exception {
        records(3);
        shared.guard(ID);
        marker(4, 1, Origin.NEXT_EPOCH_MARKER);
        refused(Errors.INVALID_TXN_STATE, () -> records(4));
        shared.unguard(ID);
        records(4);
    }

    @Test
    void twoTransactionsAreNeverOne() throws Exception {
        records(3);
        refused(Errors.INVALID_TXN_STATE, () -> records(4));
        marker(4, 1, Origin.COORDINATOR);
        records(4);
    }
}
