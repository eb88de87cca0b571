package io.kurier.coordinator.group.consumer;

import java.util.LinkedHashMap;
import java.util.Map;

/// Member ids that were given out to clients of the classic protocol, which have still to come back with them
/// (KIP-394). Lost with the coordinator: then a client is given another one.
final class ExpectedIds {
    private static final int MOST = 20_000;

    private final Map<String, Long> deadlines = new LinkedHashMap<>();

    /// Expects an id until then; false if there are too many.
    boolean add(String memberId, long deadlineMs, long nowMs) {
        deadlines.values().removeIf(deadline -> deadline <= nowMs);
        if (deadlines.size() >= MOST) {
            return false;
        }
        deadlines.put(memberId, deadlineMs);
        return true;
    }

    /// True if this id was expected; it is no longer.
    boolean take(String memberId, long nowMs) {
        Long deadlineMs = deadlines.remove(memberId);
        return deadlineMs != null && deadlineMs > nowMs;
    }
}
