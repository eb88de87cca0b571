package io.kurier.log.cleaner;

import io.kurier.log.AbortedTransaction;
import io.kurier.protocol.records.BatchView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which records of a log belong to aborted transactions, by the transaction indexes.
final class AbortedRanges {
    /// By producer, then by first offset.
    private final Map<Long, TreeMap<Long, AbortedTransaction>> byProducer = new HashMap<>();

    AbortedRanges(List<AbortedTransaction> aborted) {
        for (AbortedTransaction transaction : aborted) {
            byProducer
                    .computeIfAbsent(transaction.producerId(), _ -> new TreeMap<>())
                    .put(transaction.firstOffset(), transaction);
        }
    }

    /// True if the batch holds records of an aborted transaction.
    boolean contains(BatchView batch) {
        return batch.isTransactional() && !batch.isControl() && around(batch) != null;
    }

    /// The transaction that the batch's marker aborts; null if it commits one, or nothing is known of it.
    @Nullable
    AbortedTransaction endedBy(BatchView marker) {
        AbortedTransaction aborted = around(marker);
        return aborted != null && aborted.lastOffset() == marker.lastOffset() ? aborted : null;
    }

    private @Nullable AbortedTransaction around(BatchView batch) {
        TreeMap<Long, AbortedTransaction> ofProducer = byProducer.get(batch.producerId());
        if (ofProducer == null) {
            return null;
        }
        var floor = ofProducer.floorEntry(batch.baseOffset());
        return floor != null && batch.baseOffset() <= floor.getValue().lastOffset() ? floor.getValue() : null;
    }
}
