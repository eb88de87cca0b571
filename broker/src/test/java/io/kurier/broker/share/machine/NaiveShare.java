package io.kurier.broker.share.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A share partition as one would write it without a thought for time or memory: an entry for each offset.
final class NaiveShare {
    enum Fate {
        AVAILABLE,
        ACQUIRED,
        SETTLING,
        ACKNOWLEDGED,
        ARCHIVED,
        REJECTED,
        EXHAUSTED;

        boolean isDying() {
            return this == REJECTED || this == EXHAUSTED;
        }
    }

    static final class Entry {
        Fate fate = Fate.AVAILABLE;
        int deliveries;
        String member = "";
        long untilNs;
        Fate after = Fate.AVAILABLE;
        int deliveriesAfter;
        boolean forced;
        boolean underWay;
    }

    final TreeMap<Long, Entry> entries = new TreeMap<>();
    long start;
    long end;

    NaiveShare(long start) {
        this.start = start;
        this.end = start;
    }

    Entry at(long offset) {
        return entries.get(offset);
    }

    Entry reach(long offset) {
        while (end <= offset) {
            entries.put(end, new Entry());
            end++;
        }
        return entries.get(offset);
    }

    boolean owns(String member, long first, long last) {
        for (long offset = Math.max(first, start); offset <= last; offset++) {
            Entry entry = at(offset);
            if (entry == null || entry.fate != Fate.ACQUIRED || !entry.member.equals(member)) {
                return false;
            }
        }
        return true;
    }

    void settle(Entry entry, Fate after, int deliveriesAfter, boolean forced) {
        entry.fate = Fate.SETTLING;
        entry.after = after;
        entry.deliveriesAfter = deliveriesAfter;
        entry.forced = forced;
        entry.underWay = false;
    }

    /// What a member has said, and fails, is nobody's: it is gone.
    void leave(String member) {
        for (Entry entry : entries.values()) {
            if (entry.fate == Fate.SETTLING && !entry.forced && entry.member.equals(member)) {
                entry.member = "";
                entry.untilNs = Long.MIN_VALUE;
            }
        }
    }

    boolean anySettling() {
        return entries.values().stream().anyMatch(entry -> entry.fate == Fate.SETTLING && !entry.underWay);
    }

    void written(boolean stored) {
        for (Entry entry : entries.values()) {
            if (entry.fate == Fate.SETTLING && entry.underWay) {
                if (stored) {
                    entry.fate = entry.after;
                    entry.deliveries = entry.deliveriesAfter;
                } else if (entry.forced) {
                    entry.underWay = false;
                } else {
                    entry.fate = Fate.ACQUIRED;
                }
            }
        }
        advance();
    }

    void advance() {
        while (start < end && (at(start).fate == Fate.ACKNOWLEDGED || at(start).fate == Fate.ARCHIVED)) {
            drop(start + 1);
        }
    }

    void drop(long below) {
        if (below > start) {
            entries.headMap(below).clear();
            start = below;
            end = Math.max(end, below);
        }
    }

    long firstAvailable() {
        for (Map.Entry<Long, Entry> entry : entries.entrySet()) {
            if (entry.getValue().fate == Fate.AVAILABLE) {
                return entry.getKey();
            }
        }
        return end;
    }

    List<Long> heldBy(String member) {
        List<Long> held = new ArrayList<>();
        entries.forEach((offset, entry) -> {
            if (entry.fate == Fate.ACQUIRED && entry.member.equals(member)) {
                held.add(offset);
            }
        });
        return held;
    }
}
