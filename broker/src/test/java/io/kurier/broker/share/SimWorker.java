package io.kurier.broker.share;

import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.machine.Acknowledgement;
import io.kurier.broker.share.machine.AcquireWish;
import io.kurier.broker.share.machine.AcquiredRange;
import io.kurier.broker.share.machine.SharePartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.protocol.Errors;

/// A member of the share group that is slow, forgets what it has, crashes and comes back.
final class SimWorker {
    private static final int MOST_HELD = 3;

    private final String id;
    private final Random random;
    private final List<Held> held = new ArrayList<>();
    /// What it has acquired since it came.
    private final List<Held> had = new ArrayList<>();

    private record Held(SimLedShare by, AcquiredRange range) {}

    SimWorker(String id, Random random) {
        this.id = id;
        this.random = random;
    }

    /// Reads some of one leader's records.
    void fetch(SimLedShare from) {
        long next = from.share().nextFetchOffset();
        if (held.size() >= MOST_HELD || next == SharePartition.NONE || next >= from.jobs.end) {
            return;
        }
        AcquireWish wish = new AcquireWish(1 + random.nextInt(6), random.nextBoolean(), 1 + random.nextInt(6));
        List<AcquiredRange> acquired =
                from.share().acquire(id, () -> true, next, from.jobs.read(next, 1 + random.nextInt(4)), wish);
        acquired.forEach(range -> {
            from.jobs.deliver(from, range);
            held.add(new Held(from, range));
            had.add(held.getLast());
        });
    }

    /// Says something of what it has.
    ///
    /// @param reliable it does what can be done
    void work(boolean reliable) {
        if (held.isEmpty() || (!reliable && random.nextInt(3) == 0)) {
            return;
        }
        Held one = held.remove(random.nextInt(held.size()));
        if (!reliable && random.nextInt(12) == 0) {
            return; // it forgets
        }
        List<Byte> types = new ArrayList<>();
        for (long offset = one.range.first(); offset <= one.range.last(); offset++) {
            types.add(type(one.by.jobs.fates.get(offset), reliable));
        }
        acknowledge(one, types);
    }

    private byte type(SimJobs.Fate fate, boolean reliable) {
        return switch (fate.kind) {
            case GOOD -> reliable || random.nextInt(6) > 0 ? Acknowledgement.ACCEPT : Acknowledgement.RELEASE;
            case BAD -> Acknowledgement.REJECT;
            case POISON -> Acknowledgement.RELEASE;
        };
    }

    private void acknowledge(Held one, List<Byte> types) {
        SimJobs jobs = one.by.jobs;
        boolean ofNow = one.by.era == jobs.era;
        for (int i = 0; i < types.size() && ofNow; i++) {
            SimJobs.Fate fate = jobs.fates.get(one.range.first() + i);
            fate.acceptSent |= types.get(i) == Acknowledgement.ACCEPT;
            fate.rejectSent |= types.get(i) == Acknowledgement.REJECT;
        }
        try {
            one.by
                    .share()
                    .acknowledge(
                            id, List.of(new Acknowledgement(one.range.first(), one.range.last(), List.copyOf(types))))
                    .thenAccept(error -> told(one, types, error));
        } catch (PartitionException e) {
            return; // its time has run out
        }
    }

    private void told(Held one, List<Byte> types, Errors error) {
        SimJobs jobs = one.by.jobs;
        if (error != Errors.NONE) {
            if (random.nextBoolean()) {
                held.add(one);
            }
        } else if (one.by.era == jobs.era && jobs.isOpen) {
            for (int i = 0; i < types.size(); i++) {
                jobs.fates.get(one.range.first() + i).toldDone |= types.get(i) != Acknowledgement.RELEASE;
            }
        }
    }

    /// Its connections are gone.
    ///
    /// @param untouched it has closed them itself
    void leave(Collection<SimLedShare> leaders, boolean untouched) {
        for (Held one : had) {
            for (long offset = one.range.first(); untouched && offset <= one.range.last(); offset++) {
                if (one.by.era == one.by.jobs.era) {
                    one.by.jobs.fates.get(offset).uncounted++;
                }
            }
        }
        held.clear();
        had.clear();
        leaders.forEach(leader -> leader.share().release(id, untouched));
    }
}
