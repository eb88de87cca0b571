package io.kurier.cli.alias.reassign;

import io.kurier.cli.shell.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.jspecify.annotations.Nullable;

/// The limits under which replicas are filled (KIP-73): rates on nodes, and on topics the replicas that they are for.
final class Throttles {
    private static final List<String> RATES =
            List.of("leader.replication.throttled.rate", "follower.replication.throttled.rate");
    private static final String SOURCES = "leader.replication.throttled.replicas";
    private static final String TARGETS = "follower.replication.throttled.replicas";

    private final Connection connection;
    private final Admin admin;

    Throttles(Connection connection, Admin admin) {
        this.connection = connection;
        this.admin = admin;
    }

    /// Limits what it takes to get from one assignment to the other.
    ///
    /// @param bytesPerSecond of each node, for what it sends and for what it takes
    void set(Assignment from, Assignment to, long bytesPerSecond) {
        Map<String, Set<String>> sources = new TreeMap<>();
        Map<String, Set<String>> targets = new TreeMap<>();
        Set<Integer> nodes = new TreeSet<>();
        to.replicas().forEach((partition, wanted) -> {
            List<Integer> now = from.replicas().getOrDefault(partition, List.of());
            List<Integer> added = new ArrayList<>(wanted);
            added.removeAll(now);
            nodes.addAll(now);
            nodes.addAll(wanted);
            name(sources, partition, now);
            name(targets, partition, added);
        });
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        sources.forEach((topic, replicas) -> add(changes, Type.TOPIC, topic, SOURCES, String.join(",", replicas)));
        targets.forEach((topic, replicas) -> add(changes, Type.TOPIC, topic, TARGETS, String.join(",", replicas)));
        for (int node : nodes) {
            RATES.forEach(
                    rate -> add(changes, Type.BROKER, String.valueOf(node), rate, String.valueOf(bytesPerSecond)));
        }
        apply(changes);
    }

    private static void name(Map<String, Set<String>> all, TopicPartition partition, List<Integer> nodes) {
        for (int node : nodes) {
            all.computeIfAbsent(partition.topic(), _ -> new TreeSet<>()).add(partition.partition() + ":" + node);
        }
    }

    /// Lifts the limits of these nodes and topics.
    void clear(Collection<Integer> nodes, Collection<String> topics) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (int node : nodes) {
            RATES.forEach(rate -> add(changes, Type.BROKER, String.valueOf(node), rate, null));
        }
        for (String topic : topics) {
            add(changes, Type.TOPIC, topic, SOURCES, null);
            add(changes, Type.TOPIC, topic, TARGETS, null);
        }
        apply(changes);
    }

    private static void add(
            Map<ConfigResource, Collection<AlterConfigOp>> changes,
            Type type,
            String name,
            String key,
            @Nullable String value) {
        changes.computeIfAbsent(new ConfigResource(type, name), _ -> new ArrayList<>())
                .add(new AlterConfigOp(new ConfigEntry(key, value), value == null ? OpType.DELETE : OpType.SET));
    }

    private void apply(Map<ConfigResource, Collection<AlterConfigOp>> changes) {
        connection.await(admin.incrementalAlterConfigs(changes).all(), "The throttle");
    }
}
