package io.kurier.log;

import io.kurier.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// Moves between data directories, with power losses and kills at random moments, 1,000 seeds: nothing durable is lost,
/// nothing is doubled, deleted records stay deleted, and a partition always lies in one directory.
class MoveSim {
    private static final int SEEDS = 1000;

    @Test
    void aPartitionIsAlwaysWholeAndInOnePlace() {
        Seeds.each(SEEDS, seed -> new MoveRun(seed).run());
    }
}
