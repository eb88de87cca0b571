package io.kurier.log.partition;

import io.kurier.log.EpochEnd;
import io.kurier.log.LogException;
import io.kurier.log.file.EpochCheckpoint;
import io.kurier.log.file.EpochCheckpoint.Entry;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// Which leader epoch began at which offset of a log (KIP-101, KIP-279). Safe for use by several threads.
public final class LeaderEpochs {
    private final List<Entry> entries = new ArrayList<>();
    private volatile int latest = -1;
    private volatile int over = -1;
    private boolean changed;
    /// Those of the entries in the checkpoint that had records when they were written.
    private List<Entry> written;

    /// Knows what a checkpoint tells.
    public LeaderEpochs(List<Entry> known) {
        entries.addAll(known);
        written = List.copyOf(known);
        renew();
        changed = false;
    }

    /// The largest epoch, -1 if there is none.
    public int latest() {
        return latest;
    }

    /// True if no epoch is known.
    public synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Where the first epoch begins that is known; 0 if there is none.
    public synchronized long startOffset() {
        return entries.isEmpty() ? 0 : entries.getFirst().startOffset();
    }

    /// This node leads in an epoch, from the log's end on: earlier ones are over. Does nothing if it is over itself.
    synchronized void lead(int epoch, long endOffset) {
        if (epoch > over) {
            over = epoch - 1;
            start(epoch, endOffset);
        }
    }

    /// Another node leads in this epoch: for this node it is over, and what began at the log's end never was.
    synchronized void follow(int epoch, long endOffset) {
        over = Math.max(over, epoch);
        truncateEnd(endOffset);
    }

    /// True if another node leads, or did last.
    boolean isFollowing() {
        return over >= 0 && latest <= over;
    }

    /// @throws LogException FENCED_LEADER_EPOCH if this node does not lead in this epoch any more
    void requireNotOver(int epoch) {
        if (epoch <= over && over >= 0) {
            throw new LogException(Errors.FENCED_LEADER_EPOCH, "Leader epoch " + epoch + " is over");
        }
    }

    /// An epoch begins at `startOffset`. Does nothing if it is known already, or no epoch at all. An earlier epoch that
    /// had begun there or behind, and so has no records, is forgotten.
    public void start(int epoch, long startOffset) {
        if (epoch > latest) {
            startNew(epoch, startOffset);
        }
    }

    private synchronized void startNew(int epoch, long startOffset) {
        if (epoch > latest) {
            entries.removeIf(entry -> entry.startOffset() >= startOffset);
            entries.add(new Entry(epoch, startOffset));
            renew();
        }
    }

    /// Where the largest epoch at or below `epoch` ends, given the log's end.
    public synchronized EpochEnd endOf(int epoch, long logEndOffset) {
        if (epoch < 0 || entries.isEmpty() || epoch > latest) {
            return EpochEnd.UNKNOWN;
        }
        if (epoch == latest) {
            return new EpochEnd(epoch, logEndOffset);
        }
        int below = epoch;
        for (Entry entry : entries) {
            if (entry.epoch() > epoch) {
                return new EpochEnd(below, entry.startOffset());
            }
            below = entry.epoch();
        }
        return EpochEnd.UNKNOWN;
    }

    /// The epoch of the leader that wrote the record at `offset`, -1 if it is not known.
    public synchronized int epochAt(long offset) {
        int epoch = -1;
        for (Entry entry : entries) {
            if (entry.startOffset() > offset) {
                break;
            }
            epoch = entry.epoch();
        }
        return epoch;
    }

    /// The records from `endOffset` on are gone.
    public synchronized void truncateEnd(long endOffset) {
        if (entries.removeIf(entry -> entry.startOffset() >= endOffset)) {
            renew();
        }
    }

    /// The records below `startOffset` are gone.
    public synchronized void truncateStart(long startOffset) {
        Entry floor = null;
        while (!entries.isEmpty() && entries.getFirst().startOffset() <= startOffset) {
            floor = entries.removeFirst();
        }
        if (floor != null) {
            entries.addFirst(new Entry(floor.epoch(), startOffset));
            changed |= floor.startOffset() != startOffset;
        }
    }

    /// Forgets all.
    public synchronized void clear() {
        entries.clear();
        renew();
    }

    private void renew() {
        latest = entries.isEmpty() ? -1 : entries.getLast().epoch();
        changed = true;
    }

    /// The entries to be written to [EpochCheckpoint]; empty list of none.
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /// True if there is something to write since the last call: an epoch that has records, or that is gone. One that
    /// began at the log's end and has no records yet is not worth a write.
    public synchronized boolean takeChanged(long logEndOffset) {
        if (!changed) {
            return false;
        }
        List<Entry> withRecords = entries.stream()
                .filter(entry -> entry.startOffset() < logEndOffset)
                .toList();
        changed = withRecords.size() < entries.size();
        boolean worth = !withRecords.equals(written);
        written = withRecords;
        return worth;
    }

    /// True if [#takeChanged] has something to look at.
    public synchronized boolean hasChanged() {
        return changed;
    }

    /// What was taken could not be written.
    public synchronized void markChanged() {
        changed = true;
        written = List.of(new Entry(-1, -1));
    }
}
