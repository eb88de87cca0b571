package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.log.file.SyncFailure;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// After a failed sync the page cache shows what the disk does not have. What a later process takes for durable is.
class SyncFailureTest {
    @ParameterizedTest
    @ValueSource(strings = {".log", ".journal"})
    void whatTheNextProcessTakesForDurableSurvivesAPowerLoss(String file) {
        LogWorld world = new LogWorld();
        world.append("first");
        if (file.equals(".journal")) {
            world.settle();
            world.append("second");
        }
        world.disk.failNextSync(path -> path.toString().endsWith(file));
        world.settle();
        assertThat(world.directory.isOnline()).isFalse();

        world.killAndStart();
        List<String> found = world.values(0);
        world.settle();
        assertThat(found).endsWith(file.equals(".journal") ? "second" : "first");
        assertThat(world.log.durableEndOffset()).isEqualTo(found.size());
        assertThat(world.disk.exists(LogWorld.DATA.resolve(SyncFailure.NAME))).isFalse();

        world.losePowerAndStart();
        assertThat(world.values(0)).isEqualTo(found);
    }

    @Test
    void aStartThatDiesWhileItMendsIsRepeated() {
        for (int writes = 0; writes < 12; writes++) {
            LogWorld world = new LogWorld();
            world.append("first");
            world.settle();
            world.append("second");
            world.disk.failNextSync(path -> true);
            world.settle();
            world.disk.killProcess();
            world.disk.reboot();
            world.disk.killAfterWrites(writes);
            try {
                world.startAgain(3);
            } catch (RuntimeException | AssertionError killed) {
                assertThat(world.disk.isDead()).isTrue();
            }
            world.disk.killProcess();
            world.disk.reboot();
            world.startAgain(4);
            List<String> found = world.values(0);
            world.settle();
            assertThat(world.log.durableEndOffset()).isEqualTo(found.size());
            world.losePowerAndStart();
            assertThat(world.values(0)).as("after %d writes", writes).isEqualTo(found);
        }
    }
}
