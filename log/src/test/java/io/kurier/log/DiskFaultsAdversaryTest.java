package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// A disk that fails and goes on: an error of the disk ends the directory's work and nothing is promised any more; a
/// full one refuses, loses nothing, and heals.
class DiskFaultsAdversaryTest {
    /// Appends and flushes until something fails; the failure, or null.
    private static boolean work(TormentedLog log) throws IOException {
        try {
            for (int i = 0; i < 14; i++) {
                log.append();
                if (i % 3 == 1) {
                    log.world.settle();
                }
                if (i == 7) {
                    log.roll();
                }
            }
            log.startEpoch();
            log.append();
            log.truncate(log.log().logEndOffset() - 2);
            log.append();
            log.flush();
            log.directory().checkpoint();
            log.retain();
            return true;
        } catch (LogException e) {
            assertThat(e.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
            return false;
        }
    }

    private static long mutationsOfWork() throws IOException {
        TormentedLog log = new TormentedLog(3, 3);
        log.open();
        long before = log.disk().mutations();
        assertThat(work(log)).isTrue();
        return log.disk().mutations() - before;
    }

    @Test
    void anErrorAtAnyChangeOfTheDisk() throws IOException {
        long mutations = mutationsOfWork();
        int offline = 0;
        for (long n = 1; n <= mutations; n++) {
            try {
                TormentedLog log = new TormentedLog(3, n);
                log.open();
                log.disk().failMutation(n);
                work(log);
                if (!log.directory().isOnline()) {
                    offline++;
                    refusesAllFromNowOn(log);
                }
                log.disk().powerLoss();
                log.reopenAndCheck();
            } catch (AssertionError | RuntimeException | IOException e) {
                throw new AssertionError("an error at mutation " + n + " of " + mutations, e);
            }
        }
        assertThat(offline).isPositive();
    }

    /// Not even the bytes that are synced after it may be announced: the failed sync has lost some before them.
    @Test
    void aFailedSyncOfTheLogEndsTheDirectory() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            TormentedLog log = new TormentedLog(seed, seed);
            log.open();
            List<IOException> heard = new ArrayList<>();
            log.directory().onOffline(heard::add);
            log.append();
            log.flush();
            long durable = log.durable();
            log.append();
            log.disk().failNextSync(path -> path.toString().endsWith(".log"));
            log.world.settle();

            assertThat(log.directory().isOnline()).isFalse();
            assertThat(heard).hasSize(1);
            refusesAllFromNowOn(log);
            log.world.advance(java.time.Duration.ofMinutes(5));
            assertThat(log.durable()).isEqualTo(durable);
            log.directory().close();
            log.disk().powerLoss();
            log.restart();
            log.open();
            assertThat(log.directory().wasCleanlyClosed()).isFalse();
            log.check();
        }
    }

    private static void refusesAllFromNowOn(TormentedLog log) {
        long durable = log.durable();
        assertThatThrownBy(log::append)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR));
        assertThatThrownBy(log::flush)
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR));
        assertThat(log.durable()).isEqualTo(durable);
    }

    @Test
    void aFullDiskAtAnyChangeOfItHeals() throws IOException {
        long mutations = mutationsOfWork();
        int refused = 0;
        for (long n = 1; n <= mutations; n++) {
            for (boolean restartFull : new boolean[] {false, true}) {
                try {
                    TormentedLog log = new TormentedLog(3, n);
                    log.open();
                    log.disk().fullAfterWrites(n);
                    refused += work(log) ? 0 : 1;
                    assertThat(log.directory().isOnline())
                            .as("a full disk is not a broken one")
                            .isTrue();
                    log.check();
                    if (restartFull) {
                        log.disk().killProcess();
                        log.restart();
                        startFull(log);
                    }
                    log.disk().heal();
                    if (restartFull) {
                        log.reopenAndCheck();
                    }
                    assertThat(work(log)).as("all is well again").isTrue();
                    log.check();
                    log.disk().powerLoss();
                    log.reopenAndCheck();
                } catch (AssertionError | RuntimeException | IOException e) {
                    throw new AssertionError(
                            "full at mutation " + n + " of " + mutations + ", restarted " + restartFull, e);
                }
            }
        }
        assertThat(refused).isPositive();
    }

    /// It may refuse to start, but not harm anything.
    private static void startFull(TormentedLog log) {
        try {
            log.open();
            log.check();
        } catch (IOException | LogException e) {
            assertThat(e).hasMessageContaining("No space left on device");
        }
    }

    @Test
    void aFileThatCannotBeReadIsNotTakenForAnEmptyOne() throws IOException {
        for (String kind : new String[] {".log", ".index", ".timeindex", ".snapshot", "checkpoint", ".metadata"}) {
            TormentedLog log = new TormentedLog(5, 5);
            log.open();
            work(log);
            log.directory().checkpoint();
            log.disk().killProcess();
            log.restart();
            log.disk().failReads(path -> path.toString().endsWith(kind));
            try {
                log.open();
                log.check();
            } catch (IOException | LogException e) {
                assertThat(e).hasMessageContaining("Input/output error");
            }
            log.disk().heal();
            log.disk().killProcess();
            log.reopenAndCheck();
        }
    }
}
