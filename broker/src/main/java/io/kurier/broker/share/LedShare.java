package io.kurier.broker.share;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.machine.Acknowledgement;
import io.kurier.broker.share.machine.AcquireWish;
import io.kurier.broker.share.machine.AcquiredRange;
import io.kurier.broker.share.machine.Dying;
import io.kurier.broker.share.machine.ReadBatch;
import io.kurier.broker.share.machine.SharePartition;
import io.kurier.broker.share.machine.ShareRules;
import io.kurier.broker.share.machine.StateWrite;
import io.kurier.broker.share.machine.StoredState;
import io.kurier.coordinator.share.WriteOrder;
import io.kurier.kernel.World;
import io.kurier.log.LogException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A share partition on the node that leads its partition, in one leader epoch: the machine with its clock, the state
/// that it is loaded from and written to, and those who wait for records. Safe for several threads; never blocks.
public final class LedShare {
    private static final Logger LOG = LoggerFactory.getLogger(LedShare.class);
    private static final long AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long BURY_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final ShareKey key;
    private final SharedLog log;
    private final Surroundings around;
    private final Alarm alarm;
    private final Set<Runnable> readers = ConcurrentHashMap.newKeySet();
    private final Map<Long, CompletableFuture<Errors>> answers = new HashMap<>();
    private final AtomicBoolean loading = new AtomicBoolean();
    private @Nullable SharePartition machine;
    private ShareState.Writer writer;
    private volatile boolean retiring;
    private boolean buriesLater;
    private volatile boolean ended;

    /// What it needs of its node.
    ///
    /// @param policy of the group, as it is now
    record Surroundings(World world, ShareState state, Supplier<SharePolicy> policy) {}

    LedShare(ShareKey key, SharedLog log, Surroundings around) {
        this.key = key;
        this.log = log;
        this.around = around;
        this.writer = new ShareState.Writer(log.leaderEpoch(), 0, WriteOrder.NONE);
        this.alarm = new Alarm(around.world, this::expire);
    }

    /// What is set for its group now.
    public SharePolicy policy() {
        return around.policy.get();
    }

    /// True while this is the one for a partition as it is led now.
    boolean isOf(Partition now) {
        return !ended && log.isOf(now);
    }

    // ---- loading

    /// Begins to load the state, if that was not done, and does not give up until it is there, or this ends.
    void loadOnce() {
        if (loading.compareAndSet(false, true)) {
            load();
        }
    }

    private void load() {
        if (!ended) {
            around.state
                    .read(key, log.leaderEpoch())
                    .whenComplete((stored, failure) -> around.world
                            .threads()
                            .slow()
                            .execute(() -> {
                                if (failure == null) {
                                    begin(stored);
                                } else {
                                    loadFailed(Errors.forException(Errors.maybeUnwrapException(failure)));
                                }
                            }));
        }
    }

    private void loadFailed(Errors error) {
        if (isFenced(error)) {
            // not at once: this node may not know for a while that another one leads, and whoever waits tries again
            around.world.timers().after(AGAIN_NS, this::end);
            return;
        }
        LOG.debug("The state of share partition {} cannot be loaded yet: {}", key, error);
        around.world.timers().after(AGAIN_NS, this::load);
    }

    private void begin(StoredState stored) {
        try {
            ShareState.Writer now =
                    new ShareState.Writer(log.leaderEpoch(), stored.stateEpoch(), stored.order()).next();
            if (stored.startOffset() != StoredState.UNKNOWN) {
                serve(stored, now);
                return;
            }
            // Before the first record is handed out, or the next leader might begin behind it.
            StoredState first =
                    new StoredState(stored.stateEpoch(), stored.order(), log.first(policy().start()), List.of());
            around.state
                    .write(key, now, new StateWrite(first.startOffset(), 0, List.of()))
                    .thenAccept(error -> {
                        if (error == Errors.NONE) {
                            serve(first, now.next());
                        } else {
                            loadFailed(error);
                        }
                    });
        } catch (PartitionException e) {
            loadFailed(e.error());
        } catch (LogException e) {
            loadFailed(e.error());
        }
    }

    private void serve(StoredState stored, ShareState.Writer by) {
        synchronized (this) {
            writer = by;
            machine = SharePartition.of(stored, policy().rules(), log.startOffset(), log.endOffset());
        }
        wakeReaders();
        goOn();
    }

    // ---- records

    /// Where to read in order to acquire; [SharePartition#NONE] if there is nothing to be had now. Whoever waits is
    /// told by [#addReader].
    public synchronized long nextFetchOffset() {
        SharePartition loaded = machine;
        if (loaded == null) {
            return SharePartition.NONE;
        }
        loaded.deletedBelow(log.startOffset());
        return loaded.nextFetchOffset(policy().rules());
    }

    /// Gives a member what is available of what was read: see [SharePartition#acquire].
    ///
    /// @param here whether the member is still there; asked when nobody can take its records away in between
    public synchronized List<AcquiredRange> acquire(
            String member, BooleanSupplier here, long from, List<ReadBatch> batches, AcquireWish wish) {
        SharePartition loaded = machine;
        if (loaded == null || ended || !here.getAsBoolean()) {
            return List.of();
        }
        ShareRules rules = policy().rules();
        long nowNs = around.world.clock().nanos();
        List<AcquiredRange> acquired = loaded.acquire(member, from, batches, wish, rules, nowNs);
        if (!acquired.isEmpty()) {
            alarm.at(nowNs + rules.lockNs());
        }
        return acquired;
    }

