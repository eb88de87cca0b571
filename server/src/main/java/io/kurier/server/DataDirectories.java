package io.kurier.server;

import io.kurier.kernel.World;
import io.kurier.log.LogDirectory;
import io.kurier.log.MetaProperties;
import io.kurier.server.config.NodeConfig.Directories;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// A node's data directories, opened together: all belong to the same node of the same cluster, or the node does not
/// start. New ones are given that identity; no separate format step is needed.
final class DataDirectories implements AutoCloseable {
    private final List<LogDirectory> data = new ArrayList<>();
    private final List<LogDirectory> opened = new ArrayList<>();
    private final Path metadataPath;
    private String clusterId = "";

    private DataDirectories(Path metadataPath) {
        this.metadataPath = metadataPath;
    }

    /// Finds the cluster that a new node is to belong to.
    @FunctionalInterface
    interface Membership {
        /// The cluster's identity.
        ///
        /// @param metadata the directory of the metadata log, new as all others
        String clusterId(Path metadata) throws StartException, IOException;
    }

    /// Opens all, or none.
    ///
    /// @param paths of the data, and of the metadata log, which may be one of them
    /// @param cluster asked if no directory belongs to a cluster yet
    /// @throws StartException if one cannot be opened, or belongs elsewhere
    static DataDirectories open(
            World world, Directories paths, LogDirectory.Settings settings, int nodeId, Membership cluster)
            throws StartException {
        DataDirectories directories = new DataDirectories(paths.metadata());
        try {
            for (Path path : paths.data()) {
                LogDirectory directory = LogDirectory.open(world, path, settings);
                directories.opened.add(directory);
                directories.data.add(directory);
            }
            if (!paths.data().contains(paths.metadata())) {
                directories.opened.add(LogDirectory.open(world, paths.metadata(), settings));
            }
            directories.identify(nodeId, cluster);
            return directories;
        } catch (IOException e) {
            directories.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (StartException e) {
            directories.close();
            throw e;
        }
    }

    private void identify(int nodeId, Membership cluster) throws StartException, IOException {
        @Nullable String known = null;
        for (LogDirectory directory : opened) {
            Optional<MetaProperties> meta = directory.metaProperties();
            if (meta.isEmpty()) {
                continue;
            }
            if (meta.get().nodeId() != nodeId) {
                throw new StartException("The data directory " + directory.path() + " belongs to node "
                        + meta.get().nodeId() + ", and this is node " + nodeId
                        + ". Start with that node id, or with another data directory.");
            }
            if (known != null && !known.equals(meta.get().clusterId())) {
                throw new StartException("The data directory " + directory.path() + " belongs to the cluster "
                        + meta.get().clusterId() + ", and this node to " + known
                        + ". Start with another data directory; nothing in this one was changed.");
            }
            known = meta.get().clusterId();
        }
        clusterId = known == null ? cluster.clusterId(metadataPath) : known;
        for (LogDirectory directory : opened) {
            if (directory.metaProperties().isEmpty()) {
                directory.writeMetaProperties(new MetaProperties(clusterId, nodeId, directory.directoryId()));
            }
        }
    }

    /// As Kafka makes them: 16 random bytes in URL-safe Base64, not beginning with a dash.
    static String newClusterId(RandomGenerator random) {
        String id;
        do {
            id = new Uuid(random.nextLong(), random.nextLong()).toString();
        } while (id.startsWith("-"));
        return id;
    }

    String clusterId() {
        return clusterId;
    }

    /// The directories for partitions.
    List<LogDirectory> data() {
        return List.copyOf(data);
    }

    /// The directory of the metadata log.
    LogDirectory metadata() {
        return opened.stream()
                .filter(directory -> directory.path().equals(metadataPath))
                .findFirst()
                .orElseThrow();
    }

    /// The broker epoch that the last stop left, -1 if it was not clean in one of the directories.
    long previousBrokerEpoch() {
        List<Long> left = opened.stream()
                .map(directory -> directory.previousBrokerEpoch().orElse(-1))
                .distinct()
                .toList();
        return left.size() == 1 ? left.getFirst() : -1;
    }

    /// The ids of the directories for partitions.
    List<Uuid> ids() {
        return data.stream().map(LogDirectory::directoryId).toList();
    }

    @Override
    public void close() {
        opened.forEach(LogDirectory::close);
        opened.clear();
    }
}
