package io.kurier.tests.simulation.invariant;

/// The ELR is empty when `min.insync.replicas` are in sync, and nobody is in both (KIP-966).
public final class EmptyElr implements Invariant {
    @Override
    public void check(Look look) {
        boolean enough = look.state().isr().size() >= look.minInSync();
        boolean both = look.state().elr().stream().anyMatch(look.state().isr()::contains);
        if (both || enough && !look.state().elr().isEmpty()) {
            throw new AssertionError("the ELR of " + look.name() + " is wrong: " + look.state());
        }
    }
}
