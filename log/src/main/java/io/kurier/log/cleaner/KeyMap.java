package io.kurier.log.cleaner;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/// The newest offset of each key, in memory outside the heap: 24 bytes for a key, which is known by its hash. It grows
/// with its keys, as a small table stays in the processor's caches, and never beyond what it was given: the table that
/// is outgrown counts, too. One thread at a time; closing gives the memory back.
public final class KeyMap implements AutoCloseable {
    /// Bytes that a key takes.
    public static final int ENTRY_BYTES = 24;

    private static final long NONE = -1;
    private static final int LEAST_ENTRIES = 16;
    private static final int FIRST_ENTRIES = 1024;
    private static final int GROWTH = 16;

    private final double loadFactor;
    private final KeyHash hash;
    private final long mostSlots;
    private Table table;
    private long keys;

    /// @param bytes how large it may become
    /// @param loadFactor how much of it may be used, above 0 and below 1: a fuller one is slower
    public KeyMap(long bytes, double loadFactor, KeyHash hash) {
        this.loadFactor = loadFactor;
        this.hash = hash;
        this.mostSlots = Math.max(LEAST_ENTRIES, (bytes / ENTRY_BYTES - GROWTH) * GROWTH / (GROWTH + 1));
        long slots = mostSlots;
        while (slots / GROWTH >= FIRST_ENTRIES) {
            slots /= GROWTH;
        }
        this.table = new Table(slots);
    }

    /// Places for entries: a hash of 16 bytes, and the offset + 1, so that zero bytes are an empty place.
    private static final class Table implements AutoCloseable {
        final Arena arena = Arena.ofShared();
        final long slots;
        final MemorySegment memory;

        Table(long slots) {
            this.slots = slots;
            this.memory = arena.allocate(slots * ENTRY_BYTES, Long.BYTES);
        }

        /// Where the entry of a hash is, or would be.
        long find(long low, long high) {
            long slot = Math.unsignedMultiplyHigh(low, slots);
            while (true) {
                long at = slot * ENTRY_BYTES;
                if (offset(at) == NONE
                        || memory.get(ValueLayout.JAVA_LONG, at) == low
                                && memory.get(ValueLayout.JAVA_LONG, at + 8) == high) {
                    return at;
                }
                slot = slot + 1 == slots ? 0 : slot + 1;
            }
        }

        long offset(long at) {
            return memory.get(ValueLayout.JAVA_LONG, at + 16) - 1;
        }

        void set(long at, long low, long high, long offset) {
            memory.set(ValueLayout.JAVA_LONG, at, low);
            memory.set(ValueLayout.JAVA_LONG, at + 8, high);
            memory.set(ValueLayout.JAVA_LONG, at + 16, offset + 1);
        }

        void copyTo(Table larger) {
            for (long at = 0; at < slots * ENTRY_BYTES; at += ENTRY_BYTES) {
                if (offset(at) != NONE) {
                    long low = memory.get(ValueLayout.JAVA_LONG, at);
                    long high = memory.get(ValueLayout.JAVA_LONG, at + 8);
                    larger.set(larger.find(low, high), low, high, offset(at));
                }
            }
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /// How many keys are in it.
    public long keys() {
        return keys;
    }

    /// How many more keys there is surely room for.
    public long room() {
        return keysOf(mostSlots) - keys;
    }

    private long keysOf(long slots) {
        return Math.clamp((long) (slots * loadFactor), 1, slots - 1);
    }

    /// The newest record of a key has this offset, above all that came before.
    ///
    /// @param key between position and limit, which stay
    /// @throws IllegalStateException if there is no room
    public void put(ByteBuffer key, long offset) {
        hash.of(key);
        long at = table.find(hash.low(), hash.high());
        if (table.offset(at) == NONE) {
            if (room() <= 0) {
                throw new IllegalStateException("the map of keys is full");
            }
            if (keys == keysOf(table.slots)) {
                grow();
                at = table.find(hash.low(), hash.high());
            }
            keys++;
        }
        table.set(at, hash.low(), hash.high(), offset);
    }

    private void grow() {
        Table larger = new Table(Math.min(mostSlots, table.slots * GROWTH + GROWTH));
        try (Table outgrown = table) {
            outgrown.copyTo(larger);
        }
        table = larger;
    }

    /// The newest offset of a key, -1 if the key is not in it.
    public long get(ByteBuffer key) {
        hash.of(key);
        return table.offset(table.find(hash.low(), hash.high()));
    }

    @Override
    public void close() {
        table.close();
    }
}
