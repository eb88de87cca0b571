package io.kurier.broker.api;

import io.kurier.coordinator.BatchKind;
import io.kurier.coordinator.CoordinatorLog;
import io.kurier.coordinator.StoredRecords;
import io.kurier.coordinator.txn.TransactionCoordinator;
import io.kurier.coordinator.txn.TxnSettings;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.SimWorld;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A transaction coordinator for handlers that only hold one: it leads nothing.
public final class IdleTransactions implements CoordinatorLog {
    private IdleTransactions() {}

    public static TransactionCoordinator coordinator() {
        var outside = new TransactionCoordinator.Outside(
                new IdleTransactions(), CompletableFuture::new, (ending, wanted, written) -> {}, () -> 1);
        return new TransactionCoordinator(SimWorld.inOrder(1).world(), outside, TxnSettings.defaults());
    }

    @Override
    public Append append(int shard, BatchKind kind, List<NewRecord> records) {
        throw new AssertionError("leads nothing");
    }

    @Override
    public void replay(int shard, StoredRecords records) {}
}
