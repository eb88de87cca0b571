package io.kurier.protocol.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/// Decompresses what clients push. What comes out is bounded, and memory grows with what came out, never with what the
/// bytes claim: a bomb costs as much as the bound.
public final class TelemetryCodec {
    private static final int FIRST_BYTES = 16 << 10;
    /// Snappy's library tells bad input by errors; those of a missing native library are linkage errors.
    private static final String SNAPPY_PACKAGE = "org.xerial.snappy.";

    private TelemetryCodec() {}

    /// The codecs that clients may use, the one that costs them least for what it saves first: zstd, lz4, gzip, snappy,
    /// by their numbers in record batches.
    public static List<Byte> accepted() {
        return List.of(
                CompressionType.ZSTD.id, CompressionType.LZ4.id, CompressionType.GZIP.id, CompressionType.SNAPPY.id);
    }

    /// True if a push in this codec can be read; 0 is none.
    public static boolean isKnown(byte codec) {
        return codec >= 0 && codec < CompressionType.values().length;
    }

    /// The bytes of a push, decompressed. The buffer's position stays.
    ///
    /// @param codec for which [#isKnown] says true
    /// @param maxBytes how much may come out
    /// @throws InvalidTelemetryException if more would come out, or the bytes are not in that codec
    public static byte[] decompress(byte codec, ByteBuffer compressed, int maxBytes) throws InvalidTelemetryException {
        CompressionType type = CompressionType.forId(codec);
        if (type == CompressionType.SNAPPY) {
            SnappyClaims.check(compressed.duplicate(), maxBytes);
        }
        try (InputStream in = Compression.of(type)
                .build()
                .wrapForInput(compressed.duplicate(), RecordBatch.CURRENT_MAGIC_VALUE, BufferSupplier.NO_CACHING)) {
            return read(in, maxBytes);
        } catch (IOException | RuntimeException e) {
            throw unreadable(type, e);
        } catch (Error e) {
            if (e instanceof LinkageError || e.getClass().getName().startsWith(SNAPPY_PACKAGE)) {
                throw unreadable(type, e);
            }
            throw e;
        }
    }

    private static InvalidTelemetryException unreadable(CompressionType type, Throwable reason) {
        return new InvalidTelemetryException("The metrics are not in codec " + type.name + ": " + reason.getMessage());
    }

    private static byte[] read(InputStream in, int maxBytes) throws IOException, InvalidTelemetryException {
        byte[] bytes = new byte[Math.min(FIRST_BYTES, maxBytes)];
        int length = 0;
        while (true) {
            if (length == bytes.length) {
                int next = in.read();
                if (next < 0) {
                    return bytes;
                }
                if (length == maxBytes) {
                    throw new InvalidTelemetryException("The metrics have more than " + maxBytes + " bytes");
                }
                bytes = Arrays.copyOf(bytes, (int) Math.min(2L * length, maxBytes));
                bytes[length++] = (byte) next;
            }
            int count = in.read(bytes, length, bytes.length - length);
            if (count < 0) {
                return Arrays.copyOf(bytes, length);
            }
            length += count;
        }
    }
}
