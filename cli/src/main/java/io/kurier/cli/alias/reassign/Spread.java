package io.kurier.cli.alias.reassign;

import io.kurier.cli.shell.Failure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// An even placement of partitions on some nodes: each leads as many, has as many replicas, and the replicas of one
/// partition lie in as many racks as there are.
final class Spread {
    private final List<Integer> nodes = new ArrayList<>();
    private final Map<Integer, String> racks;

    /// @param racks of all nodes to use; the same for nodes without one, or where racks do not matter
    Spread(NavigableMap<Integer, String> racks) {
        this.racks = racks;
        Map<String, Deque<Integer>> byRack = new TreeMap<>();
        racks.forEach((node, rack) ->
                byRack.computeIfAbsent(rack, _ -> new ArrayDeque<>()).add(node));
        while (nodes.size() < racks.size()) {
            for (Deque<Integer> inRack : byRack.values()) {
                if (!inRack.isEmpty()) {
                    nodes.add(inRack.remove());
                }
            }
        }
    }

    /// As many replicas of each partition as it has, on these nodes.
    ///
    /// @throws Failure if they are too few
    Assignment of(Assignment current) {
        Assignment spread = Assignment.empty();
        int number = 0;
        for (Map.Entry<TopicPartition, List<Integer>> one : current.replicas().entrySet()) {
            int count = one.getValue().size();
            if (count > nodes.size()) {
                throw new Failure(one.getKey() + " has " + count + " replicas, and the broker list names "
                        + nodes.size() + " nodes");
            }
            spread.replicas().put(one.getKey(), replicas(number++, count));
        }
        return spread;
    }

    /// The others begin elsewhere each time around, so that who follows one leader is not always the same.
    private List<Integer> replicas(int number, int count) {
        int leader = number % nodes.size();
        int others = nodes.size() - 1;
        List<Integer> chosen = new ArrayList<>(List.of(nodes.get(leader)));
        Set<String> used = new HashSet<>(List.of(rack(nodes.get(leader))));
        for (boolean anyRack : new boolean[] {false, true}) {
            for (int step = 0; step < others && chosen.size() < count; step++) {
                int node = nodes.get((leader + 1 + (number / nodes.size() + step) % others) % nodes.size());
                if (!chosen.contains(node) && (used.add(rack(node)) || anyRack)) {
                    chosen.add(node);
                }
            }
        }
        return chosen;
    }

    private String rack(int node) {
        return racks.getOrDefault(node, "");
    }
}
