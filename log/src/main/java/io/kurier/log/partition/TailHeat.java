package io.kurier.log.partition;

import io.kurier.kernel.DiskFile;
import io.kurier.log.segment.Segment;
import org.jspecify.annotations.Nullable;

/// Which end of a log is surely in the page cache: what was appended so recently that few other bytes were since, in
/// the whole data directory. Coarse on purpose.
///
/// What a follower has written, nobody reads as long as its leader lives. So it gives back all of it but the end, and
/// memory keeps what leaders are asked for.
final class TailHeat {
    private static final int MARKS = 16;
    private static final long MARK_EVERY_BYTES = 4L << 20;
    /// Consumers that are a little behind find so much in memory when the follower begins to lead.
    private static final int KEPT_BYTES = 16 << 20;
    private static final int GIVE_BACK_BYTES = 2 << 20;

    private final long[] offsets = new long[MARKS];
    private final long[] appendedThen = new long[MARKS];
    private int first;
    private int count;
    private long lastMark;

    /// Somebody has read since memory was given back last.
    private volatile boolean isRead;
    /// Guarded by the flush's lock.
    private @Nullable Segment followedIn;
    private int givenBackTo;

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

    /// The segment was synced, by the one that holds the flush's lock: gives back what this node appended as a follower
    /// and nobody reads. A log that is compacted will be read for that, on each node.
    void synced(OpenLog log, Segment segment, DiskFile file) {
        if (!log.epochs.isFollowing() || log.config().retention().compact()) {
            followedIn = null;
            return;
        }
        int keptFrom = segment.size() - KEPT_BYTES;
        if (followedIn != segment) {
            givenBackTo = followedIn == null ? segment.size() & -GIVE_BACK_BYTES : 0;
            followedIn = segment;
        }
        int to = keptFrom & -GIVE_BACK_BYTES;
        if (to > givenBackTo) {
            if (!isRead) {
                file.forget(givenBackTo, to - givenBackTo);
                clear();
            }
            isRead = false;
            givenBackTo = to;
        }
    }
}
