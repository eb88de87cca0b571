package io.kurier.broker.api.records;

import io.kurier.broker.api.records.FetchReader.Found;
import io.kurier.broker.api.records.FetchReader.Opened;
import io.kurier.kernel.Timers.Timer;
import io.kurier.kernel.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One fetch that may wait (long poll): reads, and reads again what has moved, until there is enough or time is over.
///
/// It runs on the connection's thread, and on a slow thread while it has to block; never on both at once.
///
/// A follower that finds something already when it comes back is one that the producers do not wait for one by one. So
/// it rests, half as long as it was away, and takes more with it: under load fewer and larger rounds, and none of it
/// where each record is alone on its way.
final class PendingFetch {
    private static final long MAX_WAIT_MS = TimeUnit.MINUTES.toMillis(5);
    private static final long MAX_REST_NS = TimeUnit.MILLISECONDS.toNanos(5);
    /// With so many bytes there is nothing to be gained.
    private static final int FULL_ROUND_BYTES = 1 << 20;

    private final World world;
    private final Executor executor;
    private final FetchReader reader;
    private final FetchPlan plan;
    private final long deadlineNs;
    private final CompletableFuture<Found> result = new CompletableFuture<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    /// The places in the plan of partitions that may have more since they were read.
    private final Set<Integer> moved = ConcurrentHashMap.newKeySet();

    /// Left to rest; 0 for none, or not any more.
    private long restNs;

    private volatile boolean waitEnded;
    /// What ends the waiting for each partition.
    private List<Runnable> waiting = List.of();
    private @Nullable Found last;
    private @Nullable Timer timer;

    /// @param awayNs since this follower was given records; 0 for consumers
    PendingFetch(World world, Executor executor, FetchReader reader, FetchPlan plan, int maxWaitMs, long awayNs) {
        this.restNs = Math.min(awayNs / 2, MAX_REST_NS);
        this.world = world;
        this.executor = executor;
        this.reader = reader;
        this.plan = plan;
        this.deadlineNs = world.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(Math.clamp(maxWaitMs, 0, MAX_WAIT_MS));
    }

    /// Begins, on the connection's thread.
    CompletableFuture<Found> start() {
        attempt();
        return result;
    }

    /// Answers soon with what there is. On any thread.
    void endWait() {
        waitEnded = true;
        wake();
    }

    private void attempt() {
        try {
            Found found = tryRead();
            if (found == null) {
                world.threads().slow().execute(this::attemptBlocking);
            } else {
                settle(found);
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private @Nullable Found tryRead() {
        Found before = last;
        if (before == null || before.bytes() > 0 || isOver()) {
            return reader.tryRead(plan);
        }
        List<Integer> some = List.copyOf(moved);
        some.forEach(moved::remove);
        return reader.tryAgain(plan, before, some);
    }

    private boolean isOver() {
        return waitEnded || deadlineNs - world.clock().nanos() <= 0;
    }

    private void attemptBlocking() {
        try {
            Found found = reader.readBlocking(plan);
            executor.execute(() -> settle(found));
        } catch (RuntimeException e) {
            executor.execute(() -> fail(e));
        }
    }

    private void settle(Found found) {
        long rest = restNs;
        restNs = 0;
        if (rest > 0 && found.bytes() > 0 && found.bytes() < FULL_ROUND_BYTES && !found.urgent() && !isOver()) {
            found.release();
            scheduled.set(false);
            timer = world.timers().after(rest, this::wake);
            return;
        }
        if (found.urgent()
                || found.bytes() >= plan.minBytes()
                || isOver()
                || plan.partitions().isEmpty()) {
            stopWaiting();
            reader.readAhead(found);
            result.complete(found);
            return;
        }
        found.release();
        last = found;
        waitFor(found.opened());
    }

    private void waitFor(List<Opened> opened) {
        scheduled.set(false);
        if (waiting.isEmpty()) {
            timer = world.timers().after(deadlineNs - world.clock().nanos(), this::wake);
            waiting = new ArrayList<>(opened.size());
            for (int place = 0; place < opened.size(); place++) {
                Opened one = opened.get(place);
                int mine = place;
                waiting.add(plan.await(one.partition(), () -> {
                    moved.add(mine);
                    wake();
                }));
                if (plan.end(one.partition()) > one.seenEnd() || reader.isWaitedFor(plan, one.partition())) {
                    moved.add(place);
                }
            }
        }
        if (!moved.isEmpty() || isOver()) {
            wake();
        }
    }

    /// Called on any thread when there may be more to read.
    private void wake() {
        if (scheduled.compareAndSet(false, true)) {
            executor.execute(this::attempt);
        }
    }

    private void fail(RuntimeException e) {
        stopWaiting();
        result.completeExceptionally(e);
    }

    private void stopWaiting() {
        scheduled.set(true);
        if (timer != null) {
            timer.cancel();
        }
        waiting.forEach(Runnable::run);
        waiting = List.of();
    }
}
