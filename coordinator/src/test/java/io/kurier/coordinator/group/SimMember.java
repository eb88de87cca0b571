package io.kurier.coordinator.group;

import java.util.Set;

/// A simulated consumer of either protocol.
interface SimMember {
    String id();

    boolean isAlive();

    void start();

    void crash();

    void leave();

    /// Does what is due.
    void tick();

    /// Commits a little more on one of its partitions.
    void commit();

    /// What it reads while the coordinator must count it as a member: it has heard of it within a session.
    Set<Integer> surelyReads(int sessionMs);
}
