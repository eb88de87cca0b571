package io.kurier.broker.api.shares;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.share.LedShare;
import io.kurier.broker.share.ShareKey;
import io.kurier.broker.share.SharePartitions;
import io.kurier.broker.share.machine.AcquireWish;
import io.kurier.broker.share.machine.AcquiredRange;
import io.kurier.broker.share.machine.SharePartition;
import io.kurier.kernel.Timers.Timer;
import io.kurier.kernel.World;
import io.kurier.log.LogException;
import io.kurier.protocol.FileRecords;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ShareFetchResponseData.AcquiredRecords;
import org.apache.kafka.common.message.ShareFetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// One ShareFetch that may wait: acquires records for its member, and tries again when there may be some, until it has
/// any or time is over. It does not wait for more once it has some, as time runs for them.
///
/// It runs on the connection's thread, and on a slow thread while it has to block; never on both at once.
final class PendingShareFetch {
    private static final long MAX_WAIT_MS = TimeUnit.MINUTES.toMillis(5);
    /// So often a partition is read again at once in which there was nothing for a member.
    private static final int MOST_TRIES = 16;

    private final World world;
    private final Executor executor;
    private final Sources sources;
    private final ShareSession session;
    private final Wish wish;
    private final long deadlineNs;
    private final CompletableFuture<Map<ShareKey, PartitionData>> result = new CompletableFuture<>();
    /// Why it is to try; who raises it from zero has it tried.
    private final AtomicInteger wakes = new AtomicInteger(1);

    private final Runnable wake = this::wake;
    private final Set<LedShare> watched = new HashSet<>();
    private final List<Runnable> unwatch = new ArrayList<>();
    private @Nullable Timer timer;
    private volatile boolean waitEnded;

    /// Where records come from.
    record Sources(Partitions partitions, SharePartitions shares, ShareReader reader) {}

    /// @param maxBytes of all records; one batch is given even if it is larger
    record Wish(int maxWaitMs, int maxBytes, AcquireWish records) {}

    PendingShareFetch(World world, Executor executor, Sources sources, ShareSession session, Wish wish) {
        this.world = world;
        this.executor = executor;
        this.sources = sources;
        this.session = session;
        this.wish = wish;
        this.deadlineNs =
                world.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(Math.clamp(wish.maxWaitMs(), 0, MAX_WAIT_MS));
    }

    /// Begins, on the connection's thread.
    ///
    /// @return what is to be told of the partitions of which there is something to tell
    CompletableFuture<Map<ShareKey, PartitionData>> start() {
        session.waits(this::endWait);
        attempt(false);
        return result;
    }

    private void endWait() {
        waitEnded = true;
        wake();
    }

    private void wake() {
        if (wakes.getAndIncrement() == 0) {
            executor.execute(() -> attempt(false));
        }
    }

    private void attempt(boolean mayBlock) {
        int seen = wakes.get();
        Attempt attempt = new Attempt(mayBlock);
        try {
            boolean blocked = !attempt.all();
            boolean over = deadlineNs - world.clock().nanos() <= 0 || waitEnded || !session.isOpen();
            if (!attempt.found.isEmpty() || (over && !blocked)) {
                finish(attempt.found);
            } else if (blocked) {
                world.threads().slow().execute(() -> attempt(true));
            } else {
                awaitMore(seen);
            }
        } catch (RuntimeException e) {
            stopWaiting();
            result.completeExceptionally(e);
        }
    }

    private void awaitMore(int seen) {
        if (timer == null) {
            timer = world.timers().after(deadlineNs - world.clock().nanos(), wake);
        }
        if (wakes.addAndGet(-seen) > 0) {
            executor.execute(() -> attempt(false));
        }
    }

    private void finish(Map<ShareKey, PartitionData> found) {
        stopWaiting();
        session.served(found.keySet());
        result.complete(found);
    }

    private void stopWaiting() {
        if (timer != null) {
            timer.cancel();
        }
        unwatch.forEach(Runnable::run);
        unwatch.clear();
    }

    private void watch(Partition partition, LedShare share) {
        if (watched.add(share)) {
            partition.addReader(wake);
            share.addReader(wake);
            unwatch.add(() -> {
                partition.removeReader(wake);
                share.removeReader(wake);
            });
        }
    }

    /// One look at all partitions of the session.
    private final class Attempt {
        private final boolean mayBlock;
        private final Map<ShareKey, PartitionData> found = new LinkedHashMap<>();
        private int bytesLeft = wish.maxBytes();
        private long recordsLeft = wish.records().maxRecords();

        Attempt(boolean mayBlock) {
            this.mayBlock = mayBlock;
        }

        /// False if it would have to block and may not.
        boolean all() {
            for (ShareKey key : session.keys()) {
                if (bytesLeft <= 0 || recordsLeft <= 0) {
                    break;
                }
                try {
                    if (!one(key)) {
                        return false;
                    }
                } catch (PartitionException e) {
                    fail(key, e.error(), e.getMessage());
                } catch (LogException e) {
                    if (e.error() == Errors.OFFSET_OUT_OF_RANGE) {
                        wake(); // the log's start has moved meanwhile
                    } else {
                        fail(key, e.error(), e.getMessage());
                    }
                }
            }
            return true;
        }

        private void fail(ShareKey key, Errors error, @Nullable String message) {
            found.put(key, ShareAnswers.empty(key).setErrorCode(error.code()).setErrorMessage(message));
        }

        private boolean one(ShareKey key) {
            TopicPartition name = sources.shares().requireLed(key);
            Partition partition = mayBlock
                    ? sources.partitions().find(name)
                    : sources.partitions().ready(name);
            if (partition == null) {
                return false;
            }
            LedShare share = sources.shares().of(key, partition);
            watch(partition, share);
            partition.checkOpen();
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                long from = share.nextFetchOffset();
                if (from == SharePartition.NONE) {
                    return true;
                }
                ShareReader.Wanted wanted =
                        new ShareReader.Wanted(from, bytesLeft, share.policy().readCommitted());
                ShareReader.Read read = sources.reader().read(partition, wanted, mayBlock);
                if (read == null) {
                    return false;
                }
                if (read.found() == null || acquired(key, share, from, read.found())) {
                    return true;
                }
            }
            wake();
            return true;
        }

        private boolean acquired(ShareKey key, LedShare share, long from, ShareReader.Found read) {
            AcquireWish left = new AcquireWish(
                    (int) recordsLeft, wish.records().strict(), wish.records().batchSize());
            List<AcquiredRange> ranges = share.acquire(session.memberId(), session::isOpen, from, read.batches(), left);
            if (ranges.isEmpty()) {
                read.release();
                return !session.isOpen();
            }
            FileRecords records =
                    read.records(ranges.getFirst().first(), ranges.getLast().last());
            PartitionData answer = ShareAnswers.empty(key).setRecords(records);
            for (AcquiredRange range : ranges) {
                recordsLeft -= range.size();
                answer.acquiredRecords()
                        .add(new AcquiredRecords()
                                .setFirstOffset(range.first())
                                .setLastOffset(range.last())
                                .setDeliveryCount((short) range.deliveries()));
            }
            bytesLeft -= records.sizeInBytes();
            found.put(key, answer);
            return true;
        }
    }
}
