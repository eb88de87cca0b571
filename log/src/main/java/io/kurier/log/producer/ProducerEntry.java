package io.kurier.log.producer;

import io.kurier.protocol.records.BatchView;

/// What a log knows about one producer: its epoch, its last five batches, its open transaction.
final class ProducerEntry {
    /// As many as a producer may have in flight, so that each of them can be recognised when it is sent again.
    static final int MAX_BATCHES = 5;

    static final long NO_OFFSET = -1;

    final long producerId;
    short epoch = BatchView.NO_PRODUCER_EPOCH;
    int coordinatorEpoch = -1;
    long txnFirstOffset = NO_OFFSET;
    long timestampMs = BatchView.NO_TIMESTAMP;
    /// When it was last heard of, by this node's wall clock.
    long usedMs;

    private final int[] lastSequences = new int[MAX_BATCHES];
    private final int[] offsetDeltas = new int[MAX_BATCHES];
    private final long[] lastOffsets = new long[MAX_BATCHES];
    private int first;
    private int batches;

    ProducerEntry(long producerId) {
        this.producerId = producerId;
    }

    /// Takes over what a snapshot tells.
    static ProducerEntry of(ProducerSnapshot snapshot, long nowMs) {
        ProducerEntry entry = new ProducerEntry(snapshot.producerId());
        entry.epoch = snapshot.producerEpoch();
        entry.coordinatorEpoch = snapshot.coordinatorEpoch();
        entry.txnFirstOffset = snapshot.currentTxnFirstOffset();
        entry.timestampMs = snapshot.timestampMs();
        entry.usedMs = nowMs;
        if (snapshot.lastSequence() != BatchView.NO_SEQUENCE) {
            entry.add(snapshot.lastSequence(), snapshot.offsetDelta(), snapshot.lastOffset());
        }
        return entry;
    }

    ProducerSnapshot snapshot() {
        int last = batches == 0 ? -1 : at(batches - 1);
        return new ProducerSnapshot(
                producerId,
                epoch,
                last < 0 ? BatchView.NO_SEQUENCE : lastSequences[last],
                last < 0 ? NO_OFFSET : lastOffsets[last],
                last < 0 ? 0 : offsetDeltas[last],
                timestampMs,
                coordinatorEpoch,
                txnFirstOffset);
    }

    /// Sequence of the last record of its epoch, [BatchView#NO_SEQUENCE] if there is none.
    int lastSequence() {
        return batches == 0 ? BatchView.NO_SEQUENCE : lastSequences[at(batches - 1)];
    }

    /// Adds a batch behind the others, and forgets the oldest if there are too many.
    void add(int lastSequence, int offsetDelta, long lastOffset) {
        if (batches == MAX_BATCHES) {
            first = (first + 1) % MAX_BATCHES;
            batches--;
        }
        set(at(batches), lastSequence, offsetDelta, lastOffset);
        batches++;
    }

    /// Adds a batch before the others if it is of this epoch and ends right before the first of them.
    void addBefore(BatchView batch) {
        if (batches == 0 || batches == MAX_BATCHES || batch.producerEpoch() != epoch) {
            return;
        }
        int oldest = at(0);
        int firstSequence = firstSequence(oldest);
        if (batch.lastOffset() < lastOffsets[oldest] && follows(batch.lastSequence(), firstSequence)) {
            first = (first + MAX_BATCHES - 1) % MAX_BATCHES;
            set(first, batch.lastSequence(), batch.lastOffsetDelta(), batch.lastOffset());
            batches++;
        }
    }

    private void set(int index, int lastSequence, int offsetDelta, long lastOffset) {
        lastSequences[index] = lastSequence;
        offsetDeltas[index] = offsetDelta;
        lastOffsets[index] = lastOffset;
    }

    /// A new epoch begins: the batches of the old one do not count any more.
    void startEpoch(short newEpoch) {
        epoch = newEpoch;
        batches = 0;
    }

    /// The last offset of the remembered batch that is the same as this one, [#NO_OFFSET] if none is.
    long lastOffsetOfSame(BatchView batch) {
        if (batch.producerEpoch() == epoch) {
            for (int i = batches - 1; i >= 0; i--) {
                int index = at(i);
                if (lastSequences[index] == batch.lastSequence() && offsetDeltas[index] == batch.lastOffsetDelta()) {
                    return lastOffsets[index];
                }
            }
        }
        return NO_OFFSET;
    }

    private int firstSequence(int index) {
        return (lastSequences[index] - offsetDeltas[index]) & Integer.MAX_VALUE;
    }

    private int at(int number) {
        return (first + number) % MAX_BATCHES;
    }

    /// True if `next` is the sequence behind `last`; they wrap from 2^31 - 1 to 0.
    static boolean follows(int last, int next) {
        return next == last + 1 || (next == 0 && last == Integer.MAX_VALUE);
    }
}
