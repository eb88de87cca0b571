package io.kurier.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// One file's bytes: as programs see them, as the platter has them, and the changes in between, in order.
final class SimInode implements SimTree.Node {
    static final int SECTOR_BYTES = 512;

    private final SimBytes current;
    private final SimBytes durable;
    private final List<Change> unsynced = new ArrayList<>();
    long modifiedMs;
    /// How often the disk had forgotten what is in memory when this file was loaded.
    long loadedAtChill;

    SimInode(long modifiedMs) {
        this(new SimBytes(), new SimBytes(), modifiedMs);
    }

    private SimInode(SimBytes current, SimBytes durable, long modifiedMs) {
        this.current = current;
        this.durable = durable;
        this.modifiedMs = modifiedMs;
    }

    private sealed interface Change {}

    private static final class Write implements Change {
        final long position;
        final byte[] bytes;

        Write(long position, byte[] bytes) {
            this.position = position;
            this.bytes = bytes;
        }
    }

    private record Truncate(long size) implements Change {}

    long size() {
        return current.size();
    }

    long durableSize() {
        return durable.size();
    }

    int read(ByteBuffer into, long position) {
        return current.read(into, position);
    }

    void write(byte[] bytes, long position) {
        current.write(position, bytes, 0, bytes.length);
        unsynced.add(new Write(position, bytes));
    }

    void truncate(long size) {
        if (size < current.size()) {
            current.truncate(size);
            unsynced.add(new Truncate(size));
        }
    }

    void sync() {
        for (Change change : unsynced) {
            switch (change) {
                case Write write -> durable.write(write.position, write.bytes, 0, write.bytes.length);
                case Truncate(long size) -> durable.truncate(size);
            }
        }
        unsynced.clear();
    }

    /// What a failed fsync leaves: some changes reached the platter, the rest never will, and the next fsync succeeds
    /// without them although programs still see them (the page cache counts them as written).
    void failSync(RandomGenerator random) {
        keepSome(random);
    }

    void losePower(RandomGenerator random) {
        keepSome(random);
        current.become(durable);
    }

    /// Flips one bit for programs and platter alike, as bit rot does.
    void flip(long position, int bit) throws IOException {
        if (position >= current.size()) {
            throw new IOException("cannot flip a bit at " + position + ": the file has " + current.size() + " bytes");
        }
        current.flip(position, bit);
        if (position < durable.size()) {
            durable.flip(position, bit);
        }
    }

    byte[] durableBytes() {
        return durable.copy();
    }

    byte[] bytes() {
        return current.copy();
    }

    SimInode fork() {
        SimInode fork = new SimInode(new SimBytes(), new SimBytes(), modifiedMs);
        fork.current.become(durable);
        fork.durable.become(durable);
        return fork;
    }

    /// Brings a random part of the unsynced changes to the platter and forgets the others: nothing, everything, the
    /// first ones with the next torn, or any sectors of any of them; sometimes with the length but not the bytes
    /// (zeros).
    private void keepSome(RandomGenerator random) {
        if (unsynced.isEmpty()) {
            return;
        }
        long fullSize = current.size();
        switch (random.nextInt(8)) {
            case 0 -> unsynced.clear();
            case 1 -> sync();
            case 2, 3, 4 -> keepPrefix(random);
            default -> keepSectors(random);
        }
        if (durable.size() < fullSize && random.nextInt(6) == 0) {
            long from = durable.size();
            durable.extend(from + 1 + random.nextLong(fullSize - from));
        }
        unsynced.clear();
    }

    private void keepPrefix(RandomGenerator random) {
        int whole = random.nextInt(unsynced.size());
        Change torn = unsynced.get(whole);
        unsynced.subList(whole, unsynced.size()).clear();
        sync();
        if (torn instanceof Write write && write.bytes.length > 0) {
            durable.write(write.position, write.bytes, 0, random.nextInt(write.bytes.length));
        }
    }

    private void keepSectors(RandomGenerator random) {
        int keepOf8 = 1 + random.nextInt(7);
        int last = unsynced.size() - 1;
        for (int i = 0; i <= last; i++) {
            switch (unsynced.get(i)) {
                case Truncate(long size) -> {
                    if (random.nextInt(8) < keepOf8) {
                        durable.truncate(size);
                    }
                }
                case Write write -> {
                    int end = write.bytes.length;
                    if (i == last && end > 0 && random.nextBoolean()) {
                        end = random.nextInt(end);
                    }
                    keepSectorsOf(write, end, keepOf8, random);
                }
            }
        }
    }

    private void keepSectorsOf(Write write, int end, int keepOf8, RandomGenerator random) {
        int from = 0;
        while (from < end) {
            int toSectorEnd = SECTOR_BYTES - (int) ((write.position + from) % SECTOR_BYTES);
            int length = Math.min(end - from, toSectorEnd);
            if (random.nextInt(8) < keepOf8) {
                durable.write(write.position + from, write.bytes, from, length);
            }
            from += length;
        }
    }
}
