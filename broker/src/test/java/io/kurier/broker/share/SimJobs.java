package io.kurier.broker.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.share.machine.AcquiredRange;
import io.kurier.broker.share.machine.ReadBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// The records of one partition, and what became of each by those who saw it: what must hold is checked here.
final class SimJobs {
    /// What members do with a record.
    enum Kind {
        /// It is accepted sooner or later.
        GOOD,
        /// Nobody can do it: it is released, or not spoken of.
        POISON,
        /// It is rejected.
        BAD
    }

    /// What happened to one record since the group's state began.
    static final class Fate {
        final Kind kind;
        int deliveries;
        /// Those that nobody needs to remember: their leader is gone, or the member has not looked at them.
        int uncounted;
        boolean acceptSent;
        boolean rejectSent;
        boolean toldDone;
        boolean hasLetter;

        Fate(Kind kind) {
            this.kind = kind;
        }
    }

    final ShareKey key;
    final int limit;
    final boolean deadLetters;
    final List<ReadBatch> batches = new ArrayList<>();
    final TreeMap<Long, Fate> fates = new TreeMap<>();
    long end;
    int era;
    /// False while the group's state ends and begins anew.
    boolean isOpen = true;
    /// The start that is stored for sure.
    long storedStart = -1;
    private SimLedShare serving;

    SimJobs(ShareKey key, int limit, boolean deadLetters) {
        this.key = key;
        this.limit = limit;
        this.deadLetters = deadLetters;
    }

    void produce(Random random) {
        long first = end + (random.nextInt(8) == 0 ? random.nextInt(3) : 0);
        long last = first + random.nextInt(4);
        boolean delivered = random.nextInt(10) > 0;
        add(random, new ReadBatch(first, last, delivered));
    }

    /// The last one, which is a record.
    void produceLast(Random random) {
        add(random, new ReadBatch(end, end, true));
    }

    private void add(Random random, ReadBatch batch) {
        batches.add(batch);
        for (long offset = batch.first(); batch.delivered() && offset <= batch.last(); offset++) {
            int kind = random.nextInt(10);
            fates.put(offset, new Fate(kind == 0 ? Kind.POISON : kind == 1 ? Kind.BAD : Kind.GOOD));
        }
        end = batch.last() + 1;
    }

    List<ReadBatch> read(long from, int most) {
        return batches.stream()
                .filter(batch -> batch.last() >= from)
                .limit(most)
                .toList();
    }

    /// A member has these now.
    void deliver(SimLedShare by, AcquiredRange range) {
        assertThat(range.deliveries()).as("deliveries as told").isLessThanOrEqualTo(limit);
        if (by.era != era || by.replaced) {
            return; // it does not know yet that it is over
        }
        if (serving != by) {
            if (serving != null && serving.era == era) {
                if (serving.leaderEpoch > by.leaderEpoch) {
                    by.replaced = true;
                    return;
                }
                serving.replaced = true;
                serving.delivered.forEach(offset -> fates.get(offset).uncounted++);
            }
            serving = by;
        }
        for (long offset = range.first(); offset <= range.last(); offset++) {
            Fate fate = fates.get(offset);
            assertThat(fate).as("record " + offset).isNotNull();
            fate.deliveries++;
            by.delivered.add(offset);
            assertThat(fate.deliveries - fate.uncounted)
                    .as("deliveries of " + offset + " that count")
                    .isLessThanOrEqualTo(limit);
            assertThat(fate.toldDone)
                    .as("a member was told that " + offset + " is done, and it is delivered again")
                    .isFalse();
        }
    }

    /// Dead letters are written of these.
    void buried(int ofEra, long first, long upTo) {
        if (ofEra == era) {
            fates.subMap(first, upTo).forEach((offset, fate) -> {
                assertThat(fate.rejectSent || fate.deliveries >= limit)
                        .as("record " + offset + " is undeliverable")
                        .isTrue();
                fate.hasLetter = true;
            });
        }
    }

    /// A leader has read the state.
    ///
    /// @param least what was stored for sure before it asked
    void checkRead(long start, long least) {
        assertThat(start).as("the start that is read").isGreaterThanOrEqualTo(least);
        fates.headMap(start).forEach(this::checkDone);
        storedStart = Math.max(storedStart, start);
    }

    void checkDone(long offset, Fate fate) {
        boolean dead = deadLetters ? fate.hasLetter : fate.rejectSent || fate.deliveries >= limit;
        assertThat(fate.acceptSent || dead)
                .as("record " + offset + " (" + fate.kind + ", " + fate.deliveries
                        + " deliveries), which is done, was accepted, or is dead")
                .isTrue();
    }

    /// The group begins anew.
    void beginEra() {
        era++;
        isOpen = true;
        storedStart = -1;
        fates.replaceAll((offset, fate) -> new Fate(fate.kind));
    }
}
