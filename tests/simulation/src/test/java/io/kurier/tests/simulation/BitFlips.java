package io.kurier.tests.simulation;

import io.kurier.protocol.records.BatchView;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.sim.SimMachine;
import io.kurier.tests.simulation.invariant.DiskLog;
import io.kurier.tests.simulation.invariant.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Bits of records that have changed on the disks, at most one for each machine, so that they can be turned back.
/// Before a node starts they are: what recovery does with them (it cuts the log there) is another test's (`DamageSim`).
final class BitFlips {
    private static final int HEADER_BYTES = 61;

    /// One bit, in the batch that begins at `batchAt`.
    private record Flip(Path file, int batchAt, int position, int bit) {}

    private final Map<String, Flip> flips = new HashMap<>();

    /// Flips a bit in a durable batch, behind its header; nothing if one is flipped already, or there is none.
    ///
    /// @param folder of a partition whose log the node has recovered
    void flip(SimMachine machine, String folder, RandomGenerator random) {
        if (flips.containsKey(machine.name())) {
            return;
        }
        List<Flip> places = new ArrayList<>();
        for (Path file : DiskLog.files(machine.disk(), folder, ".log")) {
            ByteBuffer bytes = bytes(machine.disk(), file);
            bytes.limit((int) Math.min(bytes.limit(), durableSize(machine.disk(), file)));
            for (int at = 0; isSound(bytes, at); at = new BatchView(bytes, at).end()) {
                int behind = new BatchView(bytes, at).end() - at - HEADER_BYTES;
                places.add(new Flip(file, at, at + HEADER_BYTES + random.nextInt(behind), random.nextInt(8)));
            }
        }
        if (!places.isEmpty()) {
            Flip chosen = places.get(random.nextInt(places.size()));
            flips.put(machine.name(), chosen);
            turn(machine.disk(), chosen);
        }
    }

    /// Turns it back, if the batch is still there.
    void mend(SimMachine machine) {
        Flip flip = flips.remove(machine.name());
        if (flip != null && isStill(machine.disk(), flip)) {
            turn(machine.disk(), flip);
        }
    }

    /// The batches of one replica as they would be without the flip.
    List<Entry> read(SimMachine machine, String folder) {
        Flip flip = flips.get(machine.name());
        boolean here = flip != null && flip.file.getParent().endsWith(folder) && isStill(machine.disk(), flip);
        if (here) {
            turn(machine.disk(), flip);
        }
        List<Entry> entries = DiskLog.read(machine.disk(), folder, false);
        if (here) {
            turn(machine.disk(), flip);
        }
        return entries;
    }

    /// False once other bytes were written there, which are as they should be.
    private static boolean isStill(SimDisk disk, Flip flip) {
        if (!disk.files(flip.file.getParent()).contains(flip.file)) {
            return false;
        }
        ByteBuffer bytes = bytes(disk, flip.file);
        if (flip.position >= bytes.limit() || isSound(bytes, flip.batchAt)) {
            return false;
        }
        bytes.put(flip.position, (byte) (bytes.get(flip.position) ^ 1 << flip.bit));
        return isSound(bytes, flip.batchAt);
    }

    private static boolean isSound(ByteBuffer bytes, int at) {
        if (at >= bytes.limit()) {
            return false;
        }
        BatchView batch = new BatchView(bytes, at);
        return batch.isWhole() && batch.checksumFits();
    }

    private static ByteBuffer bytes(SimDisk disk, Path file) {
        try {
            return ByteBuffer.wrap(disk.bytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long durableSize(SimDisk disk, Path file) {
        try {
            return disk.durableSize(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void turn(SimDisk disk, Flip flip) {
        try {
            disk.flipBit(flip.file, flip.position, flip.bit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
