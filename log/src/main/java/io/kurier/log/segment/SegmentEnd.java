package io.kurier.log.segment;

import io.kurier.log.file.OffsetIndex;
import io.kurier.log.file.TimeIndex;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Finds out, from the headers of its last batches, where a segment ends and what its largest timestamp is.
final class SegmentEnd {
    private static final int INDEX_INTERVAL_BYTES = 4096;

    private final Segment segment;
    private final BatchFinder finder;

    SegmentEnd(Segment segment, BatchFinder finder) {
        this.segment = segment;
        this.finder = finder;
    }

    /// The offset behind the last whole batch.
    long find() throws IOException {
        OffsetIndex.Hint last = segment.index().last();
        boolean usable = last.position() > 0 && last.position() < segment.size();
        long end = usable ? find(last) : segment.baseOffset();
        return end > segment.baseOffset() ? end : find(new OffsetIndex.Hint(segment.baseOffset(), 0));
    }

    /// The base offset if the hint is wrong.
    private long find(OffsetIndex.Hint from) throws IOException {
        BatchScanner scanner = segment.scan(from.position(), segment.size(), false);
        try {
            long end = segment.baseOffset();
            while (scanner.next()) {
                BatchView batch = scanner.batch();
                if (end == segment.baseOffset() && from.position() > 0 && !finder.fits(from, batch)) {
                    break;
                }
                end = batch.nextOffset();
            }
            return end;
        } finally {
            segment.log().release();
        }
    }

    /// The end of a segment that a clean stop left, -1 if something is odd about it. Tells where its last batches are.
    long resume(RecentBatches recent) throws IOException {
        OffsetIndex.Hint hint = segment.index().last();
        TimeIndex.Hint last = segment.timeIndex().last();
        if (hint.position() < 0
                || hint.position() >= segment.size()
                || segment.timeIndex().count() == 0) {
            return -1;
        }
        long base = segment.baseOffset();
        BatchScanner scanner = segment.scan(hint.position(), segment.size(), false);
        long next = base;
        try {
            while (scanner.next()) {
                BatchView batch = scanner.batch();
                if (batch.baseOffset() < next || next == base && hint.position() > 0 && !finder.fits(hint, batch)) {
                    return -1;
                }
                next = batch.nextOffset();
                recent.add(
                        batch.baseOffset(), (int) scanner.position(), next, (int) scanner.nextPosition(), batch.crc());
            }
        } finally {
            segment.log().release();
        }
        return scanner.fault() == null && last.offset() < next ? next : -1;
    }

    /// The largest timestamp of the first batch, [BatchView#NO_TIMESTAMP] if there is none.
    long firstTimestamp() throws IOException {
        BatchScanner scanner = segment.scan(0, segment.size(), false);
        try {
            return scanner.next() ? scanner.batch().maxTimestamp() : BatchView.NO_TIMESTAMP;
        } finally {
            segment.log().release();
        }
    }

    /// The largest timestamp, and the last offset of the first batch that has it; from the last entry of the time index
    /// and the batches behind. Null if that entry's batch has another timestamp.
    TimeIndex.@Nullable Hint maxTimestamp() throws IOException {
        TimeIndex.Hint last = segment.timeIndex().last();
        TimeIndex.Hint max = new TimeIndex.Hint(BatchView.NO_TIMESTAMP, segment.baseOffset());
        if (segment.size() == 0) {
            return max;
        }
        boolean known = last.timestampMs() >= 0;
        int from = known ? finder.locate(last.offset()).position() : 0;
        BatchScanner scanner = segment.scan(from, segment.size(), false);
        try {
            while (finder.next(scanner)) {
                BatchView batch = scanner.batch();
                if (known && batch.newestRecordMs() != last.timestampMs()) {
                    return null;
                }
                known = false;
                max = later(max, batch);
            }
        } finally {
            segment.log().release();
        }
        return known ? null : max;
    }

    private static TimeIndex.Hint later(TimeIndex.Hint max, BatchView batch) {
        return batch.newestRecordMs() > max.timestampMs()
                ? new TimeIndex.Hint(batch.newestRecordMs(), batch.lastOffset())
                : max;
    }

    /// Fills both indexes, which are empty, from the batches. Returns the largest timestamp, and the last offset of the
    /// first batch that has it.
    TimeIndex.Hint indexAll() throws IOException {
        TimeIndex.Hint max = new TimeIndex.Hint(BatchView.NO_TIMESTAMP, segment.baseOffset());
        int sinceEntry = 0;
        BatchScanner scanner = segment.scan(0, segment.size(), false);
        try {
            while (finder.next(scanner)) {
                BatchView batch = scanner.batch();
                max = later(max, batch);
                if (sinceEntry > INDEX_INTERVAL_BYTES) {
                    segment.index().append(batch.lastOffset(), (int) scanner.position());
                    segment.timeIndex().append(max.timestampMs(), max.offset());
                    sinceEntry = 0;
                }
                sinceEntry += batch.sizeInBytes();
            }
        } finally {
            segment.log().release();
        }
        return max;
    }
}
