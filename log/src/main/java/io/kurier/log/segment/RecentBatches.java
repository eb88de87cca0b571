package io.kurier.log.segment;

import org.jspecify.annotations.Nullable;

/// Where the last batches of the active segment begin, so that reads at the tail need no disk. Knows those behind the
/// last gap of offsets, which compaction leaves. One thread adds, any may ask.
final class RecentBatches {
    private static final int CAPACITY = 64;

    private long[] offsets = new long[0];
    private int[] positions = new int[0];
    private int first;
    private int count;
    private long endOffset;
    private int endPosition;
    private int lastCrc;

    /// The walk's next batch begins at `position` with `offset`, and ends at `endPosition`, before `endOffset`.
    ///
    /// @param crc its checksum
    synchronized void add(long offset, int position, long newEndOffset, int newEndPosition, int crc) {
        if (count > 0 && (endPosition != position || endOffset != offset)) {
            count = 0;
        }
        if (count == offsets.length) {
            makeRoom();
        }
        int at = (first + count) % offsets.length;
        offsets[at] = offset;
        positions[at] = position;
        count++;
        endOffset = newEndOffset;
        endPosition = newEndPosition;
        lastCrc = crc;
    }

    private void makeRoom() {
        if (count == CAPACITY) {
            first = (first + 1) % CAPACITY;
            count--;
            return;
        }
        int capacity = count == 0 ? 4 : Math.min(CAPACITY, count * 2);
        long[] moreOffsets = new long[capacity];
        int[] morePositions = new int[capacity];
        for (int i = 0; i < count; i++) {
            moreOffsets[i] = offsets[(first + i) % offsets.length];
            morePositions[i] = positions[(first + i) % offsets.length];
        }
        offsets = moreOffsets;
        positions = morePositions;
        first = 0;
    }

    synchronized void clear() {
        count = 0;
    }

    /// The batch that ends at `position`, if it is the last one; null if that is not known.
    synchronized @Nullable LastBatch endingAt(int position) {
        return count == 0 || endPosition != position
                ? null
                : new LastBatch(position - positions[at(count - 1)], lastCrc);
    }

    /// The batch that contains `offset`, or the end if that is the offset; null if it is not known.
    synchronized @Nullable Place locate(long offset) {
        if (count == 0 || offset < offsets[first] || offset > endOffset) {
            return null;
        }
        if (offset == endOffset) {
            return new Place(endOffset, endPosition);
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (offsets[at(middle)] <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return new Place(offsets[at(low)], positions[at(low)]);
    }

    /// The last batch boundary at or below `position`; null if it is not known.
    synchronized @Nullable Place boundaryAtMost(long position) {
        if (count == 0 || position < positions[first]) {
            return null;
        }
        if (position >= endPosition) {
            return new Place(endOffset, endPosition);
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (positions[at(middle)] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return new Place(offsets[at(low)], positions[at(low)]);
    }

    private int at(int number) {
        return (first + number) % offsets.length;
    }
}
