package io.kurier.coordinator.group.classic;

import java.util.ArrayDeque;
import java.util.List;

/// What happened to a group lately, whatever kind of group it was then.
public final class GroupHistory {
    private static final int MOST = 50;

    private final ArrayDeque<GroupEvent> events = new ArrayDeque<>();

    /// Adds an event; the oldest one is forgotten.
    public void add(GroupEvent event) {
        if (events.size() == MOST) {
            events.poll();
        }
        events.add(event);
    }

    /// Oldest first.
    public List<GroupEvent> all() {
        return List.copyOf(events);
    }
}
