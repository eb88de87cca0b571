package io.kurier.tests.attacks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.CompressionType;

/// A batch in one zstd frame (RFC 8878) that asks for a window of 128 MiB, the most that decoders grant, and fills it
/// with a few hundred bytes on the wire for each 10 MiB.
final class WindowBomb {
    private static final byte[] MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
    /// No content size, no checksum, no dictionary; a window of 2^(10 + 17) bytes.
    private static final byte[] FRAME_HEADER = {0, (byte) (17 << 3)};

    private static final int RAW = 0;
    private static final int REPEATED = 1;
    private static final int BLOCK_BYTES = 128 << 10;

    private WindowBomb() {}

    /// @param records how many, each with a key and a value of so many zeros
    static byte[] batch(int records, int valueBytes) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.writeBytes(FRAME_HEADER);
        for (int i = 0; i < records; i++) {
            byte[] value = BombsIT.varint(valueBytes);
            byte[] length = BombsIT.varint(5 + value.length + valueBytes + 1);
            ByteBuffer head = ByteBuffer.allocate(length.length + 5 + value.length);
            head.put(length).put(new byte[] {0, 0, 0, 2, 'k'}).put(value);
            block(out, RAW, head.capacity(), false);
            out.writeBytes(head.array());
            int zeros = valueBytes + 1; // no headers
            while (zeros > 0) {
                int some = Math.min(zeros, BLOCK_BYTES);
                zeros -= some;
                block(out, REPEATED, some, i == records - 1 && zeros == 0);
                out.write(0);
            }
        }
        return BombsIT.batch(CompressionType.ZSTD, records, ByteBuffer.wrap(out.toByteArray()));
    }

    private static void block(ByteArrayOutputStream out, int type, int size, boolean last) {
        int header = size << 3 | type << 1 | (last ? 1 : 0);
        out.write(header);
        out.write(header >> 8);
        out.write(header >> 16);
    }
}
