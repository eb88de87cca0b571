package io.kurier.tests.simulation;

import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What a run is made of, drawn from its seed.
///
/// @param nodes how many
/// @param partitions of the one topic
/// @param journal whether small appends go through the journal
/// @param faults those that may happen
/// @param pauseMs between two faults, at most
record Plan(int nodes, int partitions, boolean journal, Set<Fault> faults, int pauseMs) {
    /// What can go wrong.
    enum Fault {
        KILL,
        POWER_LOSS,
        POWER_LOSS_OF_ALL,
        CRASH_IN_A_WRITE,
        CLEAN_RESTART,
        FREEZE,
        CUT_ONE_WAY,
        CUT_BOTH_WAYS,
        ISOLATE,
        BROKEN_CONNECTIONS,
        CLOG,
        LOSS,
        SLOW_SYNC,
        FAILED_SYNC,
        READ_ERRORS,
        FLIPPED_RECORDS,
        FLIPPED_INDEX,
        /// Of another state of the log: entries name batches, and wrong ones.
        STRANGE_INDEX,
        CLOCK_JUMP
    }

    private static final Set<Fault> BAD_DISK =
            EnumSet.of(Fault.READ_ERRORS, Fault.FLIPPED_RECORDS, Fault.FLIPPED_INDEX, Fault.STRANGE_INDEX);

    /// Not all faults in all runs: some hide what others would show.
    static Plan draw(RandomGenerator random) {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        int ofTen = 2 + random.nextInt(7);
        boolean badDisk = random.nextInt(3) == 0;
        for (Fault fault : Fault.values()) {
            if (random.nextInt(10) < ofTen && (badDisk || !BAD_DISK.contains(fault))) {
                faults.add(fault);
            }
        }
        if (faults.isEmpty()) {
            faults.add(Fault.KILL);
        }
        return new Plan(
                random.nextInt(4) == 0 ? 5 : 3,
                1 + random.nextInt(3),
                random.nextInt(3) == 0,
                faults,
                200 + random.nextInt(1_500));
    }

    /// Nothing goes wrong.
    static Plan calm(int nodes) {
        return new Plan(nodes, 2, true, EnumSet.noneOf(Fault.class), 1_000);
    }

    /// Every time, all machines lose their power at once.
    static Plan powerLossOfAll(RandomGenerator random) {
        return new Plan(
                3,
                1 + random.nextInt(2),
                random.nextBoolean(),
                EnumSet.of(Fault.POWER_LOSS_OF_ALL),
                300 + random.nextInt(2_000));
    }
}
