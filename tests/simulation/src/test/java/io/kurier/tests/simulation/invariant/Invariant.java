package io.kurier.tests.simulation.invariant;

/// A rule that holds at every moment.
public interface Invariant {
    /// @throws AssertionError if it is broken
    void check(Look look);
}
