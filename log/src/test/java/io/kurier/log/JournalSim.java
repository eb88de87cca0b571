package io.kurier.log;

import io.kurier.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// What [JournalTest] does, for many seeds.
class JournalSim {
    static {
        // Thousands of ends of the disk, each with a stack trace, would hide the one line that matters.
        System.setProperty("org.slf4j.simpleLogger.log.io.kurier.log", "off");
    }

    @Test
    void logsThatShareAJournalLoseNothing() {
        Seeds.each(2000, seed -> new JournalRun(seed).run());
    }
}
