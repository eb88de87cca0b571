package io.kurier.protocol.records;

import java.nio.ByteBuffer;

/// The bytes that compressed records begin with: they show a batch that names the wrong codec without decompressing it.
/// GZIP (RFC 1952), LZ4 frames, Zstandard (RFC 8878). Snappy's raw blocks have no such mark.
final class CodecMarks {
    private static final int GZIP = 0x1f8b;
    private static final int LZ4 = 0x04224d18;
    private static final int ZSTD = 0x28b52ffd;

    private CodecMarks() {}

    /// Whether a whole batch's records may be in the codec that it names.
    static boolean fit(BatchView batch) {
        ByteBuffer bytes = batch.buffer();
        int records = batch.start() + BatchView.HEADER_BYTES;
        int length = batch.end() - records;
        return switch (batch.codec()) {
            case 1 -> length >= 2 && (bytes.getShort(records) & 0xffff) == GZIP;
            case 2 -> length >= 1;
            case 3 -> length >= 4 && bytes.getInt(records) == LZ4;
            case 4 -> length >= 4 && bytes.getInt(records) == ZSTD;
            default -> true;
        };
    }
}
