package io.kurier.log.partition;

import io.kurier.log.LogException;
import io.kurier.log.TimestampOffset;
import io.kurier.log.file.TimeIndex;
import io.kurier.log.segment.BatchScanner;
import io.kurier.log.segment.Place;
import io.kurier.log.segment.Segment;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.CorruptBatchException;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.protocol.records.Unpacking;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.protocol.Errors;

/// Finds records of a log by their timestamps, exactly: the time index says where to begin, headers say which batch,
/// and then the batch's own records are read.
public final class TimestampSearch {
    private final OpenLog log;

    /// Searches `log`.
    public TimestampSearch(OpenLog log) {
        this.log = log;
    }

    /// The first record below `endOffset` whose timestamp is at or after `timestampMs`.
    public Optional<TimestampOffset> firstAtOrAfter(long timestampMs, long endOffset) {
        try {
            for (Segment segment : log.segments().all()) {
                if (segment.baseOffset() >= endOffset) {
                    break;
                }
                if (segment.nextOffset() > log.logStartOffset() && segment.maxTimestampMs() >= timestampMs) {
                    Optional<TimestampOffset> found = firstIn(segment, timestampMs, endOffset);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Optional<TimestampOffset> firstIn(Segment segment, long timestampMs, long endOffset) throws IOException {
        TimeIndex.Hint hint = checked(
                segment,
                segment.timeIndex().below(timestampMs),
                () -> segment.timeIndex().below(timestampMs));
        long from = Math.max(hint.offset(), log.logStartOffset());
        return walk(
                segment,
                from,
                endOffset,
                batch -> batch.newestRecordMs() >= timestampMs,
                record -> record.timestampMs() >= timestampMs);
    }

    private interface Again {
        TimeIndex.Hint look() throws IOException;
    }

    /// An index is not trusted: the batch that a hint names must have the hint's timestamp.
    private static TimeIndex.Hint checked(Segment segment, TimeIndex.Hint hint, Again again) throws IOException {
        boolean none = hint.timestampMs() < 0 && hint.offset() == segment.baseOffset();
        if (none || hasTimestamp(segment, hint)) {
            return hint;
        }
        segment.rebuildIndexes(
                "a time index entry for offset " + hint.offset() + " has another timestamp than its batch");
        return again.look();
    }

    private static boolean hasTimestamp(Segment segment, TimeIndex.Hint hint) throws IOException {
        Place place = segment.locate(hint.offset());
        BatchScanner scanner = segment.scan(place.position(), segment.size(), false);
        try {
            return scanner.next() && scanner.batch().newestRecordMs() == hint.timestampMs();
        } finally {
            segment.log().release();
        }
    }

    /// The first of the records below `endOffset` that have the largest timestamp.
    public Optional<TimestampOffset> largest(long endOffset) {
        try {
            Segment best = null;
            long bestMs = BatchView.NO_TIMESTAMP;
            for (Segment segment : log.segments().all()) {
                if (segment.baseOffset() < endOffset && segment.nextOffset() > log.logStartOffset()) {
                    long ms = largestBatch(segment, endOffset);
                    if (ms > bestMs) {
                        best = segment;
                        bestMs = ms;
                    }
                }
            }
            if (best == null) {
                return Optional.empty();
            }
            long largest = bestMs;
            return firstIn(best, largest, endOffset);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /// The largest timestamp of the batches that lie wholly below `endOffset` and not wholly below the log's start.
    private long largestBatch(Segment segment, long endOffset) throws IOException {
        if (segment.nextOffset() <= endOffset && segment.baseOffset() >= log.logStartOffset()) {
            return segment.maxTimestampMs();
        }
        TimeIndex.Hint hint = checked(
                segment,
                segment.timeIndex().belowOffset(endOffset),
                () -> segment.timeIndex().belowOffset(endOffset));
        boolean whole = hint.offset() >= log.logStartOffset();
        long largest = whole ? hint.timestampMs() : BatchView.NO_TIMESTAMP;
        Place from = segment.locate(whole ? hint.offset() : log.logStartOffset());
        BatchScanner scanner = segment.scan(from.position(), segment.size(), false);
        try {
            while (scanner.next() && scanner.batch().lastOffset() < endOffset) {
                largest = Math.max(largest, scanner.batch().newestRecordMs());
            }
        } finally {
            segment.log().release();
        }
        return largest;
    }

    private Optional<TimestampOffset> walk(
            Segment segment, long from, long endOffset, Predicate<BatchView> inBatch, Predicate<LogRecord> isIt)
            throws IOException {
        Place place = segment.locate(from);
        BatchScanner scanner = segment.scan(place.position(), segment.size(), false);
        try {
            while (scanner.next() && scanner.batch().baseOffset() < endOffset) {
                if (inBatch.test(scanner.batch())) {
                    Optional<TimestampOffset> found = inBatch(scanner.wholeBatch(), endOffset, isIt);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            return Optional.empty();
        } finally {
            segment.log().release();
        }
    }

    private Optional<TimestampOffset> inBatch(BatchView batch, long endOffset, Predicate<LogRecord> isIt) {
        if (!batch.checksumFits()) {
            throw new LogException(
                    Errors.CORRUPT_MESSAGE,
                    "The batch at offset " + batch.baseOffset() + " of " + log.partition + " is damaged");
        }
        try {
            return Unpacking.of(batch, records -> first(records, batch.leaderEpoch(), endOffset, isIt));
        } catch (CorruptBatchException e) {
            throw new LogException(Errors.CORRUPT_MESSAGE, "Cannot read records of " + log.partition, e);
        }
    }

    private Optional<TimestampOffset> first(
            RecordIterator records, int leaderEpoch, long endOffset, Predicate<LogRecord> isIt) {
        while (records.hasNext()) {
            LogRecord record = records.next();
            if (record.offset() >= endOffset) {
                return Optional.empty();
            }
            if (record.offset() >= log.logStartOffset() && isIt.test(record)) {
                return Optional.of(new TimestampOffset(record.timestampMs(), record.offset(), leaderEpoch));
            }
        }
        return Optional.empty();
    }

    private LogException unreadable(IOException e) {
        return new LogException(
                Errors.KAFKA_STORAGE_ERROR, "Cannot search " + log.partition + ": " + e.getMessage(), e);
    }
}
