package io.kurier.tests.simulation.invariant;

import io.kurier.protocol.records.BatchView;
import io.kurier.testkit.SimDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The batches of one replica as they lie in its files: no code of the node is asked.
public final class DiskLog {
    private static final Path DATA = Path.of("/data");

    private DiskLog() {}

    /// Up to the first byte that is no sound batch.
    ///
    /// @param durable only what a power loss surely leaves
    /// @param folder as `words-0`
    public static List<Entry> read(SimDisk disk, String folder, boolean durable) {
        List<Entry> entries = new ArrayList<>();
        for (Path file : disk.files(DATA.resolve(folder))) {
            if (file.toString().endsWith(".log") && !addAll(bytes(disk, file, durable), entries)) {
                break;
            }
        }
        return entries;
    }

    /// The files of one partition whose names end like this.
    public static List<Path> files(SimDisk disk, String folder, String ending) {
        return disk.files(DATA.resolve(folder)).stream()
                .filter(file -> file.toString().endsWith(ending))
                .toList();
    }

    private static byte[] bytes(SimDisk disk, Path file, boolean durable) {
        try {
            return durable ? disk.durableBytes(file) : disk.bytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean addAll(byte[] bytes, List<Entry> entries) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int at = 0;
        while (at < bytes.length) {
            BatchView batch = new BatchView(buffer, at);
            if (!batch.isWhole()
                    || !batch.checksumFits()
                    || !entries.isEmpty() && entries.getLast().nextOffset() != batch.baseOffset()) {
                return false;
            }
            entries.add(new Entry(batch.baseOffset(), batch.nextOffset(), batch.leaderEpoch(), batch.crc()));
            at = batch.end();
        }
        return true;
    }
}
