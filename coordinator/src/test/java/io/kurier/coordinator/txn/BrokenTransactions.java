package io.kurier.coordinator.txn;

import org.jspecify.annotations.Nullable;

/// Runs seeds of the simulation of transactions until one fails. Called in a class loader of its own, with nothing but
/// what the JDK has.
public final class BrokenTransactions {
    private BrokenTransactions() {}

    /// The first seed that fails, and how, in one line; null if none does.
    public static @Nullable String firstFailure(int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            try {
                TxnSim.run(seed);
            } catch (AssertionError | RuntimeException e) {
                return "seed " + seed + ": "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            }
        }
        return null;
    }
}
