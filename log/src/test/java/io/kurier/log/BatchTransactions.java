package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.RecordIterator;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The transactions that a run of batches tells of.
///
/// @param batches in the order of their offsets
record BatchTransactions(List<BatchView> batches) {
    /// What is aborted and what is open by the log's word is what the batches say, as far as none of them is gone.
    ///
    /// @param surelyFrom from this offset on no batch is gone
    void check(PartitionLog log, long surelyFrom) {
        Map<Long, Long> open = new HashMap<>();
        Set<AbortedTransaction> aborted = new HashSet<>();
        // Markers of transactions whose first records may be gone: where those began is not known for sure.
        Set<Long> doubtful = new HashSet<>();
        for (BatchView batch : batches) {
            if (batch.isControl()) {
                Long first = open.remove(batch.producerId());
                if (first == null || first < surelyFrom) {
                    doubtful.add(batch.lastOffset());
                } else if (isAbort(batch)) {
                    aborted.add(new AbortedTransaction(batch.producerId(), first, batch.lastOffset(), 0));
                }
            } else if (batch.isTransactional()) {
                open.putIfAbsent(batch.producerId(), batch.baseOffset());
            }
        }
        long end = log.logEndOffset();
        Set<AbortedTransaction> found = new HashSet<>();
        for (AbortedTransaction one : log.abortedTransactions(surelyFrom, end)) {
            if (one.firstOffset() >= surelyFrom && !doubtful.contains(one.lastOffset())) {
                found.add(new AbortedTransaction(one.producerId(), one.firstOffset(), one.lastOffset(), 0));
            }
        }
        assertThat(found).as("aborted transactions").isEqualTo(aborted);
        long firstOpen = open.values().stream().mapToLong(Long::longValue).min().orElse(end);
        if (firstOpen >= surelyFrom) {
            assertThat(log.lastStableOffset(end)).as("last stable offset").isEqualTo(firstOpen);
        }
    }

    private static boolean isAbort(BatchView marker) {
        try (RecordIterator records = RecordIterator.of(marker)) {
            ByteBuffer key = Objects.requireNonNull(records.next().key());
            return key.getShort(key.position() + 2) == 0;
        }
    }

    /// True if the producer's last batch belongs to a transaction that was not ended.
    boolean isOpen(long producerId) {
        boolean open = false;
        for (BatchView batch : batches) {
            if (batch.producerId() == producerId) {
                open = batch.isTransactional() && !batch.isControl();
            }
        }
        return open;
    }
}
