package io.kurier.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;

/// Who of a group reads which partitions, for two topics of three partitions each and two consumers.
///
/// Range cuts each topic into runs, so the same numbers of both topics go to one consumer, as joins need it, and the
/// first consumer has more. Round-robin deals all partitions out in turn. Sticky and cooperative keep what they can
/// when consumers come and go; cooperative stops only partitions that move. In the new protocol (KIP-848) the broker
/// assigns.
public final class AssignorStrategies {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> TOPICS = List.of("left", "right");
    private static final int ALL = 6;

    private AssignorStrategies() {}

    /// The settings of each strategy, by name.
    public static Map<String, Map<String, Object>> strategies() {
        return Map.of(
                "range", Map.of("partition.assignment.strategy", RangeAssignor.class.getName()),
                "round-robin", Map.of("partition.assignment.strategy", RoundRobinAssignor.class.getName()),
                "sticky", Map.of("partition.assignment.strategy", StickyAssignor.class.getName()),
                "cooperative", Map.of("partition.assignment.strategy", CooperativeStickyAssignor.class.getName()),
                "broker-uniform", Map.of("group.protocol", "consumer", "group.remote.assignor", "uniform"),
                "broker-range", Map.of("group.protocol", "consumer", "group.remote.assignor", "range"));
    }

    /// Shows all of them.
    public static void main(String[] arguments) throws Exception {
        for (String strategy : new TreeSet<>(strategies().keySet())) {
            System.out.println(strategy + ": " + run(Clients.address(arguments), strategy));
        }
    }

    /// Starts two consumers of a group; answers what each of them reads once they share everything.
    public static List<List<String>> run(String address, String strategy)
            throws InterruptedException, ExecutionException {
        for (String topic : TOPICS) {
            Clients.createTopic(address, topic, ALL / TOPICS.size(), Map.of());
        }
        Map<String, Object> settings = new HashMap<>(strategies().getOrDefault(strategy, Map.of()));
        try (KafkaConsumer<String, String> one = Clients.consumer(address, "readers-" + strategy, settings);
                KafkaConsumer<String, String> other = Clients.consumer(address, "readers-" + strategy, settings)) {
            one.subscribe(TOPICS);
            other.subscribe(TOPICS);
            long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() - deadlineNs < 0) {
                one.poll(Duration.ofMillis(100));
                other.poll(Duration.ofMillis(100));
                List<List<String>> shares = List.of(share(one), share(other));
                if (shares.get(0).size() + shares.get(1).size() == ALL
                        && shares.stream().noneMatch(List::isEmpty)) {
                    return shares;
                }
            }
        }
        throw new IllegalStateException("two consumers did not share " + TOPICS + " within " + PATIENCE);
    }

    private static List<String> share(KafkaConsumer<String, String> consumer) {
        List<String> share = new ArrayList<>();
        consumer.assignment().forEach(partition -> share.add(partition.toString()));
        share.sort(null);
        return share;
    }
}
