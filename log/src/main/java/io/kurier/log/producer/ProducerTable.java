package io.kurier.log.producer;

import static org.apache.kafka.common.protocol.Errors.INVALID_PRODUCER_EPOCH;
import static org.apache.kafka.common.protocol.Errors.INVALID_TXN_STATE;
import static org.apache.kafka.common.protocol.Errors.OUT_OF_ORDER_SEQUENCE_NUMBER;
import static org.apache.kafka.common.protocol.Errors.TRANSACTION_COORDINATOR_FENCED;

import io.kurier.log.AbortedTransaction;
import io.kurier.log.Origin;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.InvalidBatchException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The producers that one log remembers (KIP-98, KIP-360): which batch must come next, which one came already, and
/// which transaction is open. A state machine without clock or disk; [#lastStableOffset] may be called by any thread,
/// all else by one at a time.
///
/// Bounded: at most `maxProducers`, the one that was quiet for longest goes first; and nobody stays who was quiet for
/// `expirationMs`. Who has an open transaction stays.
public final class ProducerTable {
    private final int maxProducers;
    private final long expirationMs;
    /// In the order of their last use.
    private final LinkedHashMap<Long, ProducerEntry> producers = new LinkedHashMap<>(16, 0.75f, true);

    private final Transactions transactions = new Transactions();
    private final Guards guards = new Guards();

    public ProducerTable(int maxProducers, long expirationMs) {
        this.maxProducers = maxProducers;
        this.expirationMs = expirationMs;
    }

    /// The offset of the last record of the batch if its producer sent it before, -1 if it is new or has no producer.
    public long duplicateOf(BatchView batch) {
        if (!batch.hasProducerId() || producers.isEmpty()) {
            return ProducerEntry.NO_OFFSET;
        }
        ProducerEntry entry = producers.get(batch.producerId());
        return entry == null ? ProducerEntry.NO_OFFSET : entry.lastOffsetOfSame(batch);
    }

    /// Checks that a batch may come next. `before` is the batch ahead of it in the same append, if that has the same
    /// producer.
    ///
    /// A producer that is not known may begin with any sequence: what was known about it may have been removed with old
    /// records.
    ///
    /// @throws InvalidBatchException OUT_OF_ORDER_SEQUENCE_NUMBER if it does not follow the producer's last one;
    ///     INVALID_TXN_STATE if it would begin a transaction that has ended since it was verified, or while that of an
    ///     earlier epoch is open;
    ///     INVALID_PRODUCER_EPOCH if a later epoch of the producer is known; TRANSACTION_COORDINATOR_FENCED for a
    ///     marker of an old coordinator
    public void check(BatchView batch, @Nullable BatchView before, Origin origin) throws InvalidBatchException {
        if (!batch.hasProducerId() || origin.isCopy()) {
            return;
        }
        ProducerEntry entry = producers.get(batch.producerId());
        checkTransaction(batch, entry);
        if (before != null && before.producerId() == batch.producerId()) {
            checkEpoch(batch, before.producerEpoch());
            checkSequence(batch, before.producerEpoch(), before.lastSequence(), origin);
        } else if (entry != null) {
            checkEpoch(batch, entry.epoch);
            if (origin == Origin.NEXT_EPOCH_MARKER && batch.producerEpoch() == entry.epoch) {
                throw refused(INVALID_PRODUCER_EPOCH, batch, "the marker of epoch " + entry.epoch + " came too late");
            }
            if (batch.isControl()) {
                checkCoordinator(batch, entry);
            } else {
                checkSequence(batch, entry.epoch, entry.lastSequence(), origin);
            }
        }
    }

    private void checkTransaction(BatchView batch, @Nullable ProducerEntry entry) throws InvalidBatchException {
        if (!batch.isTransactional() || batch.isControl()) {
            return;
        }
        if (entry == null || entry.txnFirstOffset == ProducerEntry.NO_OFFSET) {
            if (guards.isVoid(batch.producerId())) {
                throw refused(INVALID_TXN_STATE, batch, "its transaction has ended meanwhile");
            }
        } else if (entry.epoch < batch.producerEpoch()) {
            throw refused(
                    INVALID_TXN_STATE,
                    batch,
                    "its transaction of epoch " + entry.epoch + " that began at offset " + entry.txnFirstOffset
                            + " has not ended here; kafka-transactions abort ends it");
        }
    }

