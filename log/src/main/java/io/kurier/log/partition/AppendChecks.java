package io.kurier.log.partition;

import static org.apache.kafka.common.protocol.Errors.CORRUPT_MESSAGE;
import static org.apache.kafka.common.protocol.Errors.INVALID_RECORD;
import static org.apache.kafka.common.protocol.Errors.INVALID_TIMESTAMP;
import static org.apache.kafka.common.protocol.Errors.RECORD_LIST_TOO_LARGE;

import io.kurier.log.LogConfig;
import io.kurier.log.Origin;
import io.kurier.protocol.records.BatchChecks;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.CorruptBatchException;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.protocol.records.Unpacking;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.TimestampType;

/// What is checked, and stamped, of batches before a log takes its lock for them. Needs nothing of the log.
final class AppendChecks {
    private AppendChecks() {}

    /// Checks all batches between the buffer's position and limit, and stamps them if the topic has `LogAppendTime`.
    static void check(ByteBuffer buffer, LogConfig config, Origin origin, long nowMs) throws InvalidBatchException {
        if (!buffer.hasRemaining()) {
            throw new InvalidBatchException(INVALID_RECORD, "There are no batches");
        }
        int at = buffer.position();
        while (at < buffer.limit()) {
            at = switch (origin) {
                case CLIENT -> produced(buffer, at, config, nowMs);
                case COORDINATOR, NEXT_EPOCH_MARKER -> own(buffer, at, config, nowMs);
                case REPLICA, MOVE -> stored(buffer, at).end();
            };
        }
        if (origin == Origin.CLIENT && buffer.remaining() > config.segments().bytes()) {
            throw new InvalidBatchException(
                    RECORD_LIST_TOO_LARGE,
                    "The batches have " + buffer.remaining() + " bytes, and segment.bytes is "
                            + config.segments().bytes());
        }
    }

    private static int produced(ByteBuffer buffer, int at, LogConfig config, long nowMs) throws InvalidBatchException {
        BatchView batch = BatchChecks.produced(buffer, at, config.maxMessageBytes());
        if (config.retention().compact()) {
            BatchChecks.everyRecordHasKey(batch);
        }
        if (config.timestamps().type() == TimestampType.LOG_APPEND_TIME) {
            batch.stampAppendTime(nowMs);
        } else {
            checkTimestamps(batch, config.timestamps(), nowMs);
        }
        return batch.end();
    }

    private static int own(ByteBuffer buffer, int at, LogConfig config, long nowMs) throws InvalidBatchException {
        BatchView batch = stored(buffer, at);
        if (config.timestamps().type() == TimestampType.LOG_APPEND_TIME && !batch.isControl()) {
            batch.stampAppendTime(nowMs);
        }
        return batch.end();
    }

    private static BatchView stored(ByteBuffer buffer, int at) throws InvalidBatchException {
        BatchView batch = new BatchView(buffer, at);
        if (!batch.isWhole() || batch.magic() != BatchView.MAGIC || batch.lastOffsetDelta() < 0) {
            throw new InvalidBatchException(CORRUPT_MESSAGE, "The batch is cut short, or not of version 2");
        }
        if (!batch.checksumFits()) {
            throw new InvalidBatchException(CORRUPT_MESSAGE, "The batch's checksum does not fit its bytes");
        }
        return batch;
    }

    private static void checkTimestamps(BatchView batch, LogConfig.Timestamps limits, long nowMs)
            throws InvalidBatchException {
        if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
            throw new InvalidBatchException(
                    INVALID_TIMESTAMP, "A producer may not set the timestamp type LogAppendTime");
        }
        if (batch.maxTimestamp() > nowMs && batch.maxTimestamp() - nowMs > limits.afterMaxMs()) {
            throw new InvalidBatchException(
                    INVALID_TIMESTAMP,
                    "The timestamp " + batch.maxTimestamp() + " lies " + (batch.maxTimestamp() - nowMs)
                            + " ms ahead, and message.timestamp.after.max.ms is " + limits.afterMaxMs());
        }
        if (limits.beforeMaxMs() != Long.MAX_VALUE) {
            checkNotTooOld(batch, limits.beforeMaxMs(), nowMs);
        }
    }

    private static void checkNotTooOld(BatchView batch, long beforeMaxMs, long nowMs) throws InvalidBatchException {
        try {
            long oldest = Unpacking.of(batch, AppendChecks::oldest);
            if (nowMs - oldest > beforeMaxMs) {
                throw new InvalidBatchException(
                        INVALID_TIMESTAMP,
                        "The timestamp " + oldest + " lies " + (nowMs - oldest)
                                + " ms back, and message.timestamp.before.max.ms is " + beforeMaxMs);
            }
        } catch (CorruptBatchException e) {
            throw new InvalidBatchException(INVALID_RECORD, "The records cannot be read: " + e.getMessage());
        }
    }

    private static long oldest(RecordIterator records) {
        long oldest = Long.MAX_VALUE;
        while (records.hasNext()) {
            oldest = Math.min(oldest, records.next().timestampMs());
        }
        return oldest;
    }
}
