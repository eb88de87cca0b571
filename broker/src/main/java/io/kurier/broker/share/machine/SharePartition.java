package io.kurier.broker.share.machine;

import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.machine.RecordState.Acquired;
import io.kurier.broker.share.machine.RecordState.Plain;
import io.kurier.broker.share.machine.RecordState.Settling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.protocol.Errors;

/// What became of each record of a partition in one share group (KIP-932), as a pure machine: no clock, no threads,
/// nobody else at a time.
///
/// Below the start everything is finished, from the end on nothing was handed out. What a member says of its records
/// counts when it is written: [#nextWrite()] gives what is to be written, one write at a time, and [#written] tells how
/// that went. Changes that come meanwhile are written together. No record is ever acquired by two members at once, and
/// none leaves but by being accepted, rejected, delivered too often, or deleted from the log. Where the group has dead
/// letters, what is rejected or was delivered too often stays until [#buried] tells that it is among them.
public final class SharePartition {
    /// Nothing can be acquired now.
    public static final long NONE = -1;

    private final Runs runs;
    /// Nothing below is available.
    private long availableFrom;
    /// The write that changes join, and the one that is under way; 0 for none.
    private long joining = 1;

    private long underWay;
    private boolean changed;

    private final Burials burials;

    private SharePartition(Runs runs) {
        this.runs = runs;
        this.availableFrom = runs.start();
        this.burials = new Burials(runs);
    }

    /// A share partition as it was stored, on the log as it is.
    ///
    /// @param stored with a known start
    /// @param logStartOffset records below are deleted
    /// @param logEndOffset there are no records from here on: what is stored about them is of records that were lost
    public static SharePartition of(StoredState stored, ShareRules rules, long logStartOffset, long logEndOffset) {
        SharePartition partition = new SharePartition(Loading.runs(stored, rules, logStartOffset, logEndOffset));
        partition.deletedBelow(logStartOffset);
        partition.advanceStart();
        return partition;
    }

    /// The first offset that is not finished.
    public long startOffset() {
        return runs.start();
    }

    /// The first offset that was never handed out.
    public long endOffset() {
        return runs.end();
    }

    /// What is known of one offset; empty outside of start and end.
    List<Run> known(long offset) {
        return runs.between(offset, offset);
    }

    /// Where to read in order to acquire; [#NONE] if nothing is available, and so much is in flight that nothing new
    /// may be handed out.
    public long nextFetchOffset(ShareRules rules) {
        for (Run run : runs.from(availableFrom)) {
            if (run.state() == Plain.AVAILABLE) {
                availableFrom = Math.max(availableFrom, run.first());
                return availableFrom;
            }
        }
        availableFrom = runs.end();
        return room(rules) > 0 ? runs.end() : NONE;
    }

    private long room(ShareRules rules) {
        long inFlight = runs.end() - runs.start();
        if (inFlight >= rules.maxInFlight()) {
            for (Run run : runs.all()) {
                inFlight -= run.isGap() ? run.size() : 0;
            }
        }
        return rules.maxInFlight() - inFlight;
    }

    /// Gives a member what is available of batches that were read.
    ///
    /// @param from where the reading began, at most the end: offsets from there on that are in none of the batches do
    ///     not exist
    /// @param batches in order
    /// @param nowNs by the monotonic clock
    /// @return what it has now, in order; none if others were faster
    public List<AcquiredRange> acquire(
            String member, long from, List<ReadBatch> batches, AcquireWish wish, ShareRules rules, long nowNs) {
        Taking taking = new Taking(new Acquired(member, nowNs + rules.lockNs()), wish, rules);
        long next = Math.max(from, runs.start());
        for (ReadBatch batch : batches) {
            if (batch.last() < next) {
                continue;
            }
            long first = Math.max(batch.first(), next);
            if (taking.left() <= 0) {
                break;
            }
            skip(next, first - 1);
            if (!batch.delivered()) {
                skip(first, batch.last());
            } else if (!taking.take(first, batch.last())) {
                break;
            }
            next = batch.last() + 1;
        }
        advanceStart();
        return taking.ranges;
    }

    /// What one acquisition has taken so far.
    private final class Taking {
        private final Acquired owner;
        private final AcquireWish wish;
        private final ShareRules rules;
        private final List<AcquiredRange> ranges = new ArrayList<>();
        private long taken;

        Taking(Acquired owner, AcquireWish wish, ShareRules rules) {
            this.owner = owner;
            this.wish = wish;
            this.rules = rules;
        }

        long left() {
            return wish.maxRecords() - taken;
        }

