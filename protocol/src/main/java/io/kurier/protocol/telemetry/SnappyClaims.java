package io.kurier.protocol.telemetry;

import java.nio.ByteBuffer;

/// The sizes that snappy blocks claim, looked at before anything is decompressed: the decompressor makes room for a
/// block by its claim.
///
/// Layout: either one raw block, or the frames of the Java library: 8 bytes magic, two versions of 4 bytes, then blocks
/// with a length of 4 bytes each. A block begins with its decompressed length as a varint.
final class SnappyClaims {
    private static final long MAGIC = 0x82_53_4E_41_50_50_59_00L;
    private static final int HEADER_BYTES = 16;

    private SnappyClaims() {}

    /// @throws InvalidTelemetryException if the blocks claim more than `maxBytes` together, or lie about their lengths
    static void check(ByteBuffer bytes, int maxBytes) throws InvalidTelemetryException {
        if (bytes.remaining() < HEADER_BYTES || bytes.getLong(bytes.position()) != MAGIC) {
            checkClaim(claim(bytes), maxBytes);
            return;
        }
        bytes.position(bytes.position() + HEADER_BYTES);
        long claimed = 0;
        while (bytes.hasRemaining()) {
            int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw new InvalidTelemetryException("A snappy block is cut short");
            }
            claimed += claim(bytes.slice(bytes.position(), length));
            checkClaim(claimed, maxBytes);
            bytes.position(bytes.position() + length);
        }
    }

    private static void checkClaim(long claimed, int maxBytes) throws InvalidTelemetryException {
        if (claimed > maxBytes) {
            throw new InvalidTelemetryException(
                    "The metrics claim " + claimed + " bytes, and " + maxBytes + " are allowed");
        }
    }

    private static long claim(ByteBuffer block) throws InvalidTelemetryException {
        long value = 0;
        for (int shift = 0; shift < 35 && block.hasRemaining(); shift += 7) {
            byte next = block.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new InvalidTelemetryException("A snappy block has no length");
    }
}
