package io.kurier.coordinator.runtime;

import io.kurier.coordinator.CoordinatorLog;
import io.kurier.coordinator.CoordinatorLogException;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One shard while this node leads it: loads its machine from the log, runs its events one at a time, writes what
/// they yield, and answers when it is committed. A failed write throws the machine away and loads again.
///
/// All fields but the atomic ones belong to the shard's serial executor.
final class ShardRunner<M extends ShardMachine> {
    private static final Logger LOG = LoggerFactory.getLogger(ShardRunner.class);
    private static final long FIRST_RETRY_MS = 100;
    private static final long LAST_RETRY_MS = 5_000;

    private final World world;
    private final CoordinatorLog log;
    private final Supplier<M> machines;
    private final RuntimeLimits limits;
    private final String name;
    private final int shard;
    private final Executor executor;
    private final AtomicInteger queuedEvents = new AtomicInteger();

    private final WriteQueue writes;
    private final Map<String, ShardTimer> timers = new HashMap<>();
    private final Set<Ticket<?>> unanswered = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable M machine;
    private boolean closed;
    /// Counts loads: what belongs to an earlier one is dropped when it arrives.
    private int load;
    private long retryMs = FIRST_RETRY_MS;

    ShardRunner(World world, String name, int shard, CoordinatorLog log, Supplier<M> machines, RuntimeLimits limits) {
        this.world = world;
        this.log = log;
        this.machines = machines;
        this.limits = limits;
        this.name = name + "-" + shard;
        this.shard = shard;
        this.executor = world.threads().serial(this.name);
        this.writes = new WriteQueue(limits.maxBatchBytes());
    }

    void start() {
        executor.execute(this::beginLoad);
    }

    void close() {
        executor.execute(() -> {
            forget(Errors.NOT_COORDINATOR);
            closed = true;
        });
    }

