package io.kurier.log;

import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Ends at every moment: what was durable is there afterwards, and nothing that never was.
class PowerLossAdversaryTest {
    private static final long NEVER = 1L << 60;

    enum End {
        POWER,
        KILL
    }

    @Test
    void anyHistory() {
        Seeds.each(25, PowerLossAdversaryTest::history);
    }

    /// Rounds of random deeds, each ended at a random change of the disk or between two; recovery is ended too, now and
    /// then.
    static void history(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        TormentedLog log = new TormentedLog(seed, seed);
        log.open();
        for (int round = 0; round < 6; round++) {
            arm(log.disk(), random, 80);
            boolean alive = true;
            for (int deed = random.nextInt(70); deed > 0 && alive; deed--) {
                alive = log.unlessItDies(log::anything);
            }
            if (alive) {
                if (random.nextBoolean()) {
                    log.disk().powerLoss();
                } else {
                    log.disk().killProcess();
                }
            }
            recover(log, random);
            log.check();
        }
    }

    private static void recover(TormentedLog log, SplittableRandom random) throws IOException {
        boolean recovered = false;
        while (!recovered) {
            log.restart();
            if (random.nextInt(3) == 0) {
                arm(log.disk(), random, 25);
            }
            recovered = log.unlessItDies(log::open);
            log.disk().crashAfterWrites(NEVER);
        }
    }

    private static void arm(SimDisk disk, SplittableRandom random, int within) {
        switch (random.nextInt(3)) {
            case 0 -> disk.crashAfterWrites(1 + random.nextInt(within));
            case 1 -> disk.killAfterWrites(1 + random.nextInt(within));
            default -> disk.crashAfterWrites(NEVER);
        }
    }

    /// Everything that a log does, once: appends, flushes, rolls, truncations, checkpoints, retention, a clean stop.
    private static void story(TormentedLog log) throws IOException {
        for (int i = 0; i < 8; i++) {
            log.append();
        }
        log.world.settle();
        log.startEpoch();
        for (int i = 0; i < 4; i++) {
            log.append();
        }
        log.flush();
        log.roll();
        for (int i = 0; i < 5; i++) {
            log.append();
        }
        log.directory().checkpoint();
        long middle = (log.log().logStartOffset() + log.log().logEndOffset()) / 2;
        log.truncate(middle);
        log.startEpoch();
        for (int i = 0; i < 12; i++) {
            log.transaction();
            log.append();
            log.world.settle();
        }
        log.advanceStart(log.log().durableEndOffset() / 3);
        log.retain();
        log.world.advance(Duration.ofSeconds(70));
        log.append();
        log.flush();
        log.directory().checkpoint();
        log.truncateFully(log.log().logEndOffset() + 5);
        log.append();
        log.append();
        log.world.settle();
        log.directory().close();
    }

    private static long mutationsOfStory(long deeds) throws IOException {
        TormentedLog log = new TormentedLog(deeds, 0);
        log.open();
        long before = log.disk().mutations();
        story(log);
        return log.disk().mutations() - before;
    }

    @Test
    void thePowerGoesAtChangesOfTheDisk() throws IOException {
        everyEnd(End.POWER, 5, 1);
    }

    @Test
    void theProcessDiesAtChangesOfTheDisk() throws IOException {
        everyEnd(End.KILL, 5, 1);
    }

    /// @param step 1 for every change, 5 for every fifth
    /// @param losses how many different losses at each
    static void everyEnd(End end, int step, int losses) throws IOException {
        long mutations = mutationsOfStory(1);
        for (long n = 1; n <= mutations; n += step) {
            for (long loss = 0; loss < losses; loss++) {
                try {
                    TormentedLog log = endedAt(end, n, n * 7 + loss);
                    log.reopenAndCheck();
                    // What recovery believed must survive the next power loss as well.
                    log.disk().powerLoss();
                    log.reopenAndCheck();
                } catch (AssertionError | RuntimeException | IOException e) {
                    throw new AssertionError(end + " at mutation " + n + " of " + mutations + ", loss " + loss, e);
                }
            }
        }
    }

    private static TormentedLog endedAt(End end, long n, long losses) throws IOException {
        TormentedLog log = new TormentedLog(1, losses);
        log.open();
        switch (end) {
            case POWER -> log.disk().crashAfterWrites(n);
            case KILL -> log.disk().killAfterWrites(n);
        }
        log.unlessItDies(() -> story(log));
        return log;
    }

    /// Recovery is itself ended at each of its changes of the disk, and must still come to the same.
    @Test
    void recoveryDiesAtEveryChangeOfTheDisk() throws IOException {
        recoveriesEnd(8);
    }

    static void recoveriesEnd(int count) throws IOException {
        long mutations = mutationsOfStory(1);
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < count; i++) {
            long n = 1 + random.nextLong(mutations);
            boolean ended = true;
            for (long k = 1; ended; k++) {
                TormentedLog log = endedAt(random.nextBoolean() ? End.POWER : End.KILL, n, n * 7);
                log.restart();
                log.disk().crashAfterWrites(k);
                ended = !log.unlessItDies(log::open);
                log.disk().crashAfterWrites(NEVER);
                try {
                    if (ended) {
                        log.reopenAndCheck();
                    } else {
                        log.check();
                    }
                } catch (AssertionError | RuntimeException | IOException e) {
                    throw new AssertionError("the end at mutation " + n + ", again at " + k + " of recovery", e);
                }
            }
        }
    }
}
