package io.kurier.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The places in an encoded request where an idempotent producer's numbers stand (KIP-98). The batches are encoded
/// with a mark for a producer id; before each sending the next sequence is put in place and the checksum is made anew,
/// as a real producer does it for each batch.
final class Sequences {
    /// Stands for the producer id until one is known.
    static final long MARK = 0x5AA5_4321_1234_A55AL;

    private static final int LENGTH_AT = 8;
    private static final int OVERHEAD = 12;
    private static final int CHECKSUM_AT = 17;
    private static final int CHECKED_FROM = 21;
    private static final int PRODUCER_AT = 43;
    private static final int EPOCH_AT = 51;
    private static final int SEQUENCE_AT = 53;

    private final ByteBuffer frame;
    private final int[] batches;
    private final int recordsPerBatch;
    private int next;

    /// @param batches how many batches in the frame have the mark; 0 if they are not idempotent
    Sequences(ByteBuffer frame, int batches, int recordsPerBatch) {
        this.frame = frame;
        this.recordsPerBatch = recordsPerBatch;
        this.batches = new int[batches];
        int at = 0;
        for (int i = 0; i < batches; i++, at++) {
            while (frame.getLong(at) != MARK) {
                at++;
            }
            this.batches[i] = at - PRODUCER_AT;
        }
    }

    /// Takes an id; the sequences begin at 0.
    void begin(long producerId, short epoch) {
        next = 0;
        for (int batch : batches) {
            frame.putLong(batch + PRODUCER_AT, producerId);
            frame.putShort(batch + EPOCH_AT, epoch);
        }
    }

    /// Makes the frame the next one of its partitions.
    void advance() {
        for (int batch : batches) {
            frame.putInt(batch + SEQUENCE_AT, next);
            int end = batch + OVERHEAD + frame.getInt(batch + LENGTH_AT);
            var checksum = new CRC32C();
            checksum.update(frame.slice(batch + CHECKED_FROM, end - batch - CHECKED_FROM));
            frame.putInt(batch + CHECKSUM_AT, (int) checksum.getValue());
        }
        next = next + recordsPerBatch & Integer.MAX_VALUE;
    }
}
