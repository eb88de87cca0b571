package io.kurier.log.cleaner;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/// The newest offset of each key, in one block of memory outside the heap that never grows: 24 bytes for a key, which
/// is known by its hash. One thread at a time; closing gives the memory back.
public final class KeyMap implements AutoCloseable {
    /// Bytes that a key takes.
    public static final int ENTRY_BYTES = 24;

    private static final long NONE = -1;
    private static final int LEAST_ENTRIES = 16;

    private final Arena arena = Arena.ofShared();
    private final KeyHash hash;
    private final MemorySegment memory;
    private final long slots;
    private final long mostKeys;
    private long keys;

    /// @param bytes how large the block is
    /// @param loadFactor how much of it may be used, above 0 and below 1: a fuller one is slower
    public KeyMap(long bytes, double loadFactor, KeyHash hash) {
        this.hash = hash;
        this.slots = Math.max(LEAST_ENTRIES, bytes / ENTRY_BYTES);
        this.mostKeys = Math.clamp((long) (slots * loadFactor), 1, slots - 1);
        this.memory = arena.allocate(slots * ENTRY_BYTES, Long.BYTES);
    }

    /// How many keys are in it.
    public long keys() {
        return keys;
    }

    /// How many more keys there is surely room for.
    public long room() {
        return mostKeys - keys;
    }

    /// Forgets everything.
    public void clear() {
        memory.fill((byte) 0);
        keys = 0;
    }

    /// The newest record of a key has this offset, above all that came before.
    ///
    /// @param key between position and limit, which stay
    /// @throws IllegalStateException if there is no room
    public void put(ByteBuffer key, long offset) {
        long at = find(key);
        if (offset(at) == NONE) {
            if (room() <= 0) {
                throw new IllegalStateException("the map of keys is full");
            }
            keys++;
            memory.set(ValueLayout.JAVA_LONG, at, hash.low());
            memory.set(ValueLayout.JAVA_LONG, at + 8, hash.high());
        }
        memory.set(ValueLayout.JAVA_LONG, at + 16, offset + 1);
    }

    /// The newest offset of a key, -1 if the key is not in it.
    public long get(ByteBuffer key) {
        return keys == 0 ? NONE : offset(find(key));
    }

    /// Zero bytes are an empty place.
    private long offset(long at) {
        return memory.get(ValueLayout.JAVA_LONG, at + 16) - 1;
    }

    private long find(ByteBuffer key) {
        hash.of(key);
        long slot = Math.unsignedMultiplyHigh(hash.low(), slots);
        while (true) {
            long at = slot * ENTRY_BYTES;
            if (offset(at) == NONE
                    || memory.get(ValueLayout.JAVA_LONG, at) == hash.low()
                            && memory.get(ValueLayout.JAVA_LONG, at + 8) == hash.high()) {
                return at;
            }
            slot = slot + 1 == slots ? 0 : slot + 1;
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
