package io.kurier.log;

import io.kurier.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// What [JournalTest] does, for many seeds.
class JournalSim {
    @Test
    void logsThatShareAJournalLoseNothing() {
        Seeds.each(2000, seed -> new JournalRun(seed).run());
    }
}
