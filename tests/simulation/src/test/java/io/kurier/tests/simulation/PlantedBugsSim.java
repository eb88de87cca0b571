package io.kurier.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A simulation that finds nothing proves nothing: each planted bug must be found, within a number of seeds.
class PlantedBugsSim {
    private static final int SEEDS = Integer.getInteger("kurier.planted.seeds", 40);

    @ParameterizedTest
    @EnumSource
    void finds(PlantedBug bug, @TempDir Path folder) throws Exception {
        BrokenSources.compile(bug, folder);
        try (URLClassLoader broken = BrokenSources.loader(folder)) {
            Method run = broken.loadClass(PlantedBugsSim.class.getPackageName() + ".BrokenRun")
                    .getMethod("firstFailure", int.class);
            String found = (String) run.invoke(null, SEEDS);
            assertThat(found)
                    .as("what is found with %s within %d seeds", bug, SEEDS)
                    .isNotNull();
            System.out.println(bug + " is found: " + found);
        } catch (InvocationTargetException e) {
            throw new AssertionError(bug + " cannot be run", e.getCause());
        }
    }
}
