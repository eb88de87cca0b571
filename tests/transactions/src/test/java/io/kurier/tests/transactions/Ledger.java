package io.kurier.tests.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What producers were told of their transactions, held against what a reader at `read_committed` saw: each transaction
/// whole or not at all, none that was aborted, no record twice, those of a producer in order in each partition.
final class Ledger {
    /// What a producer knows of a transaction in the end.
    enum Outcome {
        COMMITTED,
        ABORTED,
        UNKNOWN
    }

    /// A transaction: the how manieth of which producer.
    record Id(int producer, long number) {}

    private record Told(int records, Outcome outcome) {}

    private record Place(int partition, int producer) {}

    private record Position(long number, int index) {}

    private final Map<Id, Told> told = new ConcurrentHashMap<>();
    private final Map<Id, Integer> seen = new HashMap<>();
    private final Map<Place, Position> last = new HashMap<>();
    private final List<String> anomalies = new ArrayList<>();

    /// The value of a record.
    ///
    /// @param index its place among those of its transaction
    static String value(Id id, int index) {
        return id.producer() + ":" + id.number() + ":" + index;
    }

    /// A producer knows how its transaction ended.
    void told(Id id, int records, Outcome outcome) {
        told.put(id, new Told(records, outcome));
    }

    /// How many transactions have ended.
    int ended() {
        return told.size();
    }

    /// The reader saw a record, in the order of its partition. By one thread.
    void read(int partition, String value) {
        String[] parts = value.split(":");
        Id id = new Id(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        Position position = new Position(id.number(), Integer.parseInt(parts[2]));
        Position before = last.put(new Place(partition, id.producer()), position);
        if (before != null
                && (before.number() > position.number()
                        || before.number() == position.number() && before.index() >= position.index())) {
            anomalies.add("partition " + partition + ": " + value + " is read behind " + before);
        }
        seen.merge(id, 1, Integer::sum);
    }

    /// Holds both against each other, when both are complete.
    ///
    /// @return how many ended in which way
    Map<Outcome, Integer> check() {
        seen.keySet().stream().filter(id -> !told.containsKey(id)).forEach(id -> anomalies.add("nobody wrote " + id));
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        told.forEach((id, expected) -> {
            outcomes.merge(expected.outcome(), 1, Integer::sum);
            int records = seen.getOrDefault(id, 0);
            boolean fits = switch (expected.outcome()) {
                case COMMITTED -> records == expected.records();
                case ABORTED -> records == 0;
                case UNKNOWN -> records == 0 || records == expected.records();
            };
            if (!fits) {
                anomalies.add(id + " is " + expected + ", and " + records + " records of it are read");
            }
        });
        assertThat(anomalies).isEmpty();
        return outcomes;
    }
}
