package io.kurier.tests.simulation.invariant;

import java.util.ArrayList;
import java.util.List;

/// All batches of one partition that a leader took for committed. It only grows.
public final class CommittedLog {
    private final String name;
    private final List<Entry> entries = new ArrayList<>();

    /// Nothing is committed yet.
    public CommittedLog(String name) {
        this.name = name;
    }

    /// Behind the last one.
    public long end() {
        return entries.isEmpty() ? 0 : entries.getLast().nextOffset();
    }

    /// A leader has moved its high watermark.
    void grow(Replica leader) {
        for (int i = entries.size(); i < leader.log().size(); i++) {
            Entry entry = leader.log().get(i);
            if (entry.nextOffset() > leader.highWatermark()) {
                return;
            }
            if (entry.baseOffset() != end()) {
                throw new AssertionError("node " + leader.node() + " commits a batch at " + entry.baseOffset()
                        + " of " + name + "; the one before ends at " + end());
            }
            entries.add(entry);
        }
    }

    /// Index of the first batch in which a log differs from this, below an offset; -1 if there is none. What the log
    /// does not have any more, or not yet, does not differ.
    int firstDifference(List<Entry> log, long below) {
        int most = Math.min(log.size(), entries.size());
        for (int i = 0; i < most && log.get(i).nextOffset() <= below; i++) {
            if (!log.get(i).equals(entries.get(i))) {
                return i;
            }
        }
        return -1;
    }

    Entry get(int index) {
        return entries.get(index);
    }

    /// @throws AssertionError if the log has not all of it
    void requireWhole(Replica replica, String as) {
        int different = firstDifference(replica.log(), Long.MAX_VALUE);
        if (different >= 0 || replica.log().size() < entries.size()) {
            throw new AssertionError(as + ", node " + replica.node() + ", has not all that is committed of " + name
                    + " up to " + end() + ": it ends at " + replica.end()
                    + (different < 0
                            ? ""
                            : ", and differs at " + get(different).baseOffset() + ": "
                                    + replica.log().get(different) + ", not " + get(different)));
        }
    }
}
