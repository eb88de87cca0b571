package io.kurier.broker.share.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.machine.NaiveShare.Entry;
import io.kurier.broker.share.machine.NaiveShare.Fate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// One random history: members acquire, acknowledge, are late and leave; writes fail, and may be stored nevertheless;
/// the leader changes; the log's start moves. After each step the machine is compared with [NaiveShare].
final class SharePartitionRun {
    private static final List<String> MEMBERS = List.of("ann", "ben", "cat");
    private static final long LOCK_NS = 1_000;

    private final Random random;
    private final List<ReadBatch> log = new ArrayList<>();
    private final Set<Long> answeredFinished = new HashSet<>();
    private final TreeMap<Long, StateBatch> stored = new TreeMap<>();
    /// What should be stored, by [NaiveShare].
    private final TreeMap<Long, Entry> expected = new TreeMap<>();

    private long expectedStart;
    private final TreeMap<Long, Entry> expectedUnderWay = new TreeMap<>();
    private long startUnderWay;
    private ShareRules rules;
    private long storedStart;
    private long logStart;
    private long logEnd;
    private long nowNs;
    private long accepted;
    private long restarts;
    private long buried;
    /// What is being made dead letters; null for nothing.
    private Dying dying;
    private SharePartition machine;
    private NaiveShare naive;
    private StateWrite underWay;
    /// What waits for each write to be answered, by the write's number.
    private final Map<Long, List<Long>> waiting = new TreeMap<>();

    SharePartitionRun(long seed) {
        random = new Random(seed);
        rules = rules(random.nextInt(5) > 0, random.nextBoolean());
        machine = SharePartition.of(new StoredState(0, -1, 0, List.of()), rules, 0, 0);
        naive = new NaiveShare(0);
    }

    private ShareRules rules(boolean renewable, boolean deadLetters) {
        return new ShareRules(LOCK_NS, 2 + random.nextInt(3), 5 + random.nextInt(40), renewable, deadLetters);
    }

    /// Records that became dead letters, and were archived then.
    long buried() {
        return buried;
    }

    long accepted() {
        return accepted;
    }

    long restarts() {
        return restarts;
    }

