package io.kurier.log.partition;

/// Which end of a log is surely in the page cache: what was appended so recently that few other bytes were since, in
/// the whole data directory. Coarse on purpose.
final class TailHeat {
    private static final int MARKS = 16;
    private static final long MARK_EVERY_BYTES = 4L << 20;

    private final long[] offsets = new long[MARKS];
    private final long[] appendedThen = new long[MARKS];
    private int first;
    private int count;
    private long lastMark;

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
}
