package io.kurier.coordinator.group;

import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Runs seeds of all simulations of groups until one fails. Called in a class loader of its own, with nothing but what
/// the JDK has.
public final class BrokenGroups {
    private BrokenGroups() {}

    /// The first seed that fails, and how, in one line; null if none does.
    public static @Nullable String firstFailure(int seeds) {
        List<LongConsumer> simulations = List.of(ConsumerGroupSim::run, MigrationSim::run, ClassicGroupSim::run);
        for (long seed = 1; seed <= seeds; seed++) {
            for (LongConsumer simulation : simulations) {
                try {
                    simulation.accept(seed);
                } catch (AssertionError | RuntimeException e) {
                    return "seed " + seed + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
                }
            }
        }
        return null;
    }
}
