package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.WholeFiles;
import io.kurier.log.producer.ProducerSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.CRC32C;

/// `<offset>.snapshot`: what the log knew about its producers when its end was at that offset. Version 1: version (2),
/// CRC-32C of all that follows (4), number of entries (4), entries of 46 bytes.
public final class ProducerSnapshotFile {
    private static final short VERSION = 1;
    private static final int CRC_AT = 2;
    private static final int ENTRIES_AT = 6;
    private static final int ENTRY_BYTES = 46;
    private static final int MAX_BYTES = 64 << 20;

    private ProducerSnapshotFile() {}

    /// The file's bytes.
    public static byte[] encode(Collection<ProducerSnapshot> producers) {
        ByteBuffer bytes = ByteBuffer.allocate(ENTRIES_AT + 4 + producers.size() * ENTRY_BYTES);
        bytes.putShort(VERSION).putInt(0).putInt(producers.size());
        for (ProducerSnapshot producer : producers) {
            bytes.putLong(producer.producerId())
                    .putShort(producer.producerEpoch())
                    .putInt(producer.lastSequence())
                    .putLong(producer.lastOffset())
                    .putInt(producer.offsetDelta())
                    .putLong(producer.timestampMs())
                    .putInt(producer.coordinatorEpoch())
                    .putLong(producer.currentTxnFirstOffset());
        }
        bytes.putInt(CRC_AT, crc(bytes.array()));
        return bytes.array();
    }

    /// Writes a snapshot atomically.
    public static void write(Disk disk, Path file, byte[] encoded) throws IOException {
        WholeFiles.writeAtomically(disk, file, encoded);
    }

    /// Reads a snapshot.
    ///
    /// @throws IOException if the file cannot be read, or is not a whole snapshot of this version
    public static List<ProducerSnapshot> read(Disk disk, Path file) throws IOException {
        byte[] array = WholeFiles.read(disk, file, MAX_BYTES);
        ByteBuffer bytes = ByteBuffer.wrap(array);
        if (array.length < ENTRIES_AT + 4) {
            throw new IOException("cannot use " + file + ": it is cut short");
        }
        short version = bytes.getShort(0);
        if (version != VERSION) {
            throw new IOException("cannot use " + file + ": it has the unknown version " + version);
        }
        if (bytes.getInt(CRC_AT) != crc(array)) {
            throw new IOException("cannot use " + file + ": its checksum does not fit its bytes");
        }
        int count = bytes.getInt(ENTRIES_AT);
        bytes.position(ENTRIES_AT + 4);
        if (count < 0 || bytes.remaining() != (long) count * ENTRY_BYTES) {
            throw new IOException(
                    "cannot use " + file + ": it declares " + count + " entries, which is not its length");
        }
        List<ProducerSnapshot> producers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            producers.add(new ProducerSnapshot(
                    bytes.getLong(),
                    bytes.getShort(),
                    bytes.getInt(),
                    bytes.getLong(),
                    bytes.getInt(),
                    bytes.getLong(),
                    bytes.getInt(),
                    bytes.getLong()));
        }
        return producers;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, ENTRIES_AT, bytes.length - ENTRIES_AT);
        return (int) crc.getValue();
    }
}