    /// True if this epoch of the producer has a transaction open.
    boolean isOpen(long producerId, short epoch) {
        ProducerEntry entry = producers.get(producerId);
        return entry != null && entry.epoch == epoch && entry.txnFirstOffset != ProducerEntry.NO_OFFSET;
    }

    /// See [SharedProducers#unguard].
    void unguard(long producerId) {
        guards.remove(producerId);
    }

    /// See [SharedProducers#guard].
    void guard(long producerId) {
        guards.set(producerId);
    }

    private static void checkEpoch(BatchView batch, short known) throws InvalidBatchException {
        if (batch.producerEpoch() < known) {
            throw refused(
                    INVALID_PRODUCER_EPOCH,
                    batch,
                    "epoch " + batch.producerEpoch() + " is over, the producer is at epoch " + known);
        }
    }

    private static void checkSequence(BatchView batch, short epoch, int lastSequence, Origin origin)
            throws InvalidBatchException {
        if (origin != Origin.CLIENT || epoch == BatchView.NO_PRODUCER_EPOCH) {
            return;
        }
        int last = batch.producerEpoch() == epoch ? lastSequence : BatchView.NO_SEQUENCE;
        if (!ProducerEntry.follows(last, batch.baseSequence())) {
            throw refused(
                    OUT_OF_ORDER_SEQUENCE_NUMBER,
                    batch,
                    "sequence " + batch.baseSequence() + " of epoch " + batch.producerEpoch()
                            + " does not follow its last one, " + last);
        }
    }

    private static void checkCoordinator(BatchView batch, ProducerEntry entry) throws InvalidBatchException {
        Optional<EndMarker> marker = EndMarker.of(batch);
        if (marker.isPresent() && marker.get().coordinatorEpoch() < entry.coordinatorEpoch) {
            throw refused(
                    TRANSACTION_COORDINATOR_FENCED,
                    batch,
                    "the marker's coordinator has epoch " + marker.get().coordinatorEpoch() + ", a later one has "
                            + entry.coordinatorEpoch);
        }
    }

    private static InvalidBatchException refused(Errors error, BatchView batch, String why) {
        return new InvalidBatchException(error, "Producer " + batch.producerId() + ": " + why);
    }

    /// The transactions that are aborted when these batches are appended at their offsets, in the order of the markers.
    /// A copied append may begin and end several transactions of one producer. Changes nothing.
    public List<AbortedTransaction> abortedBy(ByteBuffer batches) {
        List<AbortedTransaction> aborted = new ArrayList<>(0);
        Map<Long, Long> firstOffsets = new HashMap<>(0); // as these batches change them
        for (int at = batches.position(); at < batches.limit(); ) {
            BatchView batch = new BatchView(batches, at);
            at = batch.end();
            if (!batch.hasProducerId() || !batch.isTransactional() && !batch.isControl()) {
                continue;
            }
            long producerId = batch.producerId();
            Long changed = firstOffsets.get(producerId);
            long first = changed == null ? firstOffset(producerId) : changed;
            Optional<EndMarker> marker = EndMarker.of(batch);
            if (marker.isPresent() && first != ProducerEntry.NO_OFFSET) {
                if (!marker.get().commit()) {
                    aborted.add(new AbortedTransaction(
                            producerId, first, batch.lastOffset(), stableBehind(batch, firstOffsets)));
                }
                firstOffsets.put(producerId, ProducerEntry.NO_OFFSET);
            } else if (!batch.isControl() && first == ProducerEntry.NO_OFFSET) {
                firstOffsets.put(producerId, batch.baseOffset());
            }
        }
        return aborted;
    }

    private long firstOffset(long producerId) {
        ProducerEntry entry = producers.get(producerId);
        return entry == null ? ProducerEntry.NO_OFFSET : entry.txnFirstOffset;
    }

    /// The last stable offset when a marker is appended, and what was changed before it in the same append.
    private long stableBehind(BatchView marker, Map<Long, Long> changed) {
        Set<Long> notOpen = new HashSet<>();
        notOpen.add(firstOffset(marker.producerId()));
        long stable = marker.lastOffset() + 1;
        for (Map.Entry<Long, Long> producer : changed.entrySet()) {
            notOpen.add(firstOffset(producer.getKey()));
            if (producer.getKey() != marker.producerId() && producer.getValue() != ProducerEntry.NO_OFFSET) {
                stable = Math.min(stable, producer.getValue());
            }
        }
        return Math.min(stable, transactions.firstOpenOffset(notOpen, stable));
    }

