package io.kurier.protocol.records;

import java.nio.ByteBuffer;

/// The blocks of snappy-compressed records. Their reader makes room for what a block claims before it looks for it, so
/// the claims are held against the bytes first. Either blocks with their lengths behind a mark of 16 bytes (the framing
/// of the Java client), or one block alone; a block begins with its unpacked length as a varint.
final class SnappyBlocks {
    private static final int MARK = 0x82534e41;
    private static final int MARK_BYTES = 16;

    private SnappyBlocks() {}

    /// Whether each block of a whole batch lies inside it and unpacks to no more than so many bytes.
    static boolean fit(BatchView batch, int maxUnpackedBytes) {
        ByteBuffer bytes = batch.bytes();
        bytes.position(BatchView.HEADER_BYTES);
        if (bytes.remaining() < MARK_BYTES || bytes.getInt(bytes.position()) != MARK) {
            return unpacked(bytes, bytes.limit()) <= maxUnpackedBytes;
        }
        while (bytes.remaining() >= Integer.BYTES) {
            int length = bytes.getInt();
            if (length == MARK && bytes.remaining() >= MARK_BYTES - Integer.BYTES) {
                bytes.position(bytes.position() + MARK_BYTES - Integer.BYTES);
                continue;
            }
            if (length <= 0 || length > bytes.remaining()) {
                return false;
            }
            int end = bytes.position() + length;
            if (unpacked(bytes, end) > maxUnpackedBytes) {
                return false;
            }
            bytes.position(end);
        }
        return true;
    }

    private static long unpacked(ByteBuffer bytes, int end) {
        long value = 0;
        for (int shift = 0; shift < 35 && bytes.position() < end; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 127) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return Long.MAX_VALUE;
    }
}
