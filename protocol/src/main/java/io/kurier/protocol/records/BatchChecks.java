package io.kurier.protocol.records;

import static org.apache.kafka.common.protocol.Errors.CORRUPT_MESSAGE;
import static org.apache.kafka.common.protocol.Errors.INVALID_RECORD;
import static org.apache.kafka.common.protocol.Errors.MESSAGE_TOO_LARGE;
import static org.apache.kafka.common.protocol.Errors.UNSUPPORTED_FOR_MESSAGE_FORMAT;

import java.nio.ByteBuffer;

/// What a batch from outside must be before a log may store it as it is. Looks at headers and checksums only, except
/// where every record needs a key.
public final class BatchChecks {
    private static final int HIGHEST_CODEC = 4;

    private BatchChecks() {}

    /// Checks one batch that a producer sent: whole, of version 2, checksum, known codec, consistent counts and
    /// offsets, no larger than `maxBytes`, not a control batch.
    ///
    /// @return the batch's view
    /// @throws InvalidBatchException with the error to answer
    public static BatchView produced(ByteBuffer buffer, int start, int maxBytes) throws InvalidBatchException {
        BatchView batch = new BatchView(buffer, start);
        require(buffer.limit() - start > 16, CORRUPT_MESSAGE, "The batch is cut short: it has no header");
        require(
                batch.magic() == BatchView.MAGIC,
                batch.magic() == 0 || batch.magic() == 1 ? UNSUPPORTED_FOR_MESSAGE_FORMAT : CORRUPT_MESSAGE,
                "The batch has format version " + batch.magic() + "; only version 2 is stored");
        require(batch.isWhole(), CORRUPT_MESSAGE, "The batch is cut short or declares a wrong length");
        require(
                batch.sizeInBytes() <= maxBytes,
                MESSAGE_TOO_LARGE,
                () -> "The batch has " + batch.sizeInBytes() + " bytes, and max.message.bytes is " + maxBytes);
        require(batch.checksumFits(), CORRUPT_MESSAGE, "The batch's checksum does not fit its bytes");
        require(batch.codec() <= HIGHEST_CODEC, INVALID_RECORD, () -> "Unknown compression codec " + batch.codec());
        require(CodecMarks.fit(batch), INVALID_RECORD, () -> "The records are not in codec " + batch.codec());
        require(!batch.isControl(), INVALID_RECORD, "A producer may not write control batches");
        require(!batch.hasDeleteHorizon(), INVALID_RECORD, "A producer may not set a delete horizon");
        require(batch.count() > 0, INVALID_RECORD, "The batch holds no records");
        require(
                batch.lastOffsetDelta() == batch.count() - 1,
                INVALID_RECORD,
                () -> "The batch declares " + batch.count() + " records and last offset delta "
                        + batch.lastOffsetDelta());
        require(
                batch.codec() != 0
                        || batch.sizeInBytes() - BatchView.HEADER_BYTES >= (long) batch.count() * MIN_RECORD_BYTES,
                INVALID_RECORD,
                "The batch declares more records than its bytes can hold");
        checkProducer(batch);
        return batch;
    }

    /// A record is at least its length, attributes, two deltas, two lengths and a header count, one byte each.
    private static final int MIN_RECORD_BYTES = 7;

    private static void checkProducer(BatchView batch) throws InvalidBatchException {
        if (batch.hasProducerId()) {
            require(batch.producerEpoch() >= 0, INVALID_RECORD, "A batch with a producer id needs a producer epoch");
            require(batch.baseSequence() >= 0, INVALID_RECORD, "A batch with a producer id needs a sequence");
        } else {
            require(!batch.isTransactional(), INVALID_RECORD, "A transactional batch needs a producer id");
        }
    }

    /// Checks that every record has a key, as a compacted topic demands. Decompresses, and may wait for that: see
    /// [Unpacking].
    ///
    /// @throws InvalidBatchException with INVALID_RECORD
    public static void everyRecordHasKey(BatchView batch) throws InvalidBatchException {
        try {
            boolean all = Unpacking.of(batch, BatchChecks::allHaveKeys);
            require(all, INVALID_RECORD, "A compacted topic takes no records without a key");
        } catch (CorruptBatchException e) {
            throw new InvalidBatchException(INVALID_RECORD, "The records cannot be read: " + e.getMessage());
        }
    }

    private static void require(boolean holds, org.apache.kafka.common.protocol.Errors error, String message)
            throws InvalidBatchException {
        if (!holds) {
            throw new InvalidBatchException(error, message);
        }
    }

    private static boolean allHaveKeys(RecordIterator records) {
        while (records.hasNext()) {
            if (records.next().key() == null) {
                return false;
            }
        }
        return true;
    }

    private static void require(
            boolean holds, org.apache.kafka.common.protocol.Errors error, java.util.function.Supplier<String> message)
            throws InvalidBatchException {
        if (!holds) {
            throw new InvalidBatchException(error, message.get());
        }
    }
}
