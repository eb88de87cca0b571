package io.kurier.coordinator.group.classic;

/// Where a classic group stands.
public enum GroupState {
    /// No members; perhaps offsets.
    EMPTY("Empty"),
    /// Waiting for the members to (re-)join.
    PREPARING_REBALANCE("PreparingRebalance"),
    /// A generation is formed; waiting for the leader's assignment.
    COMPLETING_REBALANCE("CompletingRebalance"),
    /// Every member has its assignment.
    STABLE("Stable"),
    /// There is no such group, or none any more.
    DEAD("Dead");

    private final String shown;

    GroupState(String shown) {
        this.shown = shown;
    }

    /// The name in the protocol.
    public String shown() {
        return shown;
    }
}
