package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.node.Side;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All scenarios, in the order of running.
public final class Scenarios {
    /// All of them.
    public static final List<Scenario> ALL = List.of(
            new Start(),
            new Throughput(),
            new Retention(),
            new Compaction(),
            new Transactions(),
            new Heartbeats(),
            new Latency(),
            new ManyProducers(),
            new CatchUp(),
            new ManyPartitions(),
            new Inner());

    /// Those with three nodes, which are run apart (`bin/bench cluster`).
    public static final List<Scenario> CLUSTER = List.of(
            new Replication(),
            new FirstLoad(),
            new FailOver(
                    List.of(Victim.LEADER, Victim.CONTROLLER, Victim.BOTH), Map.of(Side.KURIER, 20, Side.KAFKA, 3)),
            new FailOver(List.of(Victim.FROZEN, Victim.FROZEN_BOTH), Map.of(Side.KURIER, 5, Side.KAFKA, 1)));

    private Scenarios() {}

    /// Their names, for help.
    public static final class Names implements Iterable<String> {
        /// For the command line.
        public Names() {}

        @Override
        public Iterator<String> iterator() {
            return ALL.stream().map(Scenario::name).iterator();
        }
    }

    /// What each does, by name.
    public static Map<String, String> descriptions() {
        return Stream.concat(ALL.stream(), CLUSTER.stream())
                .collect(Collectors.toMap(Scenario::name, Scenario::description));
    }

    /// Those with these names; all for none.
    ///
    /// @throws IllegalArgumentException if there is no such
    public static List<Scenario> named(List<String> names) {
        if (names.isEmpty()) {
            return ALL;
        }
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .map(name -> switch (name) {
                    case "idle" -> "start";
                    case "consume", "throughput" -> "produce";
                    default -> name;
                })
                .distinct()
                .map(name -> Stream.concat(ALL.stream(), CLUSTER.stream())
                        .filter(scenario -> scenario.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no scenario " + name + "; there are " + String.join(", ", new Names()))))
                .toList();
    }
}
