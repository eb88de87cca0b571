package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.WholeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `.kafka_cleanshutdown`: the last thing that a clean stop writes and the first that a start takes away. JSON:
/// `{"version":0,"brokerEpoch":-1}`.
public final class CleanMark {
    /// The file's name.
    public static final String NAME = ".kafka_cleanshutdown";

    /// The epoch of a broker that never had one.
    public static final long NO_EPOCH = -1;

    private static final int MAX_BYTES = 4096;
    private static final Pattern EPOCH = Pattern.compile("\"brokerEpoch\"\\s*:\\s*(-?\\d{1,18})");

    private CleanMark() {}

    /// Leaves the mark, durably.
    public static void write(Disk disk, Path directory, long brokerEpoch) throws IOException {
        String json = "{\"version\":0,\"brokerEpoch\":" + brokerEpoch + "}";
        WholeFiles.writeAtomically(disk, directory.resolve(NAME), json.getBytes(StandardCharsets.UTF_8));
    }

    /// True if the mark is there.
    public static boolean isThere(Disk disk, Path directory) {
        return disk.exists(directory.resolve(NAME));
    }

    /// Takes the mark away, durably. The broker epoch in it, [#NO_EPOCH] if it holds none; empty if there was no mark.
    public static Optional<Long> consume(Disk disk, Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        Matcher matcher = EPOCH.matcher(new String(WholeFiles.read(disk, path, MAX_BYTES), StandardCharsets.UTF_8));
        long epoch = matcher.find() ? Long.parseLong(matcher.group(1)) : NO_EPOCH;
        disk.delete(path);
        disk.syncDirectory(directory);
        return Optional.of(epoch);
    }
}
