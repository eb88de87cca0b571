package io.kurier.log;

import io.kurier.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// Power losses and kills at random moments of a log's life, 1,000 seeds: nothing below the durable end is ever lost,
/// nothing is doubled for an idempotent producer, records are identical and in order.
class PowerLossSim {
    private static final int SEEDS = 1000;

    @Test
    void nothingDurableIsLostAndNothingDoubled() {
        Seeds.each(SEEDS, seed -> new PowerLossRun(seed).run());
    }
}
