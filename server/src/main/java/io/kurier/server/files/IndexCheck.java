package io.kurier.server.files;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.log.file.OffsetIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Checks an index of a segment: whether its entries ascend, and whether what they say of the segment is so.
public final class IndexCheck {
    private final Disk disk;

    /// Looks into files of this disk.
    public IndexCheck(Disk disk) {
        this.disk = disk;
    }

    /// An entry of an `.index` that the segment beside it contradicts.
    ///
    /// @param logOffset last offset of the batch at the entry's position; -1 if no batch begins there
    public record Mismatch(long indexOffset, long logOffset) {}

    /// Whether the entries of an `.index` or a `.timeindex` ascend and the file ends with a whole one.
    ///
    /// @throws IOException if the file cannot be read or is neither
    public boolean isSane(Path index) throws IOException {
        List<FileRow> rows = rows(index);
        long first = Long.MIN_VALUE;
        long second = Long.MIN_VALUE;
        for (FileRow row : rows) {
            if (row.kind() == FileRow.Kind.PROBLEM) {
                return false;
            }
            List<Long> values = numbers(row);
            if (values.get(0) <= first || values.get(1) < second) {
                return false;
            }
            first = values.get(0);
            second = values.get(1);
        }
        return true;
    }

    /// The entries of an `.index` whose batches do not lie where they say.
    ///
    /// @throws IOException if the index or its segment cannot be read
    public List<Mismatch> mismatches(Path index) throws IOException {
        String name = String.valueOf(index.getFileName());
        Path log = index.resolveSibling(name.substring(0, name.length() - "index".length()) + "log");
        List<Mismatch> mismatches = new ArrayList<>();
        try (DiskFile open = disk.open(log, Disk.Open.READ)) {
            for (FileRow row : rows(index)) {
                if (row.kind() != FileRow.Kind.ENTRY) {
                    continue;
                }
                List<Long> values = numbers(row);
                long offset = values.get(0);
                long position = values.get(1);
                OptionalLong found = BatchRows.lastOffsetAt(open, position);
                if (found.isEmpty() || found.getAsLong() != offset) {
                    mismatches.add(new Mismatch(offset, found.orElse(-1)));
                }
            }
        }
        return mismatches;
    }

    /// How many entries an `.index` has room for; 0 for an empty one.
    ///
    /// @throws IOException if the file cannot be read
    public long entries(Path index) throws IOException {
        return disk.size(index) / OffsetIndex.ENTRY_BYTES;
    }

    private static List<Long> numbers(FileRow row) {
        return row.fields().values().stream()
                .map(value -> value instanceof Number number ? number.longValue() : 0L)
                .toList();
    }

    private List<FileRow> rows(Path index) throws IOException {
        List<FileRow> rows = new ArrayList<>();
        new FileDump(disk, FileDump.Options.batches()).read(index, rows::add);
        return rows;
    }
}
