package io.kurier.log.file;

import io.kurier.kernel.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// A checkpoint file of a data directory, an offset for each partition. Text: the version 0, the number of entries,
/// then `topic partition offset` lines.
public final class OffsetCheckpoint {
    /// Everything below was on the disk.
    public static final String RECOVERY_POINT = "recovery-point-offset-checkpoint";
    /// Where logs begin that begin inside a segment.
    public static final String LOG_START = "log-start-offset-checkpoint";
    /// High watermarks.
    public static final String REPLICATION = "replication-offset-checkpoint";
    /// Up to where logs are compacted.
    public static final String CLEANER = "cleaner-offset-checkpoint";

    private OffsetCheckpoint() {}

    /// Writes a checkpoint atomically.
    public static void write(Disk disk, Path file, Map<TopicPartition, Long> offsets) throws IOException {
        StringBuilder text = new StringBuilder();
        offsets.forEach((partition, offset) -> text.append(partition.topic())
                .append(' ')
                .append(partition.partition())
                .append(' ')
                .append((long) offset)
                .append('\n'));
        CheckpointLines.write(disk, file, offsets.size(), text);
    }

    /// Reads a checkpoint; a missing file is an empty one.
    ///
    /// @throws IOException if the file cannot be read or is not a checkpoint
    public static Map<TopicPartition, Long> read(Disk disk, Path file) throws IOException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (String line : CheckpointLines.read(disk, file)) {
            String[] parts = line.split(" ", -1);
            if (parts.length != 3) {
                throw new IOException("cannot use " + file + ": not 'topic partition offset': " + line);
            }
            try {
                offsets.put(new TopicPartition(parts[0], Integer.parseInt(parts[1])), Long.parseLong(parts[2]));
            } catch (NumberFormatException e) {
                throw new IOException("cannot use " + file + ": not 'topic partition offset': " + line, e);
            }
        }
        return offsets;
    }
}
