package io.kurier.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// Reads answers to the requests of the load without making objects of them. Every error code ends the run: figures of
/// a node that refuses are worth nothing.
final class Answers {
    private static final int BATCH_OVERHEAD = 12;
    private static final int LAST_OFFSET_DELTA_AT = 23;
    private static final int BATCH_HEADER = 61;

    private Answers() {}

    /// What a fetch brought of one partition.
    interface Fetched {
        /// @param nextOffset the one after the last whole batch; `fromOffset` if there is none
        void partition(int partition, long nextOffset, int recordBytes);
    }

    /// Answer to a Produce of version 9 to 12. Notes the base offset of each partition in `lastOffsets` and ends with an
    /// exception if it is not larger than the one before.
    static void produced(ByteBuffer answer, long[] lastOffsets) throws IOException {
        answer.position(4);
        skipTags(answer);
        for (int topics = varint(answer) - 1; topics > 0; topics--) {
            skip(answer, varint(answer) - 1);
            for (int partitions = varint(answer) - 1; partitions > 0; partitions--) {
                int partition = answer.getInt();
                check(answer.getShort(), "produce to partition " + partition);
                long offset = answer.getLong();
                if (offset <= lastOffsets[partition]) {
                    throw new IOException("partition " + partition + " answered offset " + offset + " after "
                            + lastOffsets[partition]);
                }
                lastOffsets[partition] = offset;
                skip(answer, 16);
                if (varint(answer) > 1) {
                    throw new IOException("partition " + partition + " refused records");
                }
                skip(answer, varint(answer) - 1);
                skipTags(answer);
            }
            skipTags(answer);
        }
    }

    /// Answer to a Fetch of version 12. `from` is the offset that was asked for, by partition.
    static void fetched(ByteBuffer answer, long[] from, Fetched sink) throws IOException {
        answer.position(4);
        skipTags(answer);
        skip(answer, 4);
        check(answer.getShort(), "fetch");
        skip(answer, 4);
        for (int topics = varint(answer) - 1; topics > 0; topics--) {
            skip(answer, varint(answer) - 1);
            for (int partitions = varint(answer) - 1; partitions > 0; partitions--) {
                int partition = answer.getInt();
                check(answer.getShort(), "fetch from partition " + partition);
                skip(answer, 24);
                skip(answer, (varint(answer) - 1) * 16);
                skip(answer, 4);
                int bytes = Math.max(0, varint(answer) - 1);
                sink.partition(partition, next(answer, bytes, from[partition]), bytes);
                skip(answer, bytes);
                skipTags(answer);
            }
            skipTags(answer);
        }
    }

    /// Walks over the batches by their lengths, and sees that each begins where the one before ended.
    private static long next(ByteBuffer answer, int bytes, long from) throws IOException {
        int at = answer.position();
        int end = at + bytes;
        long next = -1;
        while (end - at >= BATCH_HEADER && end - at >= BATCH_OVERHEAD + answer.getInt(at + 8)) {
            long base = answer.getLong(at);
            if (next >= 0 ? base != next : base > from) {
                throw new IOException("a batch with offset " + base + " where " + (next >= 0 ? next : from) + " was due");
            }
            next = base + answer.getInt(at + LAST_OFFSET_DELTA_AT) + 1;
            at += BATCH_OVERHEAD + answer.getInt(at + 8);
        }
        return next < 0 ? from : next;
    }

    static void check(short code, String what) throws IOException {
        if (code != 0) {
            throw new IOException(what + ": " + Errors.forCode(code));
        }
    }

    private static int varint(ByteBuffer buffer) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = buffer.get();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static void skip(ByteBuffer buffer, int bytes) {
        if (bytes > 0) {
            buffer.position(buffer.position() + bytes);
        }
    }

    private static void skipTags(ByteBuffer buffer) {
        for (int tags = varint(buffer); tags > 0; tags--) {
            varint(buffer);
            skip(buffer, varint(buffer));
        }
    }
}
