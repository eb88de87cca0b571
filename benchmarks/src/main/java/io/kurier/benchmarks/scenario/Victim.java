package io.kurier.benchmarks.scenario;

/// Which of three nodes is taken away, and how.
public enum Victim {
    /// Killed: it leads all partitions that are written to, and is not the active controller.
    LEADER("leader killed"),
    /// Killed: it is the active controller, and leads nothing that is written to.
    CONTROLLER("controller killed"),
    /// Killed: it is the active controller, and leads all partitions that are written to.
    BOTH("leader and controller killed"),
    /// Stands still (SIGSTOP), and goes on three seconds later: as LEADER.
    FROZEN("leader frozen"),
    /// The same, as BOTH.
    FROZEN_BOTH("leader and controller frozen");

    private final String title;

    Victim(String title) {
        this.title = title;
    }

    /// As tables name it.
    public String title() {
        return title;
    }

    boolean isController() {
        return this == CONTROLLER || this == BOTH || this == FROZEN_BOTH;
    }

    boolean isFrozen() {
        return this == FROZEN || this == FROZEN_BOTH;
    }
}
