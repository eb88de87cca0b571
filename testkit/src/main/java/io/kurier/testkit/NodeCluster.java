package io.kurier.testkit;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Several nodes that are one cluster, each a process with its own folder and with the id 1, 2, 3, ...
public final class NodeCluster implements AutoCloseable {
    private final List<NodeProcess> nodes = new ArrayList<>();

    private NodeCluster() {}

    /// Starts the nodes one after the other and waits until each serves. Whether all are voters by then is another
    /// question: ask an admin client.
    ///
    /// @param folder where each gets a folder
    /// @param settings `name=value` for each of them, as `--set` takes them
    public static NodeCluster start(Path folder, int size, String... settings)
            throws IOException, InterruptedException {
        NodeCluster cluster = new NodeCluster();
        try {
            for (int id = 1; id <= size; id++) {
                cluster.add(folder, id, settings);
            }
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void add(Path folder, int id, String... settings) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("node.id=" + id);
        if (!nodes.isEmpty()) {
            all.add("controller.quorum.bootstrap.servers=" + bootstrapServers());
        }
        Path own = Files.createDirectories(folder.resolve("node-" + id));
        nodes.add(NodeProcess.start(own, all.toArray(String[]::new)));
    }

    /// The node with this id.
    public NodeProcess node(int id) {
        return nodes.get(id - 1);
    }

    /// All nodes, in the order of their ids.
    public List<NodeProcess> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /// `host:port` of each node.
    public String bootstrapServers() {
        return nodes.stream().map(NodeProcess::bootstrapServers).collect(joining(","));
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }
}
