package io.kurier.log;

import io.kurier.log.PowerLossAdversaryTest.End;
import io.kurier.testkit.Seeds;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// What [PowerLossAdversaryTest] does, at every single change of the disk and for many seeds.
class PowerLossAdversarySim {
    @Test
    void anyHistory() {
        Seeds.each(1000, PowerLossAdversaryTest::history);
    }

    @Test
    void thePowerGoesAtEveryChangeOfTheDisk() throws IOException {
        PowerLossAdversaryTest.everyEnd(End.POWER, 1, 2);
    }

    @Test
    void theProcessDiesAtEveryChangeOfTheDisk() throws IOException {
        PowerLossAdversaryTest.everyEnd(End.KILL, 1, 1);
    }

    @Test
    void recoveryDiesAtEveryChangeOfTheDisk() throws IOException {
        PowerLossAdversaryTest.recoveriesEnd(40);
    }
}
