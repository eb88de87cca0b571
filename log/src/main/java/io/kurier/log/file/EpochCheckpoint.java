package io.kurier.log.file;

import io.kurier.kernel.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A partition's `leader-epoch-checkpoint`: which leader epoch began at which offset, both ascending. Text: the version
/// 0, the number of entries, then `epoch startOffset` lines.
public final class EpochCheckpoint {
    /// The file's name.
    public static final String NAME = "leader-epoch-checkpoint";

    /// One epoch and the offset of its first record.
    public record Entry(int epoch, long startOffset) {}

    private EpochCheckpoint() {}

    /// Writes the file atomically.
    public static void write(Disk disk, Path file, List<Entry> entries) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Entry entry : entries) {
            text.append(entry.epoch()).append(' ').append(entry.startOffset()).append('\n');
        }
        CheckpointLines.write(disk, file, entries.size(), text);
    }

    /// Reads the file; a missing one is empty.
    ///
    /// @throws IOException if the file cannot be read, is not a checkpoint, or does not ascend
    public static List<Entry> read(Disk disk, Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : CheckpointLines.read(disk, file)) {
            Entry entry = parse(file, line);
            if (!entries.isEmpty()
                    && (entries.getLast().epoch() >= entry.epoch()
                            || entries.getLast().startOffset() > entry.startOffset())) {
                throw new IOException("cannot use " + file + ": its epochs do not ascend: " + line);
            }
            entries.add(entry);
        }
        return entries;
    }

    private static Entry parse(Path file, String line) throws IOException {
        String[] parts = line.split(" ", -1);
        try {
            if (parts.length == 2) {
                return new Entry(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
            }
        } catch (NumberFormatException e) {
            throw new IOException("cannot use " + file + ": not 'epoch startOffset': " + line, e);
        }
        throw new IOException("cannot use " + file + ": not 'epoch startOffset': " + line);
    }
}