    void run(int steps) {
        for (int step = 0; step < steps; step++) {
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> append();
                case 3, 4, 5, 6, 7 -> acquire();
                case 8, 9, 10, 11 -> acknowledge();
                case 12 -> pass();
                case 13 -> release();
                case 14, 15, 16 -> beginWrite();
                case 17 -> endWrite();
                case 18 -> bury();
                default -> rare();
            }
            compare();
        }
    }

    private void rare() {
        switch (random.nextInt(6)) {
            case 0, 1 -> restart();
            case 2 -> deleteRecords();
            case 3 -> rules = rules(rules.renewable(), rules.deadLetters());
            default -> forgedAcknowledgement();
        }
    }

    private void append() {
        long first = logEnd + (random.nextInt(4) == 0 ? random.nextInt(5) : 0);
        long last = first + random.nextInt(8);
        log.add(new ReadBatch(first, last, random.nextInt(8) > 0));
        logEnd = last + 1;
    }

    private void acquire() {
        String member = MEMBERS.get(random.nextInt(MEMBERS.size()));
        long from = machine.nextFetchOffset(rules);
        long room = room();
        long expected = naive.firstAvailable();
        assertThat(from).isEqualTo(expected == naive.end && room <= 0 ? SharePartition.NONE : expected);
        if (from == SharePartition.NONE) {
            return;
        }
        int most = 1 + random.nextInt(6);
        List<ReadBatch> read =
                log.stream().filter(batch -> batch.last() >= from).limit(most).toList();
        AcquireWish wish = new AcquireWish(1 + random.nextInt(12), random.nextBoolean(), 1 + random.nextInt(20));
        List<AcquiredRange> ranges = machine.acquire(member, from, read, wish, rules, nowNs);
        long taken = 0;
        long behind = -1;
        Set<Long> seen = new HashSet<>();
        for (AcquiredRange range : ranges) {
            assertThat(range.first()).isGreaterThan(behind);
            behind = range.last();
            for (long offset = range.first(); offset <= range.last(); offset++) {
                Entry entry = naive.reach(offset);
                assertThat(entry).as("offset %d, which is finished", offset).isNotNull();
                assertThat(entry.fate)
                        .as("offset %d given to %s", offset, member)
                        .isEqualTo(Fate.AVAILABLE);
                assertThat(isDelivered(offset))
                        .as("offset %d is a record", offset)
                        .isTrue();
                assertThat(answeredFinished).doesNotContain(offset);
                entry.fate = Fate.ACQUIRED;
                entry.member = member;
                entry.untilNs = nowNs + LOCK_NS;
                entry.deliveries++;
                assertThat(range.deliveries()).isEqualTo(entry.deliveries);
                seen.add(offset);
                taken++;
            }
        }
        if (wish.strict()) {
            assertThat(taken).isLessThanOrEqualTo(wish.maxRecords());
        }
        // What the machine has passed over are offsets without a record.
        while (naive.end < machine.endOffset()) {
            naive.reach(naive.end);
        }
        long upTo = read.isEmpty() ? from - 1 : read.getLast().last();
        for (long offset = Math.max(from, naive.start); offset <= Math.min(upTo, naive.end - 1); offset++) {
            Entry entry = naive.at(offset);
            if (entry.fate == Fate.AVAILABLE && !isDelivered(offset) && isSkipped(offset, ranges, read)) {
                entry.fate = Fate.ARCHIVED;
                entry.deliveries = 0;
            }
        }
        naive.advance();
        boolean any = read.stream().anyMatch(batch -> batch.delivered() && batch.last() >= from);
        if (any && expected < naive.end && isDelivered(expected)) {
            assertThat(seen).as("the first that is available is given").contains(expected);
        }
    }

    /// Whether the machine must have seen that there is nothing: it looks no further than it gives.
    private boolean isSkipped(long offset, List<AcquiredRange> ranges, List<ReadBatch> read) {
        List<Run> now = machine.known(offset);
        return now.isEmpty() || now.getFirst().isGap();
    }

    private boolean isDelivered(long offset) {
        return log.stream().anyMatch(batch -> batch.first() <= offset && offset <= batch.last() && batch.delivered());
    }

    private long room() {
        long inFlight = naive.entries.values().stream()
                .filter(entry -> !(entry.fate == Fate.ARCHIVED && entry.deliveries == 0))
                .count();
        return rules.maxInFlight() - inFlight;
    }

    private void acknowledge() {
        String member = MEMBERS.get(random.nextInt(MEMBERS.size()));
        List<Long> held = naive.heldBy(member);
        if (held.isEmpty()) {
            return;
        }
        int at = random.nextInt(held.size());
        long first = held.get(at);
        long last = first;
        while (at + 1 < held.size() && held.get(at + 1) == last + 1 && random.nextInt(6) > 0) {
            at++;
            last++;
        }
        boolean each = random.nextBoolean();
        List<Byte> types = new ArrayList<>();
        for (long i = first; i <= (each ? last : first); i++) {
            types.add((byte) random.nextInt(rules.renewable() ? 5 : 4));
        }
        Acknowledgement batch = new Acknowledgement(first, last, types);
        Acknowledgement.check(List.of(batch), true);
        long write = machine.acknowledge(member, List.of(batch), rules, nowNs);
        boolean settles = false;
        for (long offset = first; offset <= last; offset++) {
            settles |= apply(naive.at(offset), offset, batch.typeOf(offset), write);
        }
        assertThat(write > 0).isEqualTo(settles);
    }

    private boolean apply(Entry entry, long offset, byte type, long write) {
        switch (type) {
            case Acknowledgement.RENEW -> {
                entry.untilNs = nowNs + LOCK_NS;
                return false;
            }
            case Acknowledgement.RELEASE -> {
                Fate after = released(entry);
                naive.settle(entry, after, entry.deliveries, false);
                if (after != Fate.AVAILABLE) {
                    waiting.computeIfAbsent(write, _ -> new ArrayList<>()).add(offset);
                }
            }
            default -> {
                boolean accept = type == Acknowledgement.ACCEPT;
                boolean dies = type == Acknowledgement.REJECT && rules.deadLetters();
                Fate otherwise = dies ? Fate.REJECTED : Fate.ARCHIVED;
                naive.settle(entry, accept ? Fate.ACKNOWLEDGED : otherwise, entry.deliveries, false);
                accepted += accept ? 1 : 0;
                waiting.computeIfAbsent(write, _ -> new ArrayList<>()).add(offset);
            }
        }
        return true;
    }

    private Fate released(Entry entry) {
        if (entry.deliveries < rules.deliveryLimit()) {
            return Fate.AVAILABLE;
        }
        return rules.deadLetters() ? Fate.EXHAUSTED : Fate.ARCHIVED;
    }

    /// Dead letters are begun, or those that were begun are written, all or some or none of them.
    private void bury() {
        if (dying == null) {
            Optional<Long> first = naive.entries.entrySet().stream()
                    .filter(entry -> entry.getValue().fate.isDying())
                    .map(Map.Entry::getKey)
                    .findFirst();
            dying = machine.nextDying().orElse(null);
            assertThat(Optional.ofNullable(dying).map(Dying::first)).isEqualTo(first);
            for (long offset = dying == null ? 0 : dying.first(); dying != null && offset <= dying.last(); offset++) {
                Entry entry = naive.at(offset);
                assertThat(entry.fate).isEqualTo(dying.rejected() ? Fate.REJECTED : Fate.EXHAUSTED);
                assertThat(entry.deliveries).isEqualTo(dying.deliveries());
            }
            return;
        }
        assertThat(machine.nextDying()).as("one at a time").isEmpty();
        assertThat(machine.isSettled()).isFalse();
        long upTo = dying.first() + random.nextInt((int) (dying.last() - dying.first()) + 2);
        machine.buried(upTo);
        for (long offset = dying.first(); offset < upTo; offset++) {
            Entry entry = naive.at(offset);
            if (entry != null) {
                naive.settle(entry, Fate.ARCHIVED, entry.deliveries, true);
                buried++;
            }
        }
        dying = null;
    }

    /// Of records that the member does not have.
    private void forgedAcknowledgement() {
        long first = naive.start + random.nextInt(20);
        long last = first + random.nextInt(4);
        String member = MEMBERS.get(random.nextInt(MEMBERS.size()));
        if (!naive.owns(member, first, last)) {
            assertThatThrownBy(() -> machine.acknowledge(
                            member,
                            List.of(new Acknowledgement(first, last, List.of(Acknowledgement.ACCEPT))),
                            rules,
                            nowNs))
                    .isInstanceOf(PartitionException.class);
        }
    }

    private void pass() {
        nowNs += random.nextInt(800);
        long soonest = machine.expire(rules, nowNs);
        long expected = Long.MAX_VALUE;
        for (Entry entry : naive.entries.values()) {
            if (entry.fate == Fate.ACQUIRED && entry.untilNs <= nowNs) {
                naive.settle(entry, released(entry), entry.deliveries, true);
            } else if (entry.fate == Fate.ACQUIRED) {
                expected = Math.min(expected, entry.untilNs);
            }
        }
        assertThat(soonest).isEqualTo(expected);
    }

    private void release() {
        String member = MEMBERS.get(random.nextInt(MEMBERS.size()));
        boolean untouched = random.nextBoolean();
        machine.release(member, untouched, rules);
        naive.leave(member);
        for (long offset : naive.heldBy(member)) {
            Entry entry = naive.at(offset);
            naive.settle(
                    entry,
                    untouched ? Fate.AVAILABLE : released(entry),
                    untouched ? entry.deliveries - 1 : entry.deliveries,
                    true);
        }
    }

    private void beginWrite() {
        boolean due = underWay == null && naive.anySettling();
        Optional<StateWrite> write = machine.nextWrite();
        if (due) {
            assertThat(write).as("a write is due").isPresent();
        }
        if (write.isPresent()) {
            assertThat(underWay).isNull();
            underWay = write.get();
            expectedUnderWay.clear();
            startUnderWay = naive.end;
            naive.entries.forEach((offset, entry) -> {
                Fate after = entry.fate == Fate.SETTLING ? entry.after : entry.fate;
                if (after != Fate.ACKNOWLEDGED && after != Fate.ARCHIVED) {
                    startUnderWay = Math.min(startUnderWay, offset);
                }
                if (entry.fate == Fate.SETTLING) {
                    entry.underWay = true;
                    Entry then = new Entry();
                    then.fate = entry.after;
                    then.deliveries = entry.deliveriesAfter;
                    expectedUnderWay.put(offset, then);
                }
            });
        }
    }

    private void endWrite() {
        if (underWay == null) {
            return;
        }
        boolean told = random.nextInt(4) > 0;
        if (told || random.nextBoolean()) {
            store(underWay);
        }
        underWay = null;
        long number = machine.written(told);
        naive.written(told);
        List<Long> offsets = waiting.remove(number);
        if (told && offsets != null) {
            answeredFinished.addAll(offsets);
        }
    }

    private void store(StateWrite write) {
        storedStart = Math.max(storedStart, write.startOffset());
        for (StateBatch batch : write.batches()) {
            for (long offset = batch.first(); offset <= batch.last(); offset++) {
                stored.put(offset, new StateBatch(offset, offset, batch.state(), batch.deliveries()));
            }
        }
        stored.headMap(storedStart).clear();
        expectedStart = Math.max(expectedStart, startUnderWay);
        expected.putAll(expectedUnderWay);
        expected.headMap(expectedStart).clear();
        assertThat(storedStart).as("stored start").isEqualTo(expectedStart);
    }

    /// Another leader begins with what is stored; a write of the old one may still arrive before that.
    private void restart() {
        restarts++;
        if (underWay != null && random.nextBoolean()) {
            store(underWay);
        }
        underWay = null;
        waiting.clear();
        dying = null;
        StoredState now = new StoredState(0, -1, storedStart, new ArrayList<>(stored.values()));
        machine = SharePartition.of(now, rules, logStart, logEnd);
        naive = new NaiveShare(expectedStart);
        expected.forEach((offset, then) -> {
            Entry entry = naive.reach(offset);
            entry.deliveries = then.deliveries;
            entry.fate = then.fate;
            if (entry.fate.isDying()) { // why is not stored
                entry.fate = entry.deliveries >= rules.deliveryLimit() ? Fate.EXHAUSTED : Fate.REJECTED;
            }
        });
        naive.drop(logStart);
        naive.advance();
    }

    private void deleteRecords() {
        if (logEnd > logStart) {
            logStart += random.nextInt((int) (logEnd - logStart));
            machine.deletedBelow(logStart);
            naive.drop(logStart);
        }
    }

    private void compare() {
        assertThat(machine.startOffset()).as("start").isEqualTo(naive.start);
        assertThat(machine.endOffset()).as("end").isEqualTo(naive.end);
        naive.entries.forEach((offset, entry) -> {
            Run run = machine.known(offset).getFirst();
            assertThat(fate(run.state())).as("offset %d", offset).isEqualTo(entry.fate);
            assertThat(run.deliveries()).as("deliveries of %d", offset).isEqualTo(entry.deliveries);
            if (run.state() instanceof RecordState.Acquired owner) {
                assertThat(owner).isEqualTo(new RecordState.Acquired(entry.member, entry.untilNs));
            }
        });
        for (long offset : answeredFinished) {
            Entry entry = naive.at(offset);
            Fate fate = entry == null ? Fate.ARCHIVED : entry.fate == Fate.SETTLING ? entry.after : entry.fate;
            assertThat(fate == Fate.ACKNOWLEDGED || fate == Fate.ARCHIVED || fate.isDying())
                    .as("offset %d was answered to be finished", offset)
                    .isTrue();
        }
    }

    private static Fate fate(RecordState state) {
        return switch (state) {
            case RecordState.Acquired _ -> Fate.ACQUIRED;
            case RecordState.Settling _ -> Fate.SETTLING;
            case RecordState.Plain plain -> Fate.valueOf(plain.name());
        };
    }
}
