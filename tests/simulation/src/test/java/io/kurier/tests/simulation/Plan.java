package io.kurier.tests.simulation;

import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/// What a run is made of, drawn from its seed.
///
/// @param nodes how many
/// @param partitions of the one topic
/// @param journal whether small appends go through the journal
/// @param memory whether the topic counts as stored what is in memory (`kurier.durability`): then one machine at a time
///     loses its power, and no disk
/// @param faults those that may happen
/// @param pauseMs between two faults, at most
record Plan(int nodes, int partitions, boolean journal, boolean memory, Set<Fault> faults, int pauseMs) {
    /// What can go wrong.
    enum Fault {
        KILL,
        POWER_LOSS,
        POWER_LOSS_OF_ALL,
        CRASH_IN_A_WRITE,
        CLEAN_RESTART,
        /// Another process, before requests that count on the old one have arrived.
        QUICK_REBOOT,
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
    /// After them a disk may lack what was in memory, on more machines than may lack it.
    private static final Set<Fault> TOO_MUCH_FOR_MEMORY =
            EnumSet.of(Fault.POWER_LOSS_OF_ALL, Fault.CRASH_IN_A_WRITE, Fault.FAILED_SYNC, Fault.READ_ERRORS);

    /// Not all faults in all runs: some hide what others would show.
    static Plan draw(RandomGenerator random) {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        int ofTen = 2 + random.nextInt(7);
        boolean badDisk = random.nextInt(3) == 0;
        boolean memory = random.nextInt(6) == 0;
        for (Fault fault : Fault.values()) {
            boolean possible =
                    (badDisk || !BAD_DISK.contains(fault)) && !(memory && TOO_MUCH_FOR_MEMORY.contains(fault));
            if (random.nextInt(10) < ofTen && possible) {
                faults.add(fault);
            }
        }
        if (memory) {
            faults.add(Fault.QUICK_REBOOT); // what is told of a process that is over does harm only there
        } else if (faults.isEmpty()) {
            faults.add(Fault.KILL);
        }
        return new Plan(
                random.nextInt(4) == 0 ? 5 : 3,
                1 + random.nextInt(3),
                random.nextInt(3) == 0,
                memory,
                faults,
                200 + random.nextInt(1_500));
    }

    /// Nothing goes wrong.
    static Plan calm(int nodes) {
        return new Plan(nodes, 2, true, false, EnumSet.noneOf(Fault.class), 1_000);
    }

    /// Every time, all machines lose their power at once.
    static Plan powerLossOfAll(RandomGenerator random) {
        return new Plan(
                3,
                1 + random.nextInt(2),
                random.nextBoolean(),
                false,
                EnumSet.of(Fault.POWER_LOSS_OF_ALL),
                300 + random.nextInt(2_000));
    }
}
