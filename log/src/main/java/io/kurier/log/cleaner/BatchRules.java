package io.kurier.log.cleaner;

import io.kurier.log.producer.EndMarker;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.protocol.records.RewrittenBatch;
import io.kurier.protocol.records.Unpacking;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/// What stays of each batch of a log. Asked once for every batch, in the order of the offsets, from the log's first one
/// on. A state machine without clock or disk.
///
/// The newest record of each key stays. One without a value (a tombstone) stays until the delete horizon of its batch,
/// which is set when compaction first meets it (KIP-534). Records of aborted transactions go. The marker that ends a
/// transaction stays until no batch of the transaction is left, then until a delete horizon of its own. A batch that
/// loses all its records goes, unless it is the last that tells what is known of its producer. Records without a key
/// go: nothing could ever replace them.
final class BatchRules {
    private static final long NO_HORIZON = RewrittenBatch.NO_HORIZON;
    private static final BitSet ALL = new BitSet();

    private final KeyMap keys;
    private final long end;
    private final AbortedRanges aborted;
    private final ProducerEnds producers;
    private final Times times;
    /// Producers of which a batch was met since their last marker.
    private final Set<Long> met = new HashSet<>();

    private long nextHorizonMs = Long.MAX_VALUE;
    private long keyless;

    /// @param nowMs wall clock
    /// @param deleteRetentionMs `delete.retention.ms`
    record Times(long nowMs, long deleteRetentionMs) {
        long horizonMs() {
            long sum = nowMs + deleteRetentionMs;
            return sum < nowMs ? Long.MAX_VALUE : sum;
        }
    }

    /// What becomes of a batch.
    enum What {
        /// It stays as it is.
        KEEP,
        /// Some records stay, or all of them with a delete horizon.
        REWRITE,
        /// It stays without records.
        EMPTY,
        /// It goes.
        DROP
    }

    /// @param kept numbers of the records that stay, for [What#REWRITE]
    /// @param deleteHorizonMs what the batch has from now on, for [What#REWRITE]; -1 for none
    record Verdict(What what, BitSet kept, long deleteHorizonMs) {
        static Verdict of(What what) {
            return new Verdict(what, ALL, NO_HORIZON);
        }
    }

    /// @param keys the newest offset below `end` of each key that has a record between where the last pass ended and
    ///     `end`
    /// @param end from here on everything stays as it is
    /// @param producers has seen all batches from where the last pass ended up to `end`
    BatchRules(KeyMap keys, long end, AbortedRanges aborted, ProducerEnds producers, Times times) {
        this.keys = keys;
        this.end = end;
        this.aborted = aborted;
        this.times = times;
        this.producers = producers;
    }

    /// When the first of the horizons that were kept or set is over; `Long.MAX_VALUE` if there is none.
    long nextHorizonMs() {
        return nextHorizonMs;
    }

    /// How many records without a key went.
    long keyless() {
        return keyless;
    }

    /// @param batch whole
    /// @throws io.kurier.protocol.records.CorruptBatchException if its records cannot be read
    Verdict of(BatchView batch) {
        if (batch.baseOffset() >= end) {
            return Verdict.of(What.KEEP);
        }
        Verdict verdict = batch.isControl() ? ofMarker(batch) : ofData(batch);
        if (verdict.what() == What.REWRITE && verdict.deleteHorizonMs() != NO_HORIZON) {
            nextHorizonMs = Math.min(nextHorizonMs, verdict.deleteHorizonMs());
        } else if (verdict.what() == What.KEEP && batch.hasDeleteHorizon()) {
            nextHorizonMs = Math.min(nextHorizonMs, batch.baseTimestamp());
        }
        return verdict;
    }

    private Verdict ofMarker(BatchView batch) {
        if (batch.count() == 0) {
            return withoutRecords(batch);
        }
        if (EndMarker.of(batch).isEmpty() || met.remove(batch.producerId())) {
            return Verdict.of(What.KEEP);
        }
        if (!batch.hasDeleteHorizon()) {
            return new Verdict(What.REWRITE, first(batch.count()), times.horizonMs());
        }
        return isOver(batch) ? withoutRecords(batch) : Verdict.of(What.KEEP);
    }

    private Verdict ofData(BatchView batch) {
        if (batch.isTransactional()) {
            met.add(batch.producerId());
        }
        if (batch.count() == 0 || aborted.contains(batch)) {
            return withoutRecords(batch);
        }
        return Unpacking.of(batch, records -> ofRecords(batch, records));
    }

    private Verdict ofRecords(BatchView batch, RecordIterator records) {
        boolean tombstonesStay = !isOver(batch);
        boolean tombstones = false;
        BitSet kept = new BitSet();
        int number = 0;
        for (; records.hasNext(); number++) {
            LogRecord record = records.next();
            if (isNewest(record) && (record.value() != null || tombstonesStay)) {
                kept.set(number);
                tombstones |= record.value() == null;
            }
        }
        if (kept.isEmpty()) {
            return withoutRecords(batch);
        }
        boolean newHorizon = tombstones && !batch.hasDeleteHorizon();
        if (kept.cardinality() == number && !newHorizon) {
            return Verdict.of(What.KEEP);
        }
        long horizonMs = newHorizon ? times.horizonMs() : batch.hasDeleteHorizon() ? batch.baseTimestamp() : NO_HORIZON;
        return new Verdict(What.REWRITE, kept, horizonMs);
    }

    private boolean isNewest(LogRecord record) {
        ByteBuffer key = record.key();
        if (key == null) {
            keyless++;
            return false;
        }
        return record.offset() >= keys.get(key);
    }

    /// True if the batch has a delete horizon and that is over.
    private boolean isOver(BatchView batch) {
        return batch.hasDeleteHorizon() && batch.baseTimestamp() <= times.nowMs();
    }

    private Verdict withoutRecords(BatchView batch) {
        if (!producers.need(batch)) {
            return Verdict.of(What.DROP);
        }
        return Verdict.of(batch.count() == 0 ? What.KEEP : What.EMPTY);
    }

    private static BitSet first(int count) {
        BitSet all = new BitSet();
        all.set(0, count);
        return all;
    }
}
