package io.kurier.cli.storage;

import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.NodeSettings;
import io.kurier.kernel.FileDisk;
import io.kurier.server.config.NodeConfig;
import io.kurier.server.files.DataFolders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// The data folders of a node's configuration, with what goes wrong in words.
public final class NodeFolders {
    private final NodeConfig config;
    private final DataFolders folders;

    private NodeFolders(NodeConfig config) {
        this.config = config;
        folders = new DataFolders(new FileDisk(), config.directories());
    }

    /// The folders that a file of settings names, or those of a node without one.
    ///
    /// @throws Failure if the file cannot be read, or is wrong
    public static NodeFolders read(@Nullable Path file) {
        return read(file, NodeConfig.CommandLine.of(Map.of()));
    }

    /// The same with the words of a command line, which go before the file.
    ///
    /// @throws Failure if the file cannot be read, or something is wrong
    public static NodeFolders read(@Nullable Path file, NodeConfig.CommandLine words) {
        return new NodeFolders(NodeSettings.read(file, words));
    }

    /// An id for a cluster or a directory: 16 random bytes in URL-safe Base64, not beginning with a dash.
    public static String randomId() {
        return Uuid.randomUuid().toString();
    }

    /// The number that the configuration gives to the node.
    public int nodeId() {
        return config.identity().nodeId();
    }

    /// How the node takes part in the quorum.
    NodeConfig config() {
        return config;
    }

    /// The folders as they are.
    ///
    /// @throws Failure if one cannot be read
    public List<DataFolders.Folder> look() {
        try {
            return folders.look();
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    /// Gives folders that belong to nobody to this node of a cluster.
    ///
    /// @param voters whom the cluster begins with
    /// @return those that were given
    /// @throws Failure if the id is none, a folder belongs to another cluster or node, or one cannot be written
    public List<Path> format(String clusterId, DataFolders.Voters voters, RandomGenerator random) {
        try {
            if (Uuid.RESERVED.contains(Uuid.fromString(clusterId))) {
                throw new Failure("The cluster id " + clusterId + " is reserved: kurier storage id makes one");
            }
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    "'" + clusterId + "' is no cluster id: it must be 16 bytes in Base64. kurier storage id makes one",
                    e);
        }
        for (DataFolders.Folder folder : look()) {
            String cluster = folder.properties().get("cluster.id");
            if (cluster != null && !cluster.equals(clusterId)) {
                throw new Failure(folder.path() + " belongs to the cluster " + cluster + ", not to " + clusterId);
            }
            String node = folder.properties().get("node.id");
            if (node != null && !node.equals(String.valueOf(nodeId()))) {
                throw new Failure(folder.path() + " belongs to node " + node + ", and this is node " + nodeId());
            }
        }
        try {
            return folders.format(clusterId, nodeId(), voters, random);
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }
}
