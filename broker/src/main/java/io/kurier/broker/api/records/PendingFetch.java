package io.kurier.broker.api.records;

import io.kurier.broker.api.records.FetchReader.Found;
import io.kurier.broker.api.records.FetchReader.Opened;
import io.kurier.kernel.Timers.Timer;
import io.kurier.kernel.World;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One fetch that may wait (long poll): reads, and reads again when more is committed, until there is enough or time is
/// over.
///
/// It runs on the connection's thread, and on a slow thread while it has to block; never on both at once.
final class PendingFetch {
    private static final long MAX_WAIT_MS = TimeUnit.MINUTES.toMillis(5);

    private final World world;
    private final Executor executor;
    private final FetchReader reader;
    private final FetchPlan plan;
    private final long deadlineNs;
    private final CompletableFuture<Found> result = new CompletableFuture<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable wake = this::wake;
    private List<Opened> waitedOn = List.of();
    private @Nullable Timer timer;

    PendingFetch(World world, Executor executor, FetchReader reader, FetchPlan plan, int maxWaitMs) {
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

    private void attempt() {
        try {
            Found found = reader.tryRead(plan);
            if (found == null) {
                world.threads().slow().execute(this::attemptBlocking);
            } else {
                settle(found);
            }
        } catch (RuntimeException e) {
            fail(e);
        }
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
        long leftNs = deadlineNs - world.clock().nanos();
        if (found.urgent()
                || found.bytes() >= plan.minBytes()
                || leftNs <= 0
                || plan.partitions().isEmpty()) {
            stopWaiting();
            reader.readAhead(found);
            result.complete(found);
            return;
        }
        found.release();
        waitFor(found.opened(), leftNs);
    }

    private void waitFor(List<Opened> opened, long leftNs) {
        scheduled.set(false);
        if (timer == null) {
            timer = world.timers().after(leftNs, wake);
            waitedOn = opened;
            for (Opened one : opened) {
                plan.await(one.partition(), wake);
            }
        }
        for (Opened one : opened) {
            if (plan.end(one.partition()) > one.seenEnd()) {
                wake();
                return;
            }
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
        for (Opened one : waitedOn) {
            one.partition().removeReader(wake);
        }
        waitedOn = List.of();
    }
}
