package io.kurier.log.partition;

import io.kurier.kernel.DiskFile;
import io.kurier.kernel.Network;
import io.kurier.log.LogException;
import io.kurier.log.OffsetOutOfRangeException;
import io.kurier.log.Slice;
import io.kurier.log.segment.Place;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import org.apache.kafka.common.protocol.Errors;

/// Finds runs of whole batches in a log. Takes no lock; looks at headers only.
public final class LogReader {
    private static final int MAX_TRIES = 3;

    private final OpenLog log;

    /// Reads from `log`.
    public LogReader(OpenLog log) {
        this.log = log;
    }

    /// See [io.kurier.log.PartitionLog#read].
    public Slice read(long offset, long endOffset, int maxBytes, boolean atLeastOne) {
        log.home.requireOnline();
        for (int tries = 1; ; tries++) {
            SegmentList segments = log.segments();
            try {
                return find(segments, offset, endOffset, maxBytes, atLeastOne);
            } catch (IOException e) {
                // The segment may have been deleted or cut while it was looked at.
                if (segments == log.segments() || tries == MAX_TRIES) {
                    throw new LogException(
                            Errors.KAFKA_STORAGE_ERROR, "Cannot read " + log.partition + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private Slice find(SegmentList segments, long offset, long endOffset, int maxBytes, boolean atLeastOne)
            throws IOException {
        long logEnd = log.endOffset();
        long logStart = log.logStartOffset();
        if (offset < logStart || offset > logEnd) {
            throw new OffsetOutOfRangeException("Offset " + offset + " of " + log.partition
                    + " is out of range: the log goes from " + logStart + " to " + logEnd);
        }
        long limit = Math.min(endOffset, logEnd);
        for (int i = segments.floor(offset); i < segments.size() && offset < limit; i++) {
            Segment segment = segments.get(i);
            Place from = segment.locate(offset);
            if (from.offset() >= limit) {
                break;
            }
            if (from.position() < segment.size()) {
                return slice(segment, from, limit, maxBytes, atLeastOne, offset);
            }
        }
        return Slice.empty(offset);
    }

    private Slice slice(Segment segment, Place from, long limit, int maxBytes, boolean atLeastOne, long offset)
            throws IOException {
        // In this order: the size is never that of more batches than the offset tells.
        int size = segment.size();
        long next = segment.nextOffset();
        Place to = limit >= next ? new Place(next, size) : segment.locate(limit);
        if (to.position() - from.position() > maxBytes) {
            to = segment.boundaryAtMost(from, (long) from.position() + maxBytes);
            if (to.position() <= from.position() && atLeastOne) {
                to = segment.after(from);
            }
        }
        int bytes = to.position() - from.position();
        if (bytes <= 0) {
            return Slice.empty(offset);
        }
        if (to.offset() <= offset) {
            throw new LogException(
                    Errors.CORRUPT_MESSAGE,
                    segment.log().path() + " is damaged at position " + to.position() + ": a batch with offset "
                            + to.offset() + " follows offset " + offset);
        }
        DiskFile file = segment.log().acquire();
        long appendedThen = log.heat.appendedAt(from.offset());
        boolean hot = appendedThen >= 0 && log.home.isHot(appendedThen);
        return new Slice(
                from.offset(),
                Math.min(to.offset(), limit),
                new Network.FileRange(file, from.position(), bytes, segment.log()::release),
                hot);
    }
}