        /// False if the next batch is not to be looked at.
        boolean take(long first, long last) {
            int before = ranges.size();
            long takenBefore = taken;
            for (Run run : runs.between(first, last)) {
                if (run.state() == Plain.AVAILABLE) {
                    add(run.first(), run.last(), run.deliveries(), before);
                }
            }
            long fresh = Math.max(first, runs.end());
            if (fresh <= last) {
                long room = room(rules);
                if (room <= 0) {
                    return false;
                }
                add(fresh, wish.strict() ? Math.min(last, fresh + room - 1) : last, 0, before);
            }
            return runs.end() > last && (taken > takenBefore || taken == 0);
        }

        private void add(long first, long upTo, int deliveries, int batchBegan) {
            long last = wish.strict() ? Math.min(upTo, first + left() - 1) : upTo;
            if (last < first) {
                return;
            }
            int count = Math.min(deliveries + 1, Short.MAX_VALUE);
            runs.set(new Run(first, last, count, owner));
            taken += last - first + 1;
            AcquiredRange range = new AcquiredRange(first, last, count);
            AcquiredRange before = ranges.isEmpty() ? null : ranges.getLast();
            boolean sameBatch = ranges.size() > batchBegan;
            if (before != null
                    && before.last() + 1 == first
                    && before.deliveries() == count
                    && (sameBatch || before.size() + range.size() <= wish.batchSize())) {
                ranges.set(ranges.size() - 1, new AcquiredRange(before.first(), last, count));
            } else {
                ranges.add(range);
            }
        }
    }

    /// No member is to have these.
    private void skip(long first, long last) {
        for (Run run : runs.between(first, last)) {
            if (run.state() == Plain.AVAILABLE) {
                runs.set(new Run(run.first(), run.last(), 0, Plain.ARCHIVED));
            }
        }
        if (runs.end() <= last) {
            runs.set(new Run(Math.max(first, runs.end()), last, 0, Plain.ARCHIVED));
        }
    }

    /// Takes what a member says of its records: all of it or nothing. Offsets below the start are finished already and
    /// need nothing.
    ///
    /// @param batches as [Acknowledgement#check] lets through
    /// @return the number of the write after which it counts; 0 if nothing is to be written
    /// @throws PartitionException INVALID_RECORD_STATE if the member does not have all of them
    public long acknowledge(String member, List<Acknowledgement> batches, ShareRules rules, long nowNs) {
        for (Acknowledgement batch : batches) {
            checkOwned(member, batch, rules);
        }
        long before = joining;
        boolean settles = false;
        for (Acknowledgement batch : batches) {
            long first = Math.max(batch.first(), runs.start());
            while (first <= batch.last()) {
                byte type = batch.typeOf(first);
                long last = batch.types().size() == 1 ? batch.last() : first;
                while (last < batch.last() && batch.typeOf(last + 1) == type) {
                    last++;
                }
                settles |= apply(first, last, type, rules, nowNs);
                first = last + 1;
            }
        }
        return settles ? before : 0;
    }

    private void checkOwned(String member, Acknowledgement batch, ShareRules rules) {
        if (batch.last() < runs.start()) {
            return;
        }
        boolean owned = batch.last() < runs.end();
        for (Run run : runs.between(Math.max(batch.first(), runs.start()), batch.last())) {
            owned &= run.state() instanceof Acquired acquired
                    && acquired.member().equals(member);
        }
        if (!owned) {
            throw new PartitionException(
                    Errors.INVALID_RECORD_STATE,
                    "Member " + member + " does not have all records from " + batch.first() + " to " + batch.last()
                            + "; its time for them may have run out");
        }
        if (!rules.renewable() && batch.types().contains(Acknowledgement.RENEW)) {
            throw new PartitionException(
                    Errors.INVALID_RECORD_STATE,
                    "Records of this group cannot be renewed; share.renew.acknowledge.enable is false");
        }
    }

    /// True if something is to be written.
    private boolean apply(long first, long last, byte type, ShareRules rules, long nowNs) {
        for (Run run : runs.between(first, last)) {
            Acquired owner = (Acquired) run.state();
            if (type == Acknowledgement.RENEW) {
                Acquired longer = new Acquired(owner.member(), nowNs + rules.lockNs());
                runs.set(new Run(run.first(), run.last(), run.deliveries(), longer));
            } else if (type == Acknowledgement.ACCEPT) {
                settle(run, Plain.ACKNOWLEDGED, run.deliveries(), false);
            } else if (type == Acknowledgement.RELEASE) {
                settle(run, afterRelease(run, rules), run.deliveries(), false);
            } else {
                boolean dies = type == Acknowledgement.REJECT && rules.deadLetters();
                settle(run, dies ? Plain.REJECTED : Plain.ARCHIVED, run.deliveries(), false);
            }
        }
        return type != Acknowledgement.RENEW;
    }