    /// Learns from a batch that lies in the log at its offsets. The batch must be whole if it is a control batch.
    ///
    /// @param nowMs wall clock, for expiration
    public void update(BatchView batch, long nowMs) {
        if (!batch.hasProducerId()) {
            return;
        }
        ProducerEntry entry = producers.get(batch.producerId());
        if (entry == null) {
            makeRoom();
            entry = new ProducerEntry(batch.producerId());
            producers.put(entry.producerId, entry);
        }
        if (entry.epoch != batch.producerEpoch()) {
            entry.startEpoch(batch.producerEpoch());
        }
        entry.usedMs = nowMs;
        entry.timestampMs = batch.maxTimestamp();
        if (batch.isControl()) {
            guards.markerCame(batch.producerId());
            end(entry, batch);
            return;
        }
        if (batch.baseSequence() != BatchView.NO_SEQUENCE) {
            entry.add(batch.lastSequence(), batch.lastOffsetDelta(), batch.lastOffset());
        }
        if (batch.isTransactional() && entry.txnFirstOffset == ProducerEntry.NO_OFFSET) {
            entry.txnFirstOffset = batch.baseOffset();
            transactions.begin(batch.baseOffset());
            guards.remove(batch.producerId());
        }
    }

    private void end(ProducerEntry entry, BatchView batch) {
        Optional<EndMarker> marker = EndMarker.of(batch);
        if (marker.isPresent()) {
            entry.coordinatorEpoch = marker.get().coordinatorEpoch();
            if (entry.txnFirstOffset != ProducerEntry.NO_OFFSET) {
                transactions.end(entry.txnFirstOffset, batch.lastOffset());
                entry.txnFirstOffset = ProducerEntry.NO_OFFSET;
            }
        }
    }

    private void makeRoom() {
        if (producers.size() < maxProducers) {
            return;
        }
        for (Iterator<ProducerEntry> quiet = producers.values().iterator(); quiet.hasNext(); ) {
            if (quiet.next().txnFirstOffset == ProducerEntry.NO_OFFSET) {
                quiet.remove();
                return;
            }
        }
    }

    /// Learns from a batch before those that a snapshot told of, so that more than a producer's last one is recognised
    /// again.
    public void rememberEarlier(BatchView batch) {
        if (batch.hasProducerId() && !batch.isControl()) {
            ProducerEntry entry = producers.get(batch.producerId());
            if (entry != null) {
                entry.addBefore(batch);
            }
        }
    }

    /// Forgets producers that were quiet for too long.
    public void expire(long nowMs) {
        for (Iterator<ProducerEntry> all = producers.values().iterator(); all.hasNext(); ) {
            ProducerEntry entry = all.next();
            if (nowMs - entry.usedMs < expirationMs) {
                return;
            }
            if (entry.txnFirstOffset == ProducerEntry.NO_OFFSET) {
                all.remove();
            }
        }
    }

    /// The offset below which every transaction is decided; never above the high watermark.
    public long lastStableOffset(long highWatermark) {
        return transactions.lastStableOffset(highWatermark);
    }

    /// Forgets transactions that ended below the high watermark.
    public void highWatermark(long highWatermark) {
        transactions.forgetBelow(highWatermark);
    }

    /// True if nobody is known.
    public boolean isEmpty() {
        return producers.isEmpty();
    }

    /// All producers, the one that was quiet for longest first.
    public List<ProducerSnapshot> snapshot() {
        List<ProducerSnapshot> all = new ArrayList<>(producers.size());
        for (ProducerEntry entry : producers.values()) {
            all.add(entry.snapshot());
        }
        return all;
    }

    /// Learns of those producers that are not known yet: their batches are gone, or had none.
    public void adopt(List<ProducerSnapshot> others, long nowMs) {
        for (ProducerSnapshot producer : others) {
            if (!producers.containsKey(producer.producerId())) {
                add(producer, nowMs);
            }
        }
    }

    /// Forgets everything and takes over what a snapshot tells.
    public void restore(List<ProducerSnapshot> snapshot, long nowMs) {
        producers.clear();
        transactions.clear();
        snapshot.forEach(producer -> add(producer, nowMs));
    }

    private void add(ProducerSnapshot producer, long nowMs) {
        makeRoom();
        producers.put(producer.producerId(), ProducerEntry.of(producer, nowMs));
        if (producer.currentTxnFirstOffset() != ProducerEntry.NO_OFFSET) {
            transactions.begin(producer.currentTxnFirstOffset());
        }
    }
}
