package io.kurier.coordinator.group.share;

import java.util.LinkedHashMap;
import java.util.Map;

/// The last epochs of share groups that there are no more. A group of the same name goes on behind them, so that
/// whatever is late of the former one is known to be old. Only the most recent are remembered.
public final class ShareEpochs {
    private static final int MOST = 10_000;

    private final Map<String, Integer> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST;
        }
    };

    /// Nothing is left of a group.
    public void gone(ShareGroup group) {
        if (group.epoch > 0) {
            last.put(group.id, group.epoch);
        }
    }

    /// The epoch of the last group of this name; 0 if none is known.
    int of(String groupId) {
        return last.getOrDefault(groupId, 0);
    }
}
