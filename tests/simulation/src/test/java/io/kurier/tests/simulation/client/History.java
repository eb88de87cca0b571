package io.kurier.tests.simulation.client;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the clients of a run did and saw, and what is wrong with it by itself: a value that nobody sent, one value at
/// two offsets, two values at one offset, a gap, a value that comes before an earlier one of its producer, an
/// acknowledged value that was read over.
public final class History {
    private final Map<Integer, Part> parts = new HashMap<>();
    private long acknowledged;
    private long reads;

    /// One partition's.
    private static final class Part {
        final Set<Long> sent = new HashSet<>();
        final TreeMap<Long, Long> valueAt = new TreeMap<>();
        final Map<Long, Long> offsetOf = new HashMap<>();
        final Set<Long> acknowledged = new HashSet<>();
        final Set<Long> read = new HashSet<>();
        long endSeen;
    }

    private Part part(int partition) {
        return parts.computeIfAbsent(partition, _ -> new Part());
    }

    /// A producer is about to send these values.
    public void sent(int partition, List<Long> values) {
        part(partition).sent.addAll(values);
    }

    /// A batch was acknowledged.
    ///
    /// @param baseOffset of its first value; -1 if it was not told
    public void acknowledged(int partition, List<Long> values, long baseOffset) {
        Part part = part(partition);
        acknowledged += values.size();
        part.acknowledged.addAll(values);
        for (int i = 0; baseOffset >= 0 && i < values.size(); i++) {
            at(part, partition, baseOffset + i, values.get(i));
        }
        if (baseOffset >= 0) {
            part.endSeen = Math.max(part.endSeen, baseOffset + values.size());
        }
    }

    /// A consumer was given this value at this offset.
    ///
    /// @param asked the offset that it was to be given next
    public void read(int partition, long asked, long offset, long value) {
        Part part = part(partition);
        if (offset != asked) {
            throw new AssertionError(
                    "partition " + partition + " is read from " + asked + " on, and what comes is at " + offset);
        }
        if (part.read.add(value)) {
            reads++;
        }
        if (!part.sent.contains(value)) {
            throw new AssertionError("partition " + partition + " has at " + offset + " what nobody sent: " + value);
        }
        at(part, partition, offset, value);
        part.endSeen = Math.max(part.endSeen, offset + 1);
    }

    private static void at(Part part, int partition, long offset, long value) {
        Long other = part.valueAt.put(offset, value);
        if (other != null && other != value) {
            throw new AssertionError(
                    "partition " + partition + " has two values at " + offset + ": " + other + " and " + value);
        }
        Long elsewhere = part.offsetOf.put(value, offset);
        if (elsewhere != null && elsewhere != offset) {
            throw new AssertionError("partition " + partition + " has the value " + value + " at two offsets: "
                    + elsewhere + " and " + offset);
        }
        Map.Entry<Long, Long> before = part.valueAt.lowerEntry(offset);
        Map.Entry<Long, Long> after = part.valueAt.higherEntry(offset);
        if (isDisorder(before, value)
                || after != null && after.getValue() >> 32 == value >> 32 && after.getValue() < value) {
            throw new AssertionError("partition " + partition + " has " + value + " at " + offset
                    + " in a wrong order: before it " + before + ", behind it " + after);
        }
    }

    private static boolean isDisorder(Map.@Nullable Entry<Long, Long> before, long value) {
        return before != null && before.getValue() >> 32 == value >> 32 && before.getValue() > value;
    }

    /// The largest end of the committed records that anybody has seen.
    public long endSeen(int partition) {
        return part(partition).endSeen;
    }

    /// A leader told where the committed records end.
    ///
    /// @param atLeast what was seen before it was asked
    public void end(int partition, Leaders.Leader leader, long offset, long atLeast) {
        if (offset < atLeast) {
            throw new AssertionError("node " + leader.node() + ", leader of partition " + partition + " in epoch "
                    + leader.epoch() + ", says that it ends at " + offset + "; it was seen up to " + atLeast);
        }
        Part part = part(partition);
        part.endSeen = Math.max(part.endSeen, offset);
    }

    /// A leader does not have what a consumer that has read up to `offset` asks for.
    public void outOfRange(int partition, Leaders.Leader leader, long offset) {
        throw new AssertionError("node " + leader.node() + ", leader of partition " + partition + " in epoch "
                + leader.epoch() + ", has nothing at " + offset + ", up to where was read");
    }

    /// All was read up to the end: what was acknowledged must be among it.
    public void checkNothingLost(int partition) {
        Part part = part(partition);
        Set<Long> lost = new HashSet<>(part.acknowledged);
        lost.removeAll(part.read);
        if (!lost.isEmpty()) {
            throw new AssertionError("partition " + partition + " lost " + lost.size()
                    + " acknowledged values, among them " + lost.iterator().next());
        }
        if (!part.valueAt.isEmpty() && part.valueAt.lastKey() + 1 != part.valueAt.size()) {
            throw new AssertionError("partition " + partition + " has holes: " + part.valueAt.size()
                    + " values up to offset " + part.valueAt.lastKey());
        }
    }

    /// How many values were acknowledged.
    public long acknowledgedValues() {
        return acknowledged;
    }

    /// How many values were read.
    public long readValues() {
        return reads;
    }
}
