package io.kurier.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kurier.testkit.planted.BrokenSources;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A simulation that finds nothing proves nothing: each planted bug must be found, within a number of seeds.
class PlantedBugsSim {
    private static final int SEEDS = Integer.getInteger("kurier.planted.seeds", 200);
    /// `-Dkurier.planted=true` looks for all; each takes up to minutes.
    private static final boolean ALL = Boolean.getBoolean("kurier.planted");

    private static final Set<PlantedBug> QUICK =
            EnumSet.of(PlantedBug.FSYNC_IS_SKIPPED, PlantedBug.FOLLOWER_CUTS_AT_ITS_HIGH_WATERMARK);

    @ParameterizedTest
    @EnumSource
    void finds(PlantedBug bug, @TempDir Path folder) throws Exception {
        BrokenSources.compile(bug.name(), bug.edits, folder);
        assumeThat(ALL || QUICK.contains(bug))
                .as("asked for by -Dkurier.planted=true")
                .isTrue();
        String found = BrokenSources.firstFailure(folder, BrokenRun.class, SEEDS);
        assertThat(found)
                .as("what is found with %s within %d seeds", bug, SEEDS)
                .isNotNull();
        System.out.println(bug + " is found: " + found);
    }
}
