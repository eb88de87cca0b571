package io.kurier.tests.attacks.guided;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.protocol.telemetry.InvalidTelemetryException;
import io.kurier.protocol.telemetry.OtlpMetrics;
import io.kurier.protocol.telemetry.TelemetryCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

/// Metrics that a client pushes: one byte for the codec, then the bytes. They are read within the limits or refused.
final class TelemetryTarget implements Target {
    private static final int MAX_BYTES = 64 << 10;
    private static final OtlpMetrics.Limits LIMITS = new OtlpMetrics.Limits(100, 4, 50);
    private static final long ALLOWED_BYTES = 24 << 20;

    @Override
    public void accept(byte[] input) throws Exception {
        if (input.length > 0 && TelemetryCodec.isKnown(input[0])) {
            Allocation.bounded(ALLOWED_BYTES, () -> read(input));
        }
    }

    private static void read(byte[] input) {
        try {
            byte[] plain = TelemetryCodec.decompress(
                    input[0], ByteBuffer.wrap(input, 1, input.length - 1).slice(), MAX_BYTES);
            assertThat(plain.length).isLessThanOrEqualTo(MAX_BYTES);
            OtlpMetrics.Content content = OtlpMetrics.read(plain, LIMITS);
            assertThat(content.points().size()).isLessThanOrEqualTo(LIMITS.points());
        } catch (InvalidTelemetryException e) {
            assertThat(e).hasMessageMatching("(?s).*\\w{3,} \\w+.*");
        }
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        byte[] plain = metrics();
        List<byte[]> seeds = new ArrayList<>();
        for (CompressionType codec : CompressionType.values()) {
            var packed = new ByteBufferOutputStream(512);
            try (OutputStream out =
                    Compression.of(codec).build().wrapForOutput(packed, RecordBatch.CURRENT_MAGIC_VALUE)) {
                out.write(plain);
            }
            ByteBuffer bytes = packed.buffer().flip();
            seeds.add(ByteBuffer.allocate(1 + bytes.remaining())
                    .put(codec.id)
                    .put(bytes)
                    .array());
        }
        return seeds;
    }

    /// One gauge and one sum of a client with one attribute, by opentelemetry-proto's field numbers.
    private static byte[] metrics() {
        byte[] attribute = message(1, text("client.rack"), 2, field(1, text("a")));
        byte[] value = ByteBuffer.allocate(9)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .put((byte) (4 << 3 | 1))
                .putDouble(2.5)
                .array();
        byte[] gauge = message(1, text("org.apache.kafka.producer.x"), 5, field(1, value));
        byte[] sum = message(1, text("y"), 7, join(field(1, value), new byte[] {2 << 3, 2, 3 << 3, 1}));
        byte[] scope = join(field(2, gauge), field(2, sum));
        return field(1, message(1, field(1, attribute), 2, scope));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] message(int first, byte[] one, int second, byte[] other) {
        return join(field(first, one), field(second, other));
    }

    private static byte[] field(int number, byte[] bytes) {
        ByteBuffer field = ByteBuffer.allocate(bytes.length + 3).put((byte) (number << 3 | 2));
        if (bytes.length > 127) {
            field.put((byte) (bytes.length & 127 | 128)).put((byte) (bytes.length >> 7));
        } else {
            field.put((byte) bytes.length);
        }
        return java.util.Arrays.copyOf(field.put(bytes).array(), field.position());
    }

    private static byte[] join(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }
}
