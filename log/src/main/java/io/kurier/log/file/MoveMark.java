package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.WholeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// `kurier.moved-to` in a partition's folder: all of it, and what came later, is in another data directory of this
/// node. Writing it is the one moment at which a partition changes its directory. Text: the other directory's id.
public final class MoveMark {
    /// The file's name.
    public static final String NAME = "kurier.moved-to";

    private static final int MAX_BYTES = 4096;

    private MoveMark() {}

    /// Leaves the mark, durably.
    public static void write(Disk disk, Path folder, Uuid directoryId) throws IOException {
        WholeFiles.writeAtomically(
                disk, folder.resolve(NAME), directoryId.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Where the partition went, empty if it is still here.
    ///
    /// @throws IOException if the file cannot be read or does not hold an id
    public static Optional<Uuid> read(Disk disk, Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        String id = new String(WholeFiles.read(disk, file, MAX_BYTES), StandardCharsets.UTF_8).strip();
        try {
            return Optional.of(Uuid.fromString(id));
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot use " + file + ": it does not hold the id of a directory", e);
        }
    }
}
