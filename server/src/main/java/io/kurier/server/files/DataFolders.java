package io.kurier.server.files;

import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.raft.InitialVoters;
import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import io.kurier.log.MetaProperties;
import io.kurier.log.file.MetaPropertiesFile;
import io.kurier.server.config.HostPort;
import io.kurier.server.config.NodeConfig;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/// The data folders of a configuration, before a node opens them: whom they belong to, and giving them to a cluster.
/// `kurier start` does the latter by itself; this is for those who want the cluster's id beforehand.
public final class DataFolders {
    private static final String LOCK = ".lock";

    private final Disk disk;
    private final Set<Path> paths = new LinkedHashSet<>();
    private final Path metadata;

    /// The folders of a configuration; the metadata log's is one of them.
    public DataFolders(Disk disk, NodeConfig.Directories directories) {
        this.disk = disk;
        metadata = directories.metadata();
        paths.add(metadata);
        paths.addAll(directories.data());
    }

    /// One folder.
    ///
    /// @param exists whether it is there
    /// @param properties what its `meta.properties` says, in the order of the names; empty if it has none
    public record Folder(Path path, boolean exists, TreeMap<String, String> properties) {
        /// Whether it belongs to somebody.
        public boolean isFormatted() {
            return !properties.isEmpty();
        }
    }

    /// One of the voters that a cluster begins with.
    ///
    /// @param directoryId of the folder that its metadata log is going to lie in; reserved for the node itself, with
    ///     any
    /// @param at where the others reach it
    public record Voter(int nodeId, Uuid directoryId, HostPort at) {}

    /// The voters that a cluster begins with.
    ///
    /// @param ownDirectory the id that is given to the folder of the metadata log, or null for any
    /// @param listenerName of the controllers' listener
    public record Voters(@Nullable Uuid ownDirectory, String listenerName, List<Voter> all) {
        /// Nobody is written down.
        public static Voters none() {
            return new Voters(null, "", List.of());
        }

        private List<InitialVoters.Voter> with(Uuid ownId) {
            return all.stream()
                    .map(voter -> new InitialVoters.Voter(
                            voter.nodeId(),
                            voter.directoryId().equals(Uuid.ZERO_UUID) ? ownId : voter.directoryId(),
                            new Endpoint(
                                    listenerName, voter.at().host(), voter.at().port(), SecurityProtocol.PLAINTEXT)))
                    .toList();
        }
    }

    /// All folders, that of the metadata first.
    ///
    /// @throws IOException if a `meta.properties` cannot be read
    public List<Folder> look() throws IOException {
        List<Folder> folders = new ArrayList<>();
        for (Path path : paths) {
            TreeMap<String, String> properties = new TreeMap<>();
            Optional<MetaProperties> meta = MetaPropertiesFile.read(disk, path, Uuid.ZERO_UUID);
            if (meta.isPresent()) {
                properties.put("cluster.id", meta.get().clusterId());
                properties.put("node.id", String.valueOf(meta.get().nodeId()));
                properties.put("directory.id", meta.get().directoryId().toString());
                properties.put("version", "1");
            }
            folders.add(new Folder(path, disk.isDirectory(path), properties));
        }
        return folders;
    }

    /// Gives those folders that belong to nobody to a node of a cluster, durably.
    ///
    /// @param voters whom the cluster begins with, told the id of the metadata log's folder; they are written down
    ///     where that folder belonged to nobody. None where that is decided at the start, or by others
    /// @return those that were given
    /// @throws IOException if one cannot be written, or is in use
    public List<Path> format(String clusterId, int nodeId, Voters voters, RandomGenerator random) throws IOException {
        Uuid metadataId = Objects.requireNonNullElseGet(voters.ownDirectory(), () -> newId(random));
        List<Path> given = new ArrayList<>();
        for (Folder folder : look()) {
            if (folder.isFormatted()) {
                continue;
            }
            Path path = folder.path();
            disk.createDirectories(path);
            try (Closeable _ = disk.lock(path.resolve(LOCK))) {
                boolean first = path.equals(metadata);
                if (first && !voters.with(metadataId).isEmpty()) {
                    InitialVoters.write(disk, Clock.system(), path, voters.with(metadataId));
                }
                Uuid id = first ? metadataId : newId(random);
                MetaPropertiesFile.write(disk, path, new MetaProperties(clusterId, nodeId, id));
            }
            given.add(path);
        }
        return given;
    }

    private static Uuid newId(RandomGenerator random) {
        Uuid id;
        do {
            id = new Uuid(random.nextLong(), random.nextLong());
        } while (id.toString().startsWith("-") || Uuid.RESERVED.contains(id));
        return id;
    }
}
