package io.kurier.server.files;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.log.file.OffsetIndex;
import io.kurier.log.file.ProducerSnapshotFile;
import io.kurier.log.file.TimeIndex;
import io.kurier.log.file.TransactionIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Reads the files of a data directory for people: `.log`, `.index`, `.timeindex`, `.txnindex`, `.snapshot`, and
/// `.checkpoint` of the metadata log. Changes nothing, and holds one batch in memory at a time.
public final class FileDump {
    private static final int SLICE_ENTRIES = 4096;

    private final Disk disk;
    private final Options options;

    /// How records are shown.
    public enum Decoder {
        /// As text.
        TEXT,
        /// As the records of `__consumer_offsets`.
        GROUPS,
        /// As the records of the cluster's metadata.
        METADATA,
        /// As the records of `__transaction_state`.
        TRANSACTIONS
    }

    /// What to show.
    ///
    /// @param records whether to look into batches
    /// @param payload whether to show keys and values
    /// @param maxBytes where to stop in a `.log`, as soon as so many bytes were read
    public record Options(boolean records, boolean payload, Decoder decoder, long maxBytes) {
        /// Batches without their records.
        public static Options batches() {
            return new Options(false, false, Decoder.TEXT, Long.MAX_VALUE);
        }
    }

    /// Looks into files of this disk.
    public FileDump(Disk disk, Options options) {
        this.disk = disk;
        this.options = options;
    }

    /// Hands over what lies in a file, row by row.
    ///
    /// @throws IOException if it cannot be read, or has a name that is none of a data directory's
    public void read(Path file, Consumer<FileRow> out) throws IOException {
        String name = String.valueOf(file.getFileName());
        switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "log", "checkpoint" -> new BatchRows(disk, file, options).read(out);
            case "index" ->
                entries(
                        file,
                        OffsetIndex.ENTRY_BYTES,
                        entry -> FileRow.of(
                                FileRow.Kind.ENTRY, "offset", base(name) + entry.getInt(), "position", entry.getInt()),
                        out);
            case "timeindex" ->
                entries(
                        file,
                        TimeIndex.ENTRY_BYTES,
                        entry -> FileRow.of(
                                FileRow.Kind.ENTRY,
                                "timestamp",
                                entry.getLong(),
                                "offset",
                                base(name) + entry.getInt()),
                        out);
            case "txnindex" -> entries(file, TransactionIndex.ENTRY_BYTES, FileDump::aborted, out);
            case "snapshot" -> producers(file, out);
            default ->
                throw new IOException(
                        file + " is none of .log, .index, .timeindex, .txnindex, .snapshot and" + " .checkpoint");
        }
    }

    /// How a row is made of an entry's bytes.
    private interface Reading {
        FileRow row(ByteBuffer entry);
    }

    private void entries(Path file, int entryBytes, Reading reading, Consumer<FileRow> out) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Open.READ)) {
            long size = open.size();
            long position = 0;
            boolean zeroes = false;
            while (position + entryBytes <= size && !zeroes) {
                ByteBuffer slice = ByteBuffer.allocate(
                        (int) Math.min((long) SLICE_ENTRIES * entryBytes, (size - position) / entryBytes * entryBytes));
                while (slice.hasRemaining() && open.read(slice, position + slice.position()) > 0) {}
                position += slice.position();
                slice.flip();
                for (int at = 0; at + entryBytes <= slice.limit(); at += entryBytes) {
                    ByteBuffer entry = slice.slice(at, entryBytes);
                    // Kafka makes the files of an active segment longer than they are, with zeroes.
                    zeroes = (position > slice.limit() || at > 0) && isZero(entry);
                    if (zeroes) {
                        break;
                    }
                    out.accept(reading.row(entry));
                }
            }
            if (size % entryBytes != 0) {
                out.accept(FileRow.of(
                        FileRow.Kind.PROBLEM, "torn", "the last " + size % entryBytes + " bytes are no whole entry"));
            }
        }
    }

    private static boolean isZero(ByteBuffer entry) {
        for (int i = 0; i < entry.limit(); i++) {
            if (entry.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /// The offset that a segment's name says.
    static long base(String name) {
        try {
            return Long.parseLong(name.substring(0, name.indexOf('.')));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static FileRow aborted(ByteBuffer entry) {
        return FileRow.of(
                FileRow.Kind.ENTRY,
                "version",
                entry.getShort(),
                "producerId",
                entry.getLong(),
                "firstOffset",
                entry.getLong(),
                "lastOffset",
                entry.getLong(),
                "lastStableOffset",
                entry.getLong());
    }

    private void producers(Path file, Consumer<FileRow> out) throws IOException {
        for (var producer : ProducerSnapshotFile.read(disk, file)) {
            OptionalLong open = producer.currentTxnFirstOffset() < 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(producer.currentTxnFirstOffset());
            int last = producer.lastSequence();
            out.accept(FileRow.of(
                    FileRow.Kind.ENTRY,
                    "producerId",
                    producer.producerId(),
                    "producerEpoch",
                    producer.producerEpoch(),
                    "coordinatorEpoch",
                    producer.coordinatorEpoch(),
                    "currentTxnFirstOffset",
                    open,
                    "lastTimestamp",
                    producer.timestampMs(),
                    "firstSequence",
                    last < 0 ? last : (last - producer.offsetDelta()) & Integer.MAX_VALUE,
                    "lastSequence",
                    last,
                    "lastOffset",
                    producer.lastOffset(),
                    "offsetDelta",
                    producer.offsetDelta(),
                    "timestamp",
                    producer.timestampMs()));
        }
    }
}
