package io.kurier.cli.cluster;

import io.kurier.cli.shell.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/// Which replicas go where, so that a node is left without any, or so that all have their share. Pure. As few replicas
/// as possible move; a partition that lies in several racks does so afterwards.
final class ReplicaPlan {
    private static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    /// The rack of each node that may have replicas; empty for none.
    private final Map<Integer, String> racks;
    private final Map<TopicPartition, List<Integer>> before;
    private final Map<TopicPartition, List<Integer>> replicas;

    /// @param racks the rack of each node that runs, empty for none
    /// @param before the replicas of all partitions, the preferred leader first
    ReplicaPlan(Map<Integer, String> racks, Map<TopicPartition, List<Integer>> before) {
        this.racks = new TreeMap<>(racks);
        this.before = new TreeMap<>(BY_NAME);
        this.before.putAll(before);
        this.replicas = new TreeMap<>(BY_NAME);
        this.replicas.putAll(before);
    }

    /// The partitions that change, with their new replicas.
    Map<TopicPartition, List<Integer>> changes() {
        Map<TopicPartition, List<Integer>> changes = new LinkedHashMap<>();
        replicas.forEach((partition, now) -> {
            if (!now.equals(before.get(partition))) {
                changes.put(partition, now);
            }
        });
        return changes;
    }

    /// How many replicas must be copied to another node.
    int copies() {
        int copies = 0;
        for (Map.Entry<TopicPartition, List<Integer>> change : changes().entrySet()) {
            Set<Integer> added = new HashSet<>(change.getValue());
            Objects.requireNonNull(before.get(change.getKey())).forEach(added::remove);
            copies += added.size();
        }
        return copies;
    }

    /// Leaves a node without replicas: each goes to the node with the fewest, in a rack that the partition does not
    /// have yet, if there is one.
    ///
    /// @throws Failure if a partition has too many replicas for the nodes that stay; it names the topics
    ReplicaPlan without(int node) {
        Set<String> tooMany = new HashSet<>();
        racks.remove(node);
        Map<Integer, Integer> load = count(List::stream);
        replicas.replaceAll((partition, now) -> {
            if (!now.contains(node)) {
                return now;
            }
            List<Integer> others = now.stream().filter(id -> id != node).toList();
            int taker = racks.keySet().stream()
                    .filter(id -> !now.contains(id))
                    .min(Comparator.<Integer>comparingInt(id -> rackIsTaken(id, others) ? 1 : 0)
                            .thenComparingInt(id -> load.getOrDefault(id, 0)))
                    .orElse(-1);
            if (taker < 0) {
                tooMany.add(partition.topic() + " (" + now.size() + ")");
                return now;
            }
            load.merge(taker, 1, Integer::sum);
            return replaced(now, node, taker);
        });
        if (!tooMany.isEmpty()) {
            throw new Failure("Node " + node + " cannot leave: " + racks.size()
                    + " other node(s) run, and these topics have more replicas than that: "
                    + String.join(", ", tooMany.stream().sorted().limit(10).toList())
                    + ". Start another node first (kurier start --join), or give the topics fewer replicas");
        }
        return this;
    }

    /// Gives all nodes their share: of the replicas, and of the partitions that they lead when all is well.
    ReplicaPlan balanced() {
        while (moveOne()) {
            // until the fullest node has at most one replica more than the emptiest
        }
        while (preferOne()) {
            // the same for preferred leaders, by another order of the same replicas
        }
        return this;
    }

    private boolean moveOne() {
        Map<Integer, Integer> load = count(List::stream);
        List<Integer> byLoad = racks.keySet().stream()
                .sorted(Comparator.comparingInt(id -> load.getOrDefault(id, 0)))
                .toList();
        for (int from : byLoad.reversed()) {
            for (int to : byLoad) {
                if (load.getOrDefault(from, 0) - load.getOrDefault(to, 0) <= 1) {
                    break;
                }
                TopicPartition best = replicas.keySet().stream()
                        .filter(partition -> mayMove(partition, from, to))
                        .max(Comparator.comparingInt(partition -> surplus(partition.topic(), from, to)))
                        .orElse(null);
                if (best != null) {
                    replicas.computeIfPresent(best, (partition, now) -> replaced(now, from, to));
                    return true;
                }
            }
        }
        return false;
    }

    /// How many replicas of a topic one node has more than another.
    private int surplus(String topic, int from, int to) {
        int surplus = 0;
        for (Map.Entry<TopicPartition, List<Integer>> entry : replicas.entrySet()) {
            if (entry.getKey().topic().equals(topic)) {
                surplus += entry.getValue().contains(from) ? 1 : 0;
                surplus -= entry.getValue().contains(to) ? 1 : 0;
            }
        }
        return surplus;
    }

    private boolean mayMove(TopicPartition partition, int from, int to) {
        List<Integer> now = Objects.requireNonNull(replicas.get(partition));
        return now.contains(from) && !now.contains(to) && rackCount(replaced(now, from, to)) >= rackCount(now);
    }

    private boolean preferOne() {
        Map<Integer, Integer> load = count(now -> now.stream().limit(1));
        for (Map.Entry<TopicPartition, List<Integer>> entry : replicas.entrySet()) {
            List<Integer> now = entry.getValue();
            int first = now.getFirst();
            for (int other : now) {
                if (racks.containsKey(other) && load.getOrDefault(first, 0) - load.getOrDefault(other, 0) > 1) {
                    List<Integer> order = new ArrayList<>(now);
                    order.set(now.indexOf(other), first);
                    order.set(0, other);
                    entry.setValue(List.copyOf(order));
                    return true;
                }
            }
        }
        return false;
    }

    private Map<Integer, Integer> count(Function<List<Integer>, Stream<Integer>> of) {
        Map<Integer, Integer> counts = new TreeMap<>();
        replicas.values().forEach(now -> of.apply(now).forEach(id -> counts.merge(id, 1, Integer::sum)));
        return counts;
    }

    private boolean rackIsTaken(int node, Collection<Integer> others) {
        String rack = racks.getOrDefault(node, "");
        return !rack.isEmpty() && others.stream().anyMatch(id -> rack.equals(racks.get(id)));
    }

    private long rackCount(List<Integer> nodes) {
        return nodes.stream().map(id -> racks.getOrDefault(id, "")).distinct().count();
    }

    private static List<Integer> replaced(List<Integer> ids, int from, int to) {
        return ids.stream().map(id -> id == from ? to : id).toList();
    }
}
