package io.kurier.coordinator.share;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Puts batches of state together, so that they stay as few as possible.
final class StateBatches {
    private final TreeMap<Long, StateBatch> byFirstOffset = new TreeMap<>();

    private StateBatches() {}

    /// What is known when `news` are told after `known`: of each offset the last word, in order, without overlaps,
    /// neighbours that are alike as one, and nothing below `startOffset`.
    static List<StateBatch> combine(List<StateBatch> known, Collection<StateBatch> news, long startOffset) {
        StateBatches batches = new StateBatches();
        known.forEach(batches::put);
        news.forEach(batches::put);
        return batches.from(startOffset);
    }

    private void put(StateBatch batch) {
        Map.Entry<Long, StateBatch> before = byFirstOffset.lowerEntry(batch.firstOffset());
        if (before != null && before.getValue().lastOffset() >= batch.firstOffset()) {
            StateBatch cut = before.getValue();
            add(cut.between(cut.firstOffset(), batch.firstOffset() - 1));
            if (cut.lastOffset() > batch.lastOffset()) {
                add(cut.between(batch.lastOffset() + 1, cut.lastOffset()));
            }
        }
        Map<Long, StateBatch> within = byFirstOffset.subMap(batch.firstOffset(), true, batch.lastOffset(), true);
        List<StateBatch> covered = List.copyOf(within.values());
        within.clear();
        for (StateBatch cut : covered) {
            if (cut.lastOffset() > batch.lastOffset()) {
                add(cut.between(batch.lastOffset() + 1, cut.lastOffset()));
            }
        }
        add(batch);
    }

    private void add(StateBatch batch) {
        byFirstOffset.put(batch.firstOffset(), batch);
    }

    private List<StateBatch> from(long startOffset) {
        List<StateBatch> merged = new ArrayList<>();
        for (StateBatch batch : byFirstOffset.values()) {
            if (batch.lastOffset() >= startOffset) {
                StateBatch kept = batch.between(Math.max(batch.firstOffset(), startOffset), batch.lastOffset());
                StateBatch last = merged.isEmpty() ? null : merged.getLast();
                if (last != null && last.lastOffset() + 1 == kept.firstOffset() && last.isLike(kept)) {
                    merged.set(merged.size() - 1, last.between(last.firstOffset(), kept.lastOffset()));
                } else {
                    merged.add(kept);
                }
            }
        }
        return List.copyOf(merged);
    }
}
