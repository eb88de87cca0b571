package io.kurier.log.producer;

import java.util.Iterator;
import java.util.Set;
import java.util.TreeMap;

/// The transactions of one log that a consumer at `read_committed` still has to wait for: open ones, and ended ones
/// whose marker is not below the high watermark yet. Safe for use by several threads.
final class Transactions {
    private static final long OPEN = Long.MAX_VALUE;

    /// First offset of each transaction, with the offset of its marker or [#OPEN].
    private final TreeMap<Long, Long> undecided = new TreeMap<>();
    private volatile boolean none = true;

    synchronized void begin(long firstOffset) {
        undecided.put(firstOffset, OPEN);
        none = false;
    }

    synchronized void end(long firstOffset, long markerOffset) {
        undecided.put(firstOffset, markerOffset);
    }

    /// The first offset of the oldest open transaction, `absent` if there is none; some may be left out.
    synchronized long firstOpenOffset(Set<Long> exceptFirstOffsets, long absent) {
        for (var transaction : undecided.entrySet()) {
            if (transaction.getValue() == OPEN && !exceptFirstOffsets.contains(transaction.getKey())) {
                return transaction.getKey();
            }
        }
        return absent;
    }

    /// The offset below which all is decided for consumers that read up to `highWatermark`; never above it.
    long lastStableOffset(long highWatermark) {
        return none ? highWatermark : oldestUndecided(highWatermark);
    }

    private synchronized long oldestUndecided(long highWatermark) {
        for (var transaction : undecided.entrySet()) {
            if (transaction.getValue() >= highWatermark) {
                return Math.min(highWatermark, transaction.getKey());
            }
        }
        return highWatermark;
    }

    /// Forgets ended transactions whose marker lies below the high watermark.
    synchronized void forgetBelow(long highWatermark) {
        for (Iterator<Long> markers = undecided.values().iterator(); markers.hasNext(); ) {
            if (markers.next() < highWatermark) {
                markers.remove();
            }
        }
        none = undecided.isEmpty();
    }

    synchronized void clear() {
        undecided.clear();
        none = true;
    }
}
