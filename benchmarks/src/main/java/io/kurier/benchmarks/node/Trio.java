package io.kurier.benchmarks.node;

import io.kurier.benchmarks.node.Nodes.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Three nodes of one side that make a cluster. They have the ids 1 to 3.
public final class Trio implements AutoCloseable {
    private final Nodes nodes;
    private final List<Installation> installations;
    private final List<Node> running = new ArrayList<>();

    private Trio(Nodes nodes, List<Installation> installations) {
        this.nodes = nodes;
        this.installations = installations;
    }

    /// Starts a new cluster and waits until each node answers.
    public static Trio start(Nodes nodes, Side side, Map<String, String> settings) throws IOException {
        Trio trio = new Trio(nodes, nodes.installThree(side, settings));
        for (Installation installation : trio.installations) {
            trio.running.add(nodes.start(installation));
        }
        for (Node node : trio.running) {
            node.connect().close();
        }
        return trio;
    }

    /// Whose it is.
    public Side side() {
        return installations.getFirst().side();
    }

    /// The node with this id.
    public Node node(int id) {
        return running.get(id - 1);
    }

    /// All three.
    public List<Node> all() {
        return List.copyOf(running);
    }

    /// Starts a node that was killed again, on the same data, and waits until it answers.
    public void restart(int id) throws IOException {
        running.set(id - 1, nodes.start(installations.get(id - 1)));
        node(id).connect().close();
    }

    /// Where clients begin.
    public String bootstrap() {
        return installations.stream()
                .map(installation -> "127.0.0.1:" + installation.port())
                .collect(Collectors.joining(","));
    }

    /// Ends all three at once and removes their data.
    @Override
    public void close() throws IOException {
        for (Node node : running) {
            node.close();
        }
        try {
            for (Installation installation : installations) {
                Nodes.delete(installation.data());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
