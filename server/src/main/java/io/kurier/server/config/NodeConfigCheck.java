package io.kurier.server.config;

import io.kurier.cluster.config.EffectiveConfig;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks a node's settings against each other, and makes the configuration out of them.
final class NodeConfigCheck {
    private static final int DEFAULT_NODE_ID = 1;

    private final GivenSettings given;

    private NodeConfigCheck(GivenSettings given) {
        this.given = given;
    }

    /// The configuration.
    ///
    /// @throws InvalidNodeConfigException with all that is wrong
    static NodeConfig check(GivenSettings given) throws InvalidNodeConfigException {
        return new NodeConfigCheck(given).check();
    }

    private NodeConfig check() throws InvalidNodeConfigException {
        int nodeId = nodeId();
        List<Listener> listeners = new ListenerCheck(given).listeners();
        NodeConfig.Quorum quorum = new QuorumCheck(given, nodeId, listeners).check();
        NodeConfig.Directories directories = directories();
        checkOrder("group.min.session.timeout.ms", "group.max.session.timeout.ms");
        if (!given.problems().isEmpty()) throw new InvalidNodeConfigException(given.problems());
        Map<String, String> values = given.values();
        values.putIfAbsent("node.id", Integer.toString(nodeId));
        boolean chosen = given.has("node.id") || given.has("broker.id");
        return new NodeConfig(
                new NodeConfig.Identity(nodeId, chosen, given.value("broker.rack")),
                listeners,
                quorum,
                directories,
                EffectiveConfig.ofFile(values),
                warnings(listeners));
    }

    private List<String> warnings(List<Listener> listeners) {
        List<String> warnings = new ArrayList<>();
        List<String> open = new ArrayList<>();
        for (Listener listener : listeners)
            if (!listener.forControllers() && !listener.bind().isLoopback())
                open.add(listener.name() + "://" + listener.bind());
        if (!open.isEmpty())
            warnings.add("Open to the network without encryption or authentication: " + String.join(", ", open));
        warnings.addAll(given.warnings());
        return warnings;
    }

    private int nodeId() {
        String nodeId = given.value("node.id");
        String brokerId = given.value("broker.id");
        if (brokerId != null && brokerId.equals("-1")) brokerId = null;
        if (nodeId != null && brokerId != null && !nodeId.equals(brokerId))
            given.refuse("broker.id", "node.id is " + nodeId + ": remove broker.id, which is an older name of it");
        if (nodeId != null) return Integer.parseInt(nodeId);
        return brokerId == null ? DEFAULT_NODE_ID : Integer.parseInt(brokerId);
    }

    private NodeConfig.Directories directories() {
        String name = given.has("log.dirs") ? "log.dirs" : "log.dir";
        List<Path> data = new ArrayList<>();
        Set<Path> seen = new LinkedHashSet<>();
        List<String> texts =
                given.has(name) ? given.list(name) : List.of(Objects.requireNonNull(given.valueOrDefault("log.dir")));
        if (texts.isEmpty()) given.refuse(name, "at least one folder is needed");
        for (String text : texts) {
            Path path = path(name, text);
            if (path == null) continue;
            if (seen.add(path.toAbsolutePath().normalize())) data.add(path);
            else given.refuse(name, "folder " + text + " comes twice");
        }
        String metadata = given.value("metadata.log.dir");
        Path metadataPath = metadata == null ? null : path("metadata.log.dir", metadata);
        if (metadataPath == null) metadataPath = data.isEmpty() ? Path.of("") : data.getFirst();
        return new NodeConfig.Directories(List.copyOf(data), metadataPath);
    }

    private @Nullable Path path(String name, String text) {
        try {
            if (!text.isEmpty()) return Path.of(text);
            given.refuse(name, "an empty name is no folder");
        } catch (InvalidPathException invalid) {
            given.refuse(name, "'" + text + "' is no folder's name: " + invalid.getReason());
        }
        return null;
    }

    private void checkOrder(String smaller, String larger) {
        String least = given.valueOrDefault(smaller);
        String most = given.valueOrDefault(larger);
        if (least != null && most != null && Long.parseLong(least) > Long.parseLong(most))
            given.refuse(
                    given.has(smaller) ? smaller : larger,
                    smaller + " (" + least + ") may not be more than " + larger + " (" + most + ")");
    }
}
