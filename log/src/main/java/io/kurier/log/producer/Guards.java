package io.kurier.log.producer;

import java.util.LinkedHashMap;
import java.util.Map;

/// Transactions that are being verified before they begin in a log, by producer id: a marker that comes meanwhile makes
/// the verification void. Bounded; the oldest go first.
final class Guards {
    private static final int MAX = 10_000;

    /// True once a marker has come.
    private final Map<Long, Boolean> guards = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > MAX;
        }
    };

    void set(long producerId) {
        guards.put(producerId, false);
    }

    void markerCame(long producerId) {
        guards.replace(producerId, true);
    }

    void remove(long producerId) {
        guards.remove(producerId);
    }

    boolean isVoid(long producerId) {
        return guards.getOrDefault(producerId, false);
    }
}