    /// Takes what a member says of its records.
    ///
    /// @return when it counts: NONE, or why it does not, and then the member has them still
    /// @throws PartitionException INVALID_RECORD_STATE if it does not have them
    public CompletableFuture<Errors> acknowledge(String member, List<Acknowledgement> batches) {
        CompletableFuture<Errors> answer;
        synchronized (this) {
            SharePartition loaded = machine;
            if (loaded == null || ended) {
                throw new PartitionException(
                        Errors.INVALID_RECORD_STATE, "No member has records of " + key + " from this node now");
            }
            ShareRules rules = policy().rules();
            long write = loaded.acknowledge(
                    member, batches, rules, around.world.clock().nanos());
            if (write == 0) {
                return CompletableFuture.completedFuture(Errors.NONE);
            }
            answer = answers.computeIfAbsent(write, _ -> new CompletableFuture<>());
        }
        goOn();
        return answer;
    }

    /// A member is gone: see [SharePartition#release].
    void release(String member, boolean untouched) {
        synchronized (this) {
            if (machine != null) {
                machine.release(member, untouched, policy().rules());
            }
        }
        goOn();
    }

    // ---- waiting

    /// Runs `reader` when there may be more to acquire, or never will be, until it is taken out. Records that are
    /// appended are told by the partition.
    public void addReader(Runnable reader) {
        readers.add(reader);
    }

    /// Takes a reader out again.
    public void removeReader(Runnable reader) {
        readers.remove(reader);
    }

    private void wakeReaders() {
        readers.forEach(Runnable::run);
    }

    // ---- time

    private void expire() {
        synchronized (this) {
            alarm.stop();
            if (machine == null || ended) {
                return;
            }
            alarm.at(machine.expire(policy().rules(), around.world.clock().nanos()));
        }
        goOn();
    }

    // ---- writing

    /// Writes what is to be written, if nothing is under way.
    private void goOn() {
        bury();
        Optional<StateWrite> write;
        ShareState.Writer by;
        synchronized (this) {
            if (machine == null || ended) {
                return;
            }
            write = machine.nextWrite();
            by = writer;
            writer = write.isPresent() ? by.next() : by;
            if (retiring && machine.isSettled()) {
                end();
                return;
            }
        }
        write.ifPresent(changes -> around.state.write(key, by, changes).thenAccept(this::wrote));
    }

    private void wrote(Errors error) {
        CompletableFuture<Errors> answer;
        synchronized (this) {
            if (machine == null || ended) {
                return;
            }
            answer = answers.remove(machine.written(error == Errors.NONE));
            if (error != Errors.NONE) {
                // what has to be stored is tried again, and members' times run for what they have again
                alarm.at(around.world.clock().nanos() + AGAIN_NS);
            }
        }
        if (error != Errors.NONE) {
            LOG.debug("Changes of share partition {} are not stored: {}", key, error);
        }
        if (answer != null) {
            answer.complete(isOver(error) ? Errors.NOT_LEADER_OR_FOLLOWER : error);
        }
        if (isOver(error)) {
            end();
        } else {
            wakeReaders();
        }
        if (error == Errors.NONE) {
            goOn();
        }
    }

    /// True if what is known here is not the state any more: there is another one, or none.
    private boolean isOver(Errors error) {
        return isFenced(error)
                || error == Errors.INVALID_REQUEST
                || (retiring && error == Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private static boolean isFenced(Errors error) {
        return error == Errors.FENCED_LEADER_EPOCH || error == Errors.FENCED_STATE_EPOCH;
    }

    // ---- dead letters

    /// Has dead letters written, if there are any and none is under way.
    private void bury() {
        try {
            nextDying()
                    .ifPresent(dying -> log.bury(dying)
                            .thenAccept(upTo -> around.world.threads().slow().execute(() -> buried(dying, upTo))));
        } catch (PartitionException e) {
            LOG.debug("Dead letters of share partition {} are left to its next leader: {}", key, e.getMessage());
        }
    }

    private synchronized Optional<Dying> nextDying() {
        if (machine == null || ended || buriesLater) {
            return Optional.empty();
        }
        log.checkOpen();
        machine.deletedBelow(log.startOffset());
        return machine.nextDying();
    }

    private void buried(Dying tried, long upTo) {
        synchronized (this) {
            if (machine == null || ended) {
                return;
            }
            machine.buried(upTo);
            buriesLater = upTo <= tried.first();
            if (buriesLater) {
                around.world.timers().after(BURY_AGAIN_NS, this::buryAgain);
            }
        }
        goOn();
    }

    private void buryAgain() {
        synchronized (this) {
            buriesLater = false;
        }
        around.world.threads().slow().execute(this::goOn);
    }

    // ---- the end

    /// Nobody of its group is left on this node: it ends when all is written, unless somebody comes again.
    void retire() {
        synchronized (this) {
            retiring = true;
            if (machine == null) {
                end();
            }
        }
        goOn();
    }

    /// Somebody uses it again. False if it has ended.
    synchronized boolean revive() {
        retiring = false;
        return !ended;
    }

    boolean hasEnded() {
        return ended;
    }

    /// Another one takes its place: who waits is told, and what is not written does not count.
    void end() {
        List<CompletableFuture<Errors>> open;
        synchronized (this) {
            ended = true;
            alarm.stop();
            open = new ArrayList<>(answers.values());
            answers.clear();
        }
        open.forEach(answer -> answer.complete(Errors.NOT_LEADER_OR_FOLLOWER));
        wakeReaders();
    }
}
