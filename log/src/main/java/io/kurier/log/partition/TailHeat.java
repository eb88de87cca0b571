package io.kurier.log.partition;

import io.kurier.log.segment.Segment;
import io.kurier.log.segment.WrittenPages;
import org.jspecify.annotations.Nullable;

/// Which end of a log is surely in the page cache: what was appended so recently that few other bytes were since, in
/// the whole data directory. Coarse on purpose.
///
/// What a follower has written, nobody reads as long as its leader lives: it gives back all of it but the end. What a
/// leader has written stays as long as it is among the newest of the directory ([WrittenPages]).
final class TailHeat {
    private static final int MARKS = 16;
    private static final long MARK_EVERY_BYTES = 4L << 20;
    /// Consumers that are a little behind find so much in memory when the follower begins to lead.
    private static final int KEPT_BYTES = 16 << 20;
    private static final int PIECE_BYTES = 2 << 20;

    private final long[] offsets = new long[MARKS];
    private final long[] appendedThen = new long[MARKS];
    private int first;
    private int count;
    private long lastMark;

    /// Somebody has read since memory was given back last.
    private volatile boolean isRead;
    // guarded by the flush's lock
    private @Nullable Segment settling;
    /// Below, all was kept or given back.
    private int settledTo;

    /// A batch at `offset` was appended, when the directory's sum was `appended`.
    synchronized void appended(long offset, long appended) {
        if (count > 0 && appended - lastMark < MARK_EVERY_BYTES) {
            return;
        }
        lastMark = appended;
        if (count == MARKS) {
            first = (first + 1) % MARKS;
            count--;
        }
        int at = (first + count++) % MARKS;
        offsets[at] = offset;
        appendedThen[at] = appended;
    }

    /// The directory's sum at or before the time when `offset` was appended, -1 if that was too long ago to know.
    synchronized long appendedAt(long offset) {
        for (int i = count - 1; i >= 0; i--) {
            int at = (first + i) % MARKS;
            if (offsets[at] <= offset) {
                return appendedThen[at];
            }
        }
        return -1;
    }

    synchronized void clear() {
        count = 0;
    }

    /// Somebody reads here.
    void read() {
        if (!isRead) {
            isRead = true;
        }
    }

    /// After a sync, by the one that holds the flush's lock: says what of the log stays in memory. A log that is
    /// compacted will be read for that, on each node.
    void settle(OpenLog log) {
        if (log.config().retention().compact()) {
            settling = null;
            return;
        }
        WrittenPages pages = log.home.pages();
        Segment active = log.segments().active();
        if (settling != active) {
            // Less than a piece is left alone: small segments would fill the list of pieces.
            if (settling != null && settling.size() - settledTo >= PIECE_BYTES) {
                pages.keep(settling.log(), settledTo, settling.size());
            }
            settledTo = settling == null ? active.size() & -PIECE_BYTES : 0;
            settling = active;
        }
        boolean isFollowed = log.epochs.isFollowing();
        int to = (isFollowed ? active.size() - KEPT_BYTES : active.size()) & -PIECE_BYTES;
        if (to > settledTo) {
            if (isFollowed && !isRead) {
                WrittenPages.giveBack(active.log(), settledTo, to);
                clear();
            } else {
                pages.keep(active.log(), settledTo, to);
            }
            isRead = false;
            settledTo = to;
        }
    }
}
