package io.kurier.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes that grow, with zeros where nothing was written.
final class SimBytes {
    private byte[] bytes = new byte[64];
    private int size;

    long size() {
        return size;
    }

    int read(ByteBuffer into, long position) {
        if (position >= size) {
            return into.hasRemaining() ? -1 : 0;
        }
        int length = Math.min(into.remaining(), size - (int) position);
        into.put(bytes, (int) position, length);
        return length;
    }

    void write(long position, byte[] from, int offset, int length) {
        if (length > 0) {
            extend(position + length);
            System.arraycopy(from, offset, bytes, (int) position, length);
        }
    }

    /// Makes it at least that long.
    void extend(long toSize) {
        int wanted = Math.toIntExact(toSize);
        if (wanted > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(wanted, Math.toIntExact(Math.min(2L * bytes.length, 1 << 30))));
        }
        size = Math.max(size, wanted);
    }

    /// Makes it at most that long.
    void truncate(long toSize) {
        if (toSize < size) {
            Arrays.fill(bytes, (int) toSize, size, (byte) 0);
            size = (int) toSize;
        }
    }

    void flip(long position, int bit) {
        bytes[(int) position] ^= (byte) (1 << bit);
    }

    void become(SimBytes other) {
        bytes = Arrays.copyOf(other.bytes, other.bytes.length);
        size = other.size;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }
}
