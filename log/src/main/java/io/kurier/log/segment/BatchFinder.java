package io.kurier.log.segment;

import io.kurier.kernel.DiskFile;
import io.kurier.log.LogException;
import io.kurier.log.file.OffsetIndex;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Finds batches of a segment: by what is known of the last ones, else by the index and a walk from there. An index
/// entry that names no fitting batch has the indexes made anew.
///
/// One that may not wait for the disk throws a [DiskFile.WouldWait] where it would have to.
public final class BatchFinder {
    private final Segment segment;
    private final boolean mayWait;

    BatchFinder(Segment segment, boolean mayWait) {
        this.segment = segment;
        this.mayWait = mayWait;
    }

    private void rebuildIndexes(String why) throws IOException {
        if (!mayWait) {
            throw new DiskFile.WouldWait();
        }
        segment.rebuildIndexes(why);
    }

    /// The batch that contains `offset`, or the first one behind it; the end if there is none.
    public Place locate(long offset) throws IOException {
        if (offset <= segment.baseOffset() && segment.size() > 0) {
            return firstBatch();
        }
        Place known = segment.recent().locate(offset);
        if (known != null) {
            return known;
        }
        int end = segment.size();
        OffsetIndex.Hint hint = segment.index().floor(offset, mayWait);
        Place found = walkTo(offset, hint, end);
        if (found == null) {
            rebuildIndexes("an entry for offset " + hint.offset() + " names position " + hint.position()
                    + ", where no such batch begins");
            found = walkTo(offset, segment.index().floor(offset, mayWait), end);
        }
        return found != null ? found : new Place(segment.nextOffset(), end);
    }

    private Place firstBatch() throws IOException {
        BatchScanner scanner = segment.walk(0, segment.size(), mayWait);
        try {
            return new Place(next(scanner) ? scanner.batch().baseOffset() : segment.nextOffset(), 0);
        } finally {
            segment.log().release();
        }
    }

    /// Null if the hint is wrong.
    private @Nullable Place walkTo(long offset, OffsetIndex.Hint hint, int end) throws IOException {
        if (hint.position() < 0 || hint.position() > end) {
            return null;
        }
        BatchScanner scanner = segment.walk(hint.position(), end, mayWait);
        try {
            boolean first = hint.position() > 0;
            while (first ? scanner.next() : next(scanner)) {
                BatchView batch = scanner.batch();
                if (first && !fits(hint, batch)) {
                    return null;
                }
                first = false;
                if (batch.lastOffset() >= offset) {
                    return new Place(batch.baseOffset(), (int) scanner.position());
                }
            }
            return first && hint.position() < end ? null : new Place(segment.nextOffset(), end);
        } finally {
            segment.log().release();
        }
    }

    boolean fits(OffsetIndex.Hint hint, BatchView batch) {
        return batch.baseOffset() >= segment.baseOffset() && batch.lastOffset() <= hint.offset();
    }

    /// The last boundary at or below `limit`, from the boundary `from` on; `from` itself if its batch reaches behind
    /// the limit.
    public Place boundaryAtMost(Place from, long limit) throws IOException {
        int end = segment.size();
        Place known = segment.recent().boundaryAtMost(limit);
        if (known != null) {
            return known.position() >= from.position() ? known : from;
        }
        OffsetIndex.Hint hint = segment.index().floorByPosition(limit, mayWait);
        boolean hinted = hint.position() > from.position() && hint.position() <= end;
        int start = hinted ? hint.position() : from.position();
        BatchScanner scanner = segment.walk(start, end, mayWait);
        try {
            Place last = from;
            boolean first = hinted;
            while (first ? scanner.next() : next(scanner)) {
                BatchView batch = scanner.batch();
                if (first && !fits(hint, batch)) {
                    break;
                }
                first = false;
                if (scanner.position() > limit) {
                    return last;
                }
                last = new Place(batch.baseOffset(), (int) scanner.position());
            }
            if (!first) {
                return end <= limit ? new Place(segment.nextOffset(), end) : last;
            }
        } finally {
            segment.log().release();
        }
        rebuildIndexes("the entry for position " + hint.position() + " is wrong");
        return boundaryAtMost(from, limit);
    }

    /// The boundary behind the batch that begins at `from`.
    public Place after(Place from) throws IOException {
        BatchScanner scanner = segment.walk(from.position(), segment.size(), mayWait);
        try {
            if (!next(scanner)) {
                return from;
            }
            return new Place(scanner.batch().nextOffset(), (int) scanner.nextPosition());
        } finally {
            segment.log().release();
        }
    }

    /// Goes on, or says clearly that the file is damaged.
    boolean next(BatchScanner scanner) throws IOException {
        if (scanner.next()) {
            return true;
        }
        if (scanner.fault() != null) {
            throw new LogException(
                    Errors.CORRUPT_MESSAGE,
                    segment.log().path() + " is damaged at position " + scanner.position() + ": " + scanner.fault());
        }
        return false;
    }
}
