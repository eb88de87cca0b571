package io.kurier.broker.share.machine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The fate of each offset from a start up to (excluding) an end, without holes. Neighbours with the same fate are one
/// run, so that what is kept does not grow with the number of records.
final class Runs {
    private final TreeMap<Long, Run> byFirst = new TreeMap<>();
    private long start;
    private long end;

    Runs(long start) {
        this.start = start;
        this.end = start;
    }

    long start() {
        return start;
    }

    /// Exclusive.
    long end() {
        return end;
    }

    Collection<Run> all() {
        return byFirst.values();
    }

    /// What is known of these offsets, last one included, cut to them; a copy. None outside of start and end.
    List<Run> between(long first, long last) {
        if (first > last) {
            return List.of();
        }
        List<Run> found = new ArrayList<>();
        Long from = byFirst.floorKey(first);
        for (Run run : byFirst.tailMap(from == null ? first : from, true).values()) {
            if (run.first() > last) {
                break;
            }
            if (run.last() >= first) {
                found.add(run.within(first, last));
            }
        }
        return found;
    }

    /// The runs that reach behind this offset or begin there, in order.
    Collection<Run> from(long offset) {
        Long first = byFirst.floorKey(offset);
        return byFirst.tailMap(first == null ? offset : first, true).values();
    }

    /// Sets what holds for these offsets. They may begin at the end and move it.
    void set(Run run) {
        if (run.first() < start || run.first() > end || run.last() < run.first()) {
            throw new IllegalArgumentException(run + " does not fit into " + start + " to " + end);
        }
        splitAt(run.first());
        splitAt(run.last() + 1);
        byFirst.subMap(run.first(), run.last() + 1).clear();
        end = Math.max(end, run.last() + 1);
        Run whole = run;
        Map.Entry<Long, Run> before = byFirst.lowerEntry(run.first());
        if (before != null && whole.continues(before.getValue())) {
            whole = new Run(before.getKey(), whole.last(), whole.deliveries(), whole.state());
        }
        Run after = byFirst.get(run.last() + 1);
        if (after != null && after.continues(whole)) {
            byFirst.remove(after.first());
            whole = new Run(whole.first(), after.last(), whole.deliveries(), whole.state());
        }
        byFirst.put(whole.first(), whole);
    }

    /// Forgets everything below this offset, which is the start from now on.
    void dropBelow(long offset) {
        if (offset <= start) {
            return;
        }
        splitAt(offset);
        byFirst.headMap(offset).clear();
        start = offset;
        end = Math.max(end, offset);
    }

    private void splitAt(long offset) {
        Map.Entry<Long, Run> around = byFirst.lowerEntry(offset);
        if (around != null && around.getValue().last() >= offset) {
            Run run = around.getValue();
            byFirst.put(run.first(), run.within(run.first(), offset - 1));
            byFirst.put(offset, run.within(offset, run.last()));
        }
    }
}
