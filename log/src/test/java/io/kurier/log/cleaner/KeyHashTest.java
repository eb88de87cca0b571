package io.kurier.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class KeyHashTest {
    /// The first vectors of the authors' reference implementation, with the key 00 01 02 ... 0f and the input of length
    /// 0, 1, ... that has the bytes 00, 01, ...
    private static final String[] VECTORS = {
        "a3817f04ba25a8e66df67214c7550293", "da87c1d86b99af44347659119b22fc45",
    };

    @Test
    void isSipHash() {
        for (int length = 0; length < VECTORS.length; length++) {
            byte[] input = new byte[length];
            for (int i = 0; i < length; i++) {
                input[i] = (byte) i;
            }
            assertThat(hash(ByteBuffer.wrap(input))).isEqualTo(VECTORS[length]);
        }
    }

    @Test
    void takesTheBytesBetweenPositionAndLimitWhereverTheyLie() {
        byte[] bytes = new byte[40];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 37);
        }
        for (int length = 0; length < 30; length++) {
            String expected = hash(ByteBuffer.wrap(java.util.Arrays.copyOfRange(bytes, 3, 3 + length)));
            ByteBuffer part = ByteBuffer.wrap(bytes, 3, length);
            assertThat(hash(part)).isEqualTo(expected);
            assertThat(hash(part.slice().asReadOnlyBuffer())).isEqualTo(expected);
            assertThat(hash(ByteBuffer.allocateDirect(length)
                            .put(part.duplicate())
                            .flip()))
                    .isEqualTo(expected);
            assertThat(part.position()).isEqualTo(3);
        }
    }

    private static String hash(ByteBuffer key) {
        KeyHash hash = new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        hash.of(key);
        ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(hash.low()).putLong(hash.high());
        return HexFormat.of().formatHex(bytes.array());
    }
}
