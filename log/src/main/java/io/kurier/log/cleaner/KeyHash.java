package io.kurier.log.cleaner;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;

/// A hash of 16 bytes that stands for a record's key: SipHash-2-4-128 (Aumasson and Bernstein, 2012) under a secret of
/// this process. Two keys with one hash would lose one of them; without the secret nobody can find such a pair, as can
/// be done for MD5. One thread at a time.
public final class KeyHash {
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long key0;
    private final long key1;
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long low;
    private long high;

    /// With a new secret.
    public KeyHash(RandomGenerator random) {
        this(random.nextLong(), random.nextLong());
    }

    KeyHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /// Hashes the bytes between the buffer's position and limit, which stay.
    void of(ByteBuffer key) {
        int bytes = key.remaining();
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL ^ 0xee;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
        int at = key.position();
        int wholeEnd = at + (bytes & ~7);
        for (; at < wholeEnd; at += Long.BYTES) {
            mix((long) LONGS.get(key, at));
        }
        long rest = (long) bytes << 56;
        for (int i = 0; i < (bytes & 7); i++) {
            rest |= (key.get(at + i) & 0xffL) << (8 * i);
        }
        mix(rest);
        v2 ^= 0xee;
        rounds(4);
        low = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        rounds(4);
        high = v0 ^ v1 ^ v2 ^ v3;
    }

    /// The first eight bytes of the last hash.
    long low() {
        return low;
    }

    /// The other eight.
    long high() {
        return high;
    }

    private void mix(long word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }

    private void rounds(int count) {
        for (int i = 0; i < count; i++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
