package io.kurier.tests.simulation.invariant;

/// Each member of the ISR and of the ELR has the whole committed log: it may be elected at any moment. It is broken,
/// too, where a leader does not wait for the maximal ISR, or a replica is let in that has lost something.
public final class CandidateCompleteness implements Invariant {
    @Override
    public void check(Look look) {
        for (Replica replica : look.replicas()) {
            boolean member = look.state().isr().contains(replica.node());
            boolean eligible = look.state().elr().contains(replica.node());
            if ((member || eligible) && (replica.isUp() || !look.filesLack())) {
                look.committed()
                        .requireWhole(
                                replica, (member ? "a member of the ISR " : "a member of the ELR ") + look.state());
            }
        }
    }
}
