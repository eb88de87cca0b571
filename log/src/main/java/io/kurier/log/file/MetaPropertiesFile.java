package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.WholeFiles;
import io.kurier.log.MetaProperties;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// A data directory's `meta.properties`, version 1: `version`, `cluster.id`, `node.id`, `directory.id`.
public final class MetaPropertiesFile {
    /// The file's name.
    public static final String NAME = "meta.properties";

    private static final int MAX_BYTES = 64 << 10;

    private MetaPropertiesFile() {}

    /// Writes the file atomically.
    public static void write(Disk disk, Path directory, MetaProperties meta) throws IOException {
        String text = "version=1\ncluster.id=" + meta.clusterId() + "\nnode.id=" + meta.nodeId() + "\ndirectory.id="
                + meta.directoryId() + "\n";
        WholeFiles.writeAtomically(disk, directory.resolve(NAME), text.getBytes(StandardCharsets.UTF_8));
    }

    /// Reads the file; empty if there is none. A file of Apache Kafka without `directory.id` gets `absentId`.
    ///
    /// @throws IOException if the file cannot be read or is not of version 1
    public static Optional<MetaProperties> read(Disk disk, Path directory, Uuid absentId) throws IOException {
        Path path = directory.resolve(NAME);
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        String text = new String(WholeFiles.read(disk, path, MAX_BYTES), StandardCharsets.UTF_8);
        try {
            properties.load(new StringReader(text));
            String version = required(path, properties, "version");
            if (!version.equals("1")) {
                throw new IOException("cannot use " + path + ": it has version " + version + ", where 1 is known"
                        + (version.equals("0") ? " (version 0 is of the ZooKeeper days)" : ""));
            }
            String id = properties.getProperty("directory.id");
            return Optional.of(new MetaProperties(
                    required(path, properties, "cluster.id"),
                    Integer.parseInt(required(path, properties, "node.id")),
                    id == null ? absentId : Uuid.fromString(id.strip())));
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot use " + path + ": " + e.getMessage(), e);
        }
    }

    private static String required(Path path, Properties properties, String name) throws IOException {
        @Nullable String value = properties.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new IOException("cannot use " + path + ": it has no " + name);
        }
        return value.strip();
    }
}