    private static Plain afterRelease(Run run, ShareRules rules) {
        if (run.deliveries() < rules.deliveryLimit()) {
            return Plain.AVAILABLE;
        }
        return rules.deadLetters() ? Plain.EXHAUSTED : Plain.ARCHIVED;
    }

    private void settle(Run run, Plain after, int deliveriesAfter, boolean forced) {
        Settling settling = new Settling(run.state(), after, deliveriesAfter, joining, forced);
        runs.set(new Run(run.first(), run.last(), run.deliveries(), settling));
        changed = true;
    }

    /// A member is gone: what it has is for others.
    ///
    /// @param untouched true if it says so itself, and what it has not acknowledged was never given to the application:
    ///     then this delivery does not count
    public void release(String member, boolean untouched, ShareRules rules) {
        for (Run run : List.copyOf(runs.all())) {
            if (run.state() instanceof Acquired owner && owner.member().equals(member)) {
                if (untouched) {
                    settle(run, Plain.AVAILABLE, run.deliveries() - 1, true);
                } else {
                    settle(run, afterRelease(run, rules), run.deliveries(), true);
                }
            } else if (run.state() instanceof Settling settling && settling.isSaidBy(member)) {
                runs.set(run.as(settling.ofNobody()));
            }
        }
    }

    /// Takes away what members have had for too long.
    ///
    /// @return when to come again, by the monotonic clock; `Long.MAX_VALUE` if nobody has anything
    public long expire(ShareRules rules, long nowNs) {
        long soonest = Long.MAX_VALUE;
        for (Run run : List.copyOf(runs.all())) {
            if (run.state() instanceof Acquired owner) {
                if (owner.untilNs() <= nowNs) {
                    settle(run, afterRelease(run, rules), run.deliveries(), true);
                } else {
                    soonest = Math.min(soonest, owner.untilNs());
                }
            }
        }
        return soonest;
    }

    /// Records below this offset are deleted from the log: nobody can have them.
    public void deletedBelow(long logStartOffset) {
        runs.dropBelow(logStartOffset);
        availableFrom = Math.max(availableFrom, runs.start());
    }

    /// What is to become dead letters next; empty if nothing is, or some are under way.
    public Optional<Dying> nextDying() {
        return burials.next();
    }

    /// Dead letters that were under way are written, or not.
    ///
    /// @param upTo all below is written, of what [#nextDying()] gave
    public void buried(long upTo) {
        burials.ended(upTo).forEach(run -> settle(run, Plain.ARCHIVED, run.deliveries(), true));
    }

    /// True if nothing is to be written, here or as a dead letter, and nothing is under way.
    public boolean isSettled() {
        return !changed && underWay == 0 && burials.isDone();
    }

    /// What is to be written now, with the number that [#acknowledge] gave; empty if that is nothing, or a write is
    /// under way.
    public Optional<StateWrite> nextWrite() {
        if (!changed || underWay != 0) {
            return Optional.empty();
        }
        underWay = joining;
        joining++;
        changed = false;
        return Optional.of(Changes.of(runs, underWay));
    }

    /// The write that is under way has ended.
    ///
    /// @param stored false if it is not known to be stored: then members have their records still, and may say so
    ///     again; what was taken from them is to be written again, and nobody can have it until that is done
    /// @return its number
    public long written(boolean stored) {
        for (Run run : List.copyOf(runs.all())) {
            Settling settling = run.settlingIn(underWay);
            if (settling == null) {
                continue;
            }
            if (!stored && settling.forced()) {
                settle(run.as(settling.before()), settling.after(), settling.deliveriesAfter(), true);
                continue;
            }
            runs.set(new Run(
                    run.first(),
                    run.last(),
                    stored ? settling.deliveriesAfter() : run.deliveries(),
                    stored ? settling.after() : settling.before()));
            if (stored && settling.after() == Plain.AVAILABLE) {
                availableFrom = Math.min(availableFrom, run.first());
            }
            if (stored && settling.after().isDying()) {
                burials.expect();
            }
        }
        long ended = underWay;
        underWay = 0;
        advanceStart();
        return ended;
    }

    private void advanceStart() {
        long start = runs.start();
        for (Run run : runs.all()) {
            if (!run.state().isFinished()) {
                break;
            }
            start = run.last() + 1;
        }
        deletedBelow(start);
    }
}
