package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.WholeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// What all checkpoint files share: the version 0, the number of entries, and an entry a line.
final class CheckpointLines {
    private static final int MAX_BYTES = 256 << 20;

    private CheckpointLines() {}

    static void write(Disk disk, Path file, int entries, CharSequence lines) throws IOException {
        String text = "0\n" + entries + "\n" + lines;
        WholeFiles.writeAtomically(disk, file, text.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> read(Disk disk, Path file) throws IOException {
        if (!disk.exists(file)) {
            return List.of();
        }
        String text = new String(WholeFiles.read(disk, file, MAX_BYTES), StandardCharsets.UTF_8);
        List<String> lines = text.lines().toList();
        if (lines.isEmpty()) {
            return List.of();
        }
        if (!lines.getFirst().equals("0")) {
            throw new IOException("cannot use " + file + ": it has the unknown version '" + lines.getFirst() + "'");
        }
        if (lines.size() < 2 || !lines.get(1).equals(Integer.toString(lines.size() - 2))) {
            throw new IOException(
                    "cannot use " + file + ": the number of entries in its second line is not that of its lines");
        }
        return lines.subList(2, lines.size());
    }
}
