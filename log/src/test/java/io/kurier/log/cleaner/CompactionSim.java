package io.kurier.log.cleaner;

import io.kurier.testkit.Seeds;
import org.junit.jupiter.api.Test;

/// Logs that are appended to, with and without transactions, and compacted, while the disk loses power and the process
/// is killed at random moments: the newest value of every key stays, no deleted key comes back, no marker goes before
/// its transaction's records, and what readers of committed records see is the same as without compaction. 5,000 seeds
/// by command: `-Dkurier.seeds=5000`.
class CompactionSim {
    private static final int SEEDS = 200;

    @Test
    void compactionChangesNothingThatCounts() {
        Seeds.each(SEEDS, seed -> new CompactionRun(seed).run());
    }
}
