package io.kurier.protocol.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TelemetryCodecTest {
    private static final int MIB = 1 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void whatClientsCompressComesOut(CompressionType type) throws Exception {
        byte[] content = new byte[100_000];
        new Random(7).nextBytes(content);

        ByteBuffer compressed = compress(type, content, 1);

        assertThat(TelemetryCodec.decompress(type.id, compressed, MIB)).isEqualTo(content);
        assertThat(TelemetryCodec.decompress(type.id, compressed, content.length))
                .as("exactly as much as is allowed, and read twice")
                .isEqualTo(content);
        assertThatThrownBy(() -> TelemetryCodec.decompress(type.id, compressed, content.length - 1))
                .isInstanceOf(InvalidTelemetryException.class);
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void aBombCostsNoMoreThanTheBound(CompressionType type) throws Exception {
        ByteBuffer bomb = compress(type, new byte[MIB], 64);

        long allocated = allocatedBy(() -> assertThatThrownBy(() -> TelemetryCodec.decompress(type.id, bomb, MIB))
                .isInstanceOf(InvalidTelemetryException.class)
                .hasMessageContaining(String.valueOf(MIB)));

        assertThat(allocated).isLessThan(16L * MIB);
    }

    @Test
    void aSnappyBlockThatClaimsTwoGigabytesCostsNothing() {
        ByteBuffer raw = ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, 7, 0, 0});
        ByteBuffer framed = ByteBuffer.allocate(40)
                .putLong(0x82_53_4E_41_50_50_59_00L)
                .putInt(1)
                .putInt(1)
                .putInt(6)
                .put(new byte[] {-1, -1, -1, -1, 7, 0})
                .flip();
        for (ByteBuffer claim : new ByteBuffer[] {raw, framed}) {
            long allocated = allocatedBy(() -> assertThatThrownBy(
                            () -> TelemetryCodec.decompress(CompressionType.SNAPPY.id, claim, MIB))
                    .isInstanceOf(InvalidTelemetryException.class)
                    .hasMessageContaining("claim 2147483647 bytes"));
            assertThat(allocated).isLessThan(4L * MIB);
        }
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void garbageIsRefusedOrHarmless(CompressionType type) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ByteBuffer valid = compress(type, new byte[5_000], 1);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = new byte[valid.remaining()];
            valid.duplicate().get(damaged);
            for (int flips = 0; flips <= random.nextInt(4); flips++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            ByteBuffer bytes = ByteBuffer.wrap(damaged, 0, 1 + random.nextInt(damaged.length));
            try {
                assertThat(TelemetryCodec.decompress(type.id, bytes, MIB)).hasSizeLessThanOrEqualTo(MIB);
            } catch (InvalidTelemetryException expected) {
                assertThat(expected).as("seed " + seed).hasMessageMatching("(?s).+");
            }
        }
    }

    @Test
    void codecsThatDoNotExistAreNotKnown() {
        assertThat(TelemetryCodec.accepted()).containsExactly((byte) 4, (byte) 3, (byte) 1, (byte) 2);
        assertThat(TelemetryCodec.isKnown((byte) 0)).isTrue();
        assertThat(TelemetryCodec.isKnown((byte) 5)).isFalse();
        assertThat(TelemetryCodec.isKnown((byte) -1)).isFalse();
    }

    private static ByteBuffer compress(CompressionType type, byte[] content, int times) throws IOException {
        ByteBufferOutputStream out = new ByteBufferOutputStream(1024);
        try (OutputStream in = Compression.of(type).build().wrapForOutput(out, (byte) 2)) {
            for (int i = 0; i < times; i++) {
                in.write(content);
            }
        }
        return out.buffer().flip();
    }

    private static long allocatedBy(Runnable work) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
