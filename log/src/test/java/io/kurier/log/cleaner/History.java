package io.kurier.log.cleaner;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/// All that was ever appended to a log, and what follows from it: the oracle.
final class History {
    private final TreeMap<Long, Event> events = new TreeMap<>();

    /// A record or a marker at an offset.
    sealed interface Event permits Written, Ended {}

    /// A record.
    ///
    /// @param sequence of its producer, -1 without
    record Written(
            String key, @Nullable String value, long producerId, int sequence, boolean transactional, long writtenMs)
            implements Event {}

    /// The end of a producer's transaction.
    record Ended(long producerId, boolean committed) implements Event {}

    void add(long offset, List<? extends Event> added) {
        events.tailMap(offset).clear();
        long next = offset;
        for (Event event : added) {
            events.put(next++, event);
        }
    }

    void cutAt(long end) {
        events.tailMap(end).clear();
    }

    /// From `from` on only these are there.
    void keep(long from, Set<Long> offsets) {
        events.tailMap(from).keySet().retainAll(offsets);
    }

    /// True if there is nothing at these offsets.
    boolean isEmpty(long from, long to) {
        return from >= to || events.subMap(from, to).isEmpty();
    }

    @Nullable
    Event at(long offset) {
        return events.get(offset);
    }

    /// The first offset of each transaction that has not ended, by producer.
    Map<Long, Long> open() {
        Map<Long, Long> open = new HashMap<>();
        events.forEach((offset, event) -> {
            switch (event) {
                case Written written -> {
                    if (written.transactional()) {
                        open.putIfAbsent(written.producerId(), offset);
                    }
                }
                case Ended ended -> open.remove(ended.producerId());
            }
        });
        return open;
    }

    /// The offsets of the records that a reader of committed records sees below `stable`.
    Set<Long> committed(long stable) {
        Set<Long> visible = new HashSet<>();
        Map<Long, List<Long>> undecided = new HashMap<>();
        events.forEach((offset, event) -> {
            switch (event) {
                case Written written -> {
                    if (written.transactional()) {
                        undecided
                                .computeIfAbsent(written.producerId(), _ -> new ArrayList<>())
                                .add(offset);
                    } else {
                        visible.add(offset);
                    }
                }
                case Ended ended -> {
                    List<Long> decided = undecided.remove(ended.producerId());
                    if (decided != null && ended.committed()) {
                        visible.addAll(decided);
                    }
                }
            }
        });
        visible.removeIf(offset -> offset >= stable);
        return visible;
    }

    /// The table that the records at these offsets make: the newest value of each key that was not deleted.
    Map<String, String> table(Set<Long> offsets) {
        Map<String, String> table = new HashMap<>();
        events.forEach((offset, event) -> {
            if (offsets.contains(offset) && event instanceof Written written) {
                if (written.value() == null) {
                    table.remove(written.key());
                } else {
                    table.put(written.key(), written.value());
                }
            }
        });
        return table;
    }

    /// The newest offset of each key.
    Map<String, Long> newest(Set<Long> offsets) {
        Map<String, Long> newest = new HashMap<>();
        events.forEach((offset, event) -> {
            if (offsets.contains(offset) && event instanceof Written written) {
                newest.put(written.key(), offset);
            }
        });
        return newest;
    }

    /// The last sequence of each producer that has any.
    Map<Long, Integer> lastSequences() {
        Map<Long, Integer> last = new HashMap<>();
        for (Event event : events.values()) {
            if (event instanceof Written written && written.sequence() != RecordBatch.NO_SEQUENCE) {
                last.put(written.producerId(), written.sequence());
            }
        }
        return last;
    }
}
