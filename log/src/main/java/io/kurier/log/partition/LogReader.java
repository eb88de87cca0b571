package io.kurier.log.partition;

import io.kurier.kernel.DiskFile;
import io.kurier.kernel.DiskFile.Residence;
import io.kurier.kernel.Network;
import io.kurier.log.LogException;
import io.kurier.log.OffsetOutOfRangeException;
import io.kurier.log.Slice;
import io.kurier.log.segment.BatchFinder;
import io.kurier.log.segment.Place;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import java.util.Objects;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Finds runs of whole batches in a log. Takes no lock; looks at headers only.
public final class LogReader {
    private static final int MAX_TRIES = 3;
    private static final int MAX_LOAD_BYTES = 1 << 20;
    /// So that the next batch's header comes along.
    private static final int BEYOND_BYTES = 64 << 10;

    private final OpenLog log;

    /// Reads from `log`.
    public LogReader(OpenLog log) {
        this.log = log;
    }

    /// See [io.kurier.log.PartitionLog#read].
    public Slice read(long offset, long endOffset, int maxBytes, boolean atLeastOne) {
        return Objects.requireNonNull(read(new Asked(offset, endOffset, maxBytes, atLeastOne), true));
    }

    /// See [io.kurier.log.PartitionLog#tryRead].
    public @Nullable Slice tryRead(long offset, long endOffset, int maxBytes, boolean atLeastOne) {
        return read(new Asked(offset, endOffset, maxBytes, atLeastOne), false);
    }

    private record Asked(long offset, long endOffset, int maxBytes, boolean atLeastOne) {}

    private @Nullable Slice read(Asked asked, boolean mayWait) {
        log.home.requireOnline();
        log.heat.read();
        for (int tries = 1; ; tries++) {
            SegmentList segments = log.segments();
            try {
                return find(segments, asked, mayWait);
            } catch (DiskFile.WouldWait e) {
                return null;
            } catch (IOException e) {
                // The segment may have been deleted or cut while it was looked at.
                if (segments == log.segments() || tries == MAX_TRIES) {
                    throw new LogException(
                            Errors.KAFKA_STORAGE_ERROR, "Cannot read " + log.partition + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private Slice find(SegmentList segments, Asked asked, boolean mayWait) throws IOException {
        long offset = asked.offset();
        long logEnd = log.endOffset();
        long logStart = log.logStartOffset();
        if (offset < logStart || offset > logEnd) {
            throw new OffsetOutOfRangeException("Offset " + offset + " of " + log.partition
                    + " is out of range: the log goes from " + logStart + " to " + logEnd);
        }
        long limit = Math.min(asked.endOffset(), logEnd);
        boolean hot = isHot(offset);
        for (int i = segments.floor(offset); i < segments.size() && offset < limit; i++) {
            Segment segment = segments.get(i);
            BatchFinder finder = segment.finder(mayWait || hot);
            Place from = finder.locate(offset);
            if (from.offset() >= limit) {
                break;
            }
            if (from.position() < segment.size()) {
                if (mayWait && !hot) {
                    load(segment, from, asked.maxBytes());
                }
                Place to = end(segment, finder, from, limit, asked);
                if (to.position() <= from.position()) {
                    break;
                }
                return slice(segment, from, to, limit, mayWait);
            }
        }
        return Slice.empty(offset);
    }

    private boolean isHot(long offset) {
        long appendedThen = log.heat.appendedAt(offset);
        return appendedThen >= 0 && log.home.isHot(appendedThen);
    }

    /// Begins to read what is about to be needed, in one piece: else the kernel would guess from the headers' reads
    /// that follow, and read megabytes.
    private static void load(Segment segment, Place from, int maxBytes) throws IOException {
        segment.index().load();
        DiskFile file = segment.log().acquire();
        try {
            int bytes = Math.min(maxBytes, MAX_LOAD_BYTES) + BEYOND_BYTES;
            file.load(from.position(), Math.min(bytes, segment.size() - from.position()));
        } finally {
            segment.log().release();
        }
    }

    private static Place end(Segment segment, BatchFinder finder, Place from, long limit, Asked asked)
            throws IOException {
        // In this order: the size is never that of more batches than the offset tells.
        int size = segment.size();
        long next = segment.nextOffset();
        Place to = limit >= next ? new Place(next, size) : finder.locate(limit);
        if (to.position() - from.position() > asked.maxBytes()) {
            to = finder.boundaryAtMost(from, (long) from.position() + asked.maxBytes());
            if (to.position() <= from.position() && asked.atLeastOne()) {
                to = finder.after(from);
            }
        }
        if (to.position() > from.position() && to.offset() <= asked.offset()) {
            throw new LogException(
                    Errors.CORRUPT_MESSAGE,
                    segment.log().path() + " is damaged at position " + to.position() + ": a batch with offset "
                            + to.offset() + " follows offset " + asked.offset());
        }
        return to;
    }

    private Slice slice(Segment segment, Place from, Place to, long limit, boolean mayWait) throws IOException {
        int bytes = to.position() - from.position();
        DiskFile file = segment.log().acquire();
        boolean hot = isHot(from.offset()) || file.residence(from.position(), bytes) == Residence.IN_MEMORY;
        if (!hot && !mayWait) {
            segment.log().release();
            throw new DiskFile.WouldWait();
        }
        return new Slice(
                from.offset(),
                Math.min(to.offset(), limit),
                new Network.FileRange(file, from.position(), bytes, segment.log()::release),
                hot);
    }
}
