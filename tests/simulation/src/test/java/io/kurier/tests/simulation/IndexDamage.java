package io.kurier.tests.simulation;

import io.kurier.testkit.SimDisk;
import io.kurier.tests.simulation.invariant.DiskLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/// Spoils offset indexes on a disk: they are hints, so nobody may ever notice.
final class IndexDamage {
    private static final int ENTRY_BYTES = 8;
    private static final int POSITION_AT = 4;

    private IndexDamage() {}

    /// Flips a bit in each index of a partition.
    static void flip(SimDisk disk, String folder, RandomGenerator random) {
        for (Path file : indexes(disk, folder)) {
            int bytes = bytes(disk, file).limit();
            if (bytes > 0) {
                flip(disk, file, random.nextInt(bytes), random.nextInt(8));
            }
        }
    }

    /// Has each entry of a partition's indexes name the place of the next one's batch, as in an index that was written
    /// for other batches: offsets and positions ascend, and a batch begins at each.
    static void shift(SimDisk disk, String folder) {
        for (Path file : indexes(disk, folder)) {
            ByteBuffer bytes = bytes(disk, file);
            for (int at = 0; at + 2 * ENTRY_BYTES <= bytes.limit(); at += ENTRY_BYTES) {
                int position = at + POSITION_AT;
                int difference = bytes.getInt(position) ^ bytes.getInt(position + ENTRY_BYTES);
                for (int bit = 0; bit < Integer.SIZE; bit++) {
                    if ((difference >>> bit & 1) == 1) {
                        flip(disk, file, position + 3 - bit / 8, bit % 8);
                    }
                }
            }
        }
    }

    private static List<Path> indexes(SimDisk disk, String folder) {
        return DiskLog.files(disk, folder, ".index");
    }

    private static ByteBuffer bytes(SimDisk disk, Path file) {
        try {
            return ByteBuffer.wrap(disk.bytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void flip(SimDisk disk, Path file, int position, int bit) {
        try {
            disk.flipBit(file, position, bit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