    <A> CompletableFuture<A> submit(Function<Errors, A> refusal, ShardEvent<M, A> event) {
        Ticket<A> ticket = new Ticket<>(refusal);
        if (queuedEvents.incrementAndGet() > limits.maxQueuedEvents()) {
            queuedEvents.decrementAndGet();
            ticket.refuse(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        } else {
            executor.execute(() -> {
                queuedEvents.decrementAndGet();
                run(ticket, event);
            });
        }
        return ticket.answer();
    }

    private <A> void run(Ticket<A> ticket, ShardEvent<M, A> event) {
        M current = machine;
        if (closed) {
            ticket.refuse(Errors.NOT_COORDINATOR);
        } else if (current == null || unanswered.size() >= limits.maxQueuedEvents()) {
            ticket.refuse(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        } else {
            unanswered.add(ticket);
            step((now, out) -> event.run(current, ticket, now, out), ticket);
        }
    }

    private interface Step {
        void run(Moment now, Effects out);
    }

    private void step(Step step, @Nullable Ticket<?> cause) {
        Effects out = new Effects();
        try {
            step.run(now(), out);
        } catch (RuntimeException e) {
            LOG.error("Shard {} met a defect and loads again from its log", name, e);
            if (cause != null) {
                unanswered.remove(cause);
                cause.refuse(Errors.UNKNOWN_SERVER_ERROR);
            }
            restart(Errors.COORDINATOR_NOT_AVAILABLE);
            return;
        }
        carryOut(out);
    }

    private Moment now() {
        return new Moment(
                TimeUnit.NANOSECONDS.toMillis(world.clock().nanos()),
                world.clock().wallMs());
    }

    private void carryOut(Effects out) {
        List<WriteBatch> firsts = out.writes().stream()
                .map(write -> writes.add(write.kind(), write.records()))
                .toList();
        if (out.supersedes() && !firsts.isEmpty()) {
            writes.supersedeBefore(firsts.getFirst());
        }
        for (Effects.Reply<?> reply : out.replies()) {
            if (!reply.afterCommit() || !writes.hold(reply)) {
                send(reply);
            }
        }
        out.wakes().forEach(this::setTimer);
        writeNext();
    }

    private void send(Effects.Reply<?> reply) {
        unanswered.remove(reply.ticket());
        reply.send();
    }

    private void setTimer(String key, long atMs) {
        long delayNs = TimeUnit.MILLISECONDS.toNanos(atMs) - world.clock().nanos();
        ShardTimer timer = new ShardTimer();
        ShardTimer replaced = timers.put(key, timer);
        if (replaced != null) {
            replaced.cancel();
        }
        timer.set(world.timers().after(delayNs, () -> executor.execute(() -> fire(key, timer))));
    }

    private void fire(String key, ShardTimer timer) {
        M current = machine;
        if (current != null && timers.remove(key, timer)) {
            step((now, out) -> current.wake(key, now, out), null);
        }
    }

    /// One timer, known by its identity: of two for one key only the later may fire.
    private static final class ShardTimer {
        private Timers.@Nullable Timer timer;

        void set(Timers.Timer set) {
            timer = set;
        }

        void cancel() {
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    private void writeNext() {
        WriteBatch batch = writes.next();
        if (batch == null) {
            return;
        }
        int ofLoad = load;
        try {
            CoordinatorLog.Append append = log.append(shard, batch.kind, List.copyOf(batch.records));
            batch.firstOffset = append.lastOffset() + 1 - batch.records.size();
            append.committed().whenComplete((done, failure) -> executor.execute(() -> written(ofLoad, failure)));
        } catch (CoordinatorLogException | RuntimeException e) {
            writeFailed(e);
        }
    }

    private void written(int ofLoad, @Nullable Throwable failure) {
        if (closed || ofLoad != load) {
            return;
        }
        if (failure != null) {
            writeFailed(failure);
            return;
        }
        WriteBatch done = writes.committed();
        done.replies.forEach(this::send);
        if (done.supersedesBefore != null) {
            long needed = done.supersedesBefore.firstOffset;
            world.threads().slow().execute(() -> log.deleteBefore(shard, needed));
        }
        writeNext();
    }

    private void writeFailed(Throwable failure) {
        LOG.warn("Shard {} could not write and loads again from its log: {}", name, failure.toString());
        boolean lostLeadership =
                failure instanceof CoordinatorLogException e && e.error() == Errors.NOT_LEADER_OR_FOLLOWER;
        restart(lostLeadership ? Errors.NOT_COORDINATOR : Errors.COORDINATOR_NOT_AVAILABLE);
    }

    private void restart(Errors error) {
        forget(error);
        beginLoad();
    }

    /// Drops the machine and everything that hangs on it; all who wait are told `error`.
    private void forget(Errors error) {
        machine = null;
        load++;
        timers.values().forEach(ShardTimer::cancel);
        timers.clear();
        writes.clear();
        List<Ticket<?>> waiting = List.copyOf(unanswered);
        unanswered.clear();
        waiting.forEach(ticket -> ticket.refuse(error));
    }

    private void beginLoad() {
        if (closed) {
            return;
        }
        int thisLoad = ++load;
        world.threads().slow().execute(() -> {
            M fresh = machines.get();
            try {
                log.replay(shard, fresh);
                executor.execute(() -> loaded(thisLoad, fresh));
            } catch (CoordinatorLogException | RuntimeException e) {
                executor.execute(() -> loadFailed(thisLoad, e));
            }
        });
    }

    private void loaded(int ofLoad, M fresh) {
        if (closed || ofLoad != load) {
            return;
        }
        machine = fresh;
        retryMs = FIRST_RETRY_MS;
        step(fresh::loaded, null);
    }

    private void loadFailed(int ofLoad, Exception failure) {
        if (closed || ofLoad != load) {
            return;
        }
        LOG.warn("Shard {} could not be loaded, next try in {} ms: {}", name, retryMs, failure.toString());
        world.timers()
                .after(
                        TimeUnit.MILLISECONDS.toNanos(retryMs),
                        () -> executor.execute(() -> {
                            if (ofLoad == load) {
                                beginLoad();
                            }
                        }));
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
    }
}
