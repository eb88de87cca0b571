package io.kurier.tests.simulation.invariant;

/// The elected leader of a partition has the whole committed log.
public final class LeaderCompleteness implements Invariant {
    @Override
    public void check(Look look) {
        for (Replica replica : look.replicas()) {
            if (replica.isUp()
                    && replica.node() == look.state().leader()
                    && replica.ledEpoch() == look.state().leaderEpoch()) {
                look.committed()
                        .requireWhole(
                                replica, "the leader in epoch " + look.state().leaderEpoch());
            }
        }
    }
}
