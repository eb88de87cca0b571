package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.apache.kafka.common.record.TimestampType;

/// One record batch of format version 2 as it lies in a buffer: its fields by position, without a copy.
///
/// Layout (KIP-98): baseOffset 8, batchLength 4, partitionLeaderEpoch 4, magic 1, crc 4, attributes 2, lastOffsetDelta
/// 4, baseTimestamp 8, maxTimestamp 8, producerId 8, producerEpoch 2, baseSequence 4, recordCount 4, records. The
/// checksum covers everything from the attributes on, so base offset and leader epoch can be set in place. The buffer's
/// own position and limit are never moved. Nothing is checked here except by [#isWhole]: see [BatchChecks].
///
/// @param buffer holds the batch; big-endian
/// @param start index of the batch's first byte in `buffer`
public record BatchView(ByteBuffer buffer, int start) {
    /// Bytes before the batch length's own scope: base offset and length.
    public static final int PREFIX_BYTES = 12;
    /// Bytes of a batch without records.
    public static final int HEADER_BYTES = 61;

    public static final byte MAGIC = 2;
    public static final long NO_PRODUCER_ID = -1;
    public static final short NO_PRODUCER_EPOCH = -1;
    public static final int NO_SEQUENCE = -1;
    public static final long NO_TIMESTAMP = -1;

    private static final int LENGTH = 8;
    private static final int LEADER_EPOCH = 12;
    private static final int MAGIC_AT = 16;
    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int BASE_TIMESTAMP = 27;
    private static final int MAX_TIMESTAMP = 35;
    private static final int PRODUCER_ID = 43;
    private static final int PRODUCER_EPOCH = 51;
    private static final int BASE_SEQUENCE = 53;
    private static final int COUNT = 57;

    private static final int CODEC_MASK = 0x07;
    private static final int LOG_APPEND_TIME_BIT = 0x08;
    private static final int TRANSACTIONAL_BIT = 0x10;
    private static final int CONTROL_BIT = 0x20;
    private static final int DELETE_HORIZON_BIT = 0x40;

    /// True if at least the header and then the whole declared length lies between `start` and the buffer's limit.
    public boolean isWhole() {
        int available = buffer.limit() - start;
        if (available < HEADER_BYTES) {
            return false;
        }
        int length = buffer.getInt(start + LENGTH);
        return length >= HEADER_BYTES - PREFIX_BYTES && length <= available - PREFIX_BYTES;
    }

    /// Bytes of the whole batch with its prefix, as it declares them.
    public int sizeInBytes() {
        return PREFIX_BYTES + buffer.getInt(start + LENGTH);
    }

    /// Index of the byte behind this batch.
    public int end() {
        return start + sizeInBytes();
    }

    /// The bytes of this batch alone, as a view.
    public ByteBuffer bytes() {
        return buffer.slice(start, sizeInBytes());
    }

    /// Offset of the first record, as the producer or the log wrote it.
    public long baseOffset() {
        return buffer.getLong(start);
    }

    /// Offset of the last record; a compacted batch keeps it even when that record is gone.
    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    /// The offset behind the batch.
    public long nextOffset() {
        return lastOffset() + 1;
    }

    /// The leader epoch under which it was appended.
    public int leaderEpoch() {
        return buffer.getInt(start + LEADER_EPOCH);
    }

    /// The format's version; 2 is the one that this class reads.
    public byte magic() {
        return buffer.get(start + MAGIC_AT);
    }

    /// The stored CRC-32C of everything from the attributes on.
    public int crc() {
        return buffer.getInt(start + CRC);
    }

    /// The bits for codec, timestamp type, transactional, control and delete horizon.
    public short attributes() {
        return buffer.getShort(start + ATTRIBUTES);
    }

    /// The codec's number: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd; 5 - 7 are not assigned.
    public int codec() {
        return attributes() & CODEC_MASK;
    }

    /// Whether the producer or the broker's append set the timestamps.
    public TimestampType timestampType() {
        return (attributes() & LOG_APPEND_TIME_BIT) == 0 ? TimestampType.CREATE_TIME : TimestampType.LOG_APPEND_TIME;
    }

