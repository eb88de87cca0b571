package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.WholeFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// A partition's `partition.metadata`: which topic the folder belongs to. Text of two lines: `version: 0` and
/// `topic_id: <id>`.
public final class PartitionMetadataFile {
    /// The file's name.
    public static final String NAME = "partition.metadata";

    private static final int MAX_BYTES = 4096;

    private PartitionMetadataFile() {}

    /// Writes the file into a folder, without a sync: it is made again if a power loss takes it.
    public static void write(Disk disk, Path folder, Uuid topicId) throws IOException {
        try (DiskFile file = disk.open(folder.resolve(NAME), Disk.Open.CREATE)) {
            file.truncate(0);
            String text = "version: 0\ntopic_id: " + topicId;
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    /// The topic's id; empty if the file is missing or does not hold one.
    ///
    /// @throws IOException if the file cannot be read, or has a later version
    public static Optional<Uuid> read(Disk disk, Path folder) throws IOException {
        Path path = folder.resolve(NAME);
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        Uuid id = null;
        String text = new String(WholeFiles.read(disk, path, MAX_BYTES), StandardCharsets.UTF_8);
        // A power loss before the first sync may leave zeros for what was written.
        for (String line : text.replace("\0", "").lines().toList()) {
            String[] parts = line.split(":", 2);
            if (parts.length == 2
                    && parts[0].strip().equals("version")
                    && parts[1].strip().matches("[1-9]\\d*")) {
                throw new IOException("cannot use " + path + ": it has the unknown version " + parts[1].strip());
            }
            if (parts.length == 2 && parts[0].strip().equals("topic_id")) {
                id = parse(parts[1].strip());
            }
        }
        return Optional.ofNullable(id);
    }

    private static @org.jspecify.annotations.Nullable Uuid parse(String text) {
        try {
            return Uuid.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