    /// True if it belongs to a transaction.
    public boolean isTransactional() {
        return (attributes() & TRANSACTIONAL_BIT) != 0;
    }

    /// True if it holds markers that consumers do not see.
    public boolean isControl() {
        return (attributes() & CONTROL_BIT) != 0;
    }

    /// True if the base timestamp field holds the time at which compaction may drop the batch's tombstones.
    public boolean hasDeleteHorizon() {
        return (attributes() & DELETE_HORIZON_BIT) != 0;
    }

    /// Offset of the last record, counted from the first.
    public int lastOffsetDelta() {
        return buffer.getInt(start + LAST_OFFSET_DELTA);
    }

    /// What the records' timestamps count from, in milliseconds; see [#hasDeleteHorizon].
    public long baseTimestamp() {
        return buffer.getLong(start + BASE_TIMESTAMP);
    }

    /// The largest timestamp of its records in milliseconds, -1 for none.
    public long maxTimestamp() {
        return buffer.getLong(start + MAX_TIMESTAMP);
    }

    /// The largest timestamp of records that are still in it, -1 if compaction has left none: an emptied batch keeps
    /// its producer's [#maxTimestamp].
    public long newestRecordMs() {
        return count() == 0 ? NO_TIMESTAMP : maxTimestamp();
    }

    /// The idempotent producer's id, -1 for none.
    public long producerId() {
        return buffer.getLong(start + PRODUCER_ID);
    }

    /// True if an idempotent producer wrote it.
    public boolean hasProducerId() {
        return producerId() > NO_PRODUCER_ID;
    }

    /// The idempotent producer's epoch, -1 for none.
    public short producerEpoch() {
        return buffer.getShort(start + PRODUCER_EPOCH);
    }

    /// Sequence number of the first record, -1 for none.
    public int baseSequence() {
        return buffer.getInt(start + BASE_SEQUENCE);
    }

    /// Sequence of the last record; sequences wrap from 2^31 - 1 to 0.
    public int lastSequence() {
        int base = baseSequence();
        return base == NO_SEQUENCE ? NO_SEQUENCE : (base + lastOffsetDelta()) & Integer.MAX_VALUE;
    }

    /// How many records it declares.
    public int count() {
        return buffer.getInt(start + COUNT);
    }

    /// True if the checksum fits the bytes. The batch must be whole.
    public boolean checksumFits() {
        return computeCrc() == crc();
    }

    /// Gives the batch its place in the log; the checksum does not cover it.
    public void place(long baseOffset, int leaderEpoch) {
        buffer.putLong(start, baseOffset);
        buffer.putInt(start + LEADER_EPOCH, leaderEpoch);
    }

    /// Marks the batch with the time of its append (`message.timestamp.type=LogAppendTime`) and renews the checksum.
    public void stampAppendTime(long wallMs) {
        buffer.putShort(start + ATTRIBUTES, (short) (attributes() | LOG_APPEND_TIME_BIT));
        buffer.putLong(start + MAX_TIMESTAMP, wallMs);
        buffer.putInt(start + CRC, computeCrc());
    }

    /// Turns a batch that was copied with its header alone into one without records, and renews the checksum.
    void empty() {
        buffer.putInt(start + LENGTH, HEADER_BYTES - PREFIX_BYTES);
        buffer.putShort(start + ATTRIBUTES, (short) (attributes() & ~(CODEC_MASK | DELETE_HORIZON_BIT)));
        buffer.putLong(start + BASE_TIMESTAMP, maxTimestamp());
        buffer.putInt(start + COUNT, 0);
        buffer.putInt(start + CRC, computeCrc());
    }

    /// Gives it another base sequence and renews the checksum.
    void renumber(int baseSequence) {
        buffer.putInt(start + BASE_SEQUENCE, baseSequence);
        buffer.putInt(start + CRC, computeCrc());
    }

    private int computeCrc() {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(start + ATTRIBUTES, sizeInBytes() - ATTRIBUTES));
        return (int) crc.getValue();
    }
}
