package io.kurier.broker.compaction;

import io.kurier.broker.compaction.Candidates.Candidate;
import io.kurier.broker.compaction.Setbacks.Setback;
import io.kurier.broker.metrics.MetricSink;
import io.kurier.broker.metrics.MetricSource;
import io.kurier.broker.metrics.MetricType;
import io.kurier.broker.replica.Partitions;
import io.kurier.cluster.config.CleanerSettings;
import io.kurier.kernel.Timers.Timer;
import io.kurier.kernel.World;
import io.kurier.log.LogCompaction;
import io.kurier.log.LogException;
import io.kurier.log.cleaner.CleaningPass;
import io.kurier.log.cleaner.KeyHash;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compacts the node's logs in the background, as many at a time as `log.cleaner.threads` says, each in small steps on
/// a thread that ends when there is nothing to do. What fails is told and tried again.
public final class Compactor implements MetricSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    private static final int STEP_BYTES = 1 << 20;

    private final World world;
    private final Supplier<CleanerSettings> settings;
    private final Predicate<TopicPartition> isMoving;
    private final Candidates candidates;
    private final Executor looking;
    private final CompactionPace pace = new CompactionPace();
    private final Setbacks setbacks = new Setbacks();
    private final LongAdder passes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();

    // guarded by this
    private final Map<TopicPartition, Job> jobs = new HashMap<>();
    private @Nullable Timer timer;
    private boolean closed;

    /// A pass that is going on.
    private static final class Job {
        final Candidate candidate;
        final LogCompaction compaction;
        final Executor steps;
        boolean over;

        Job(Candidate candidate, LogCompaction compaction, Executor steps) {
            this.candidate = candidate;
            this.compaction = compaction;
            this.steps = steps;
        }

        TopicPartition partition() {
            return candidate.partition();
        }

        /// Stops it after the step that is being done.
        synchronized void end() {
            if (!over) {
                over = true;
                compaction.close();
            }
        }
    }

    /// @param settings as they are now
    /// @param isMoving true for a partition that must stay as it is, because it is copied to another directory
    public Compactor(
            World world,
            Partitions partitions,
            Supplier<CleanerSettings> settings,
            Predicate<TopicPartition> isMoving) {
        this.world = world;
        this.settings = settings;
        this.isMoving = isMoving;
        this.candidates = new Candidates(partitions);
        this.looking = world.threads().serial("compaction");
    }

    /// Begins, unless `log.cleaner.enable` is false.
    public void start() {
        if (settings.get().enabled()) {
            lookLater();
        }
    }

    private synchronized void lookLater() {
        if (!closed) {
            long delayNs = TimeUnit.MILLISECONDS.toNanos(settings.get().backoffMs());
            timer = world.timers()
                    .after(
                            delayNs,
                            () -> looking.execute(() -> {
                                look();
                                lookLater();
                            }));
        }
    }

    /// Begins passes as long as there is something to do and a thread for it.
    private void look() {
        while (begin()) {
            LOG.debug("{} logs are being compacted", jobs.size());
        }
    }

    private synchronized boolean begin() {
        CleanerSettings now = settings.get();
        if (closed || jobs.size() >= now.threads()) {
            return false;
        }
        long nowMs = world.clock().wallMs();
        Candidate next = candidates.next(this::mayTry, nowMs);
        setbacks.keepOnly(candidates.here());
        if (next == null) {
            return false;
        }
        CleaningPass.Settings pass = new CleaningPass.Settings(
                now.dedupeBytes() / Math.max(1, now.threads()), now.loadFactor(), new KeyHash(world.random()));
        LogCompaction compaction = new LogCompaction(next.log(), next.range(), pass, nowMs);
        Job job = new Job(next, compaction, world.threads().blocking("kurier-compaction-" + jobs.size()));
        jobs.put(next.partition(), job);
        job.steps.execute(() -> step(job));
        return true;
    }

    private boolean mayTry(TopicPartition partition) {
        return !jobs.containsKey(partition)
                && !isMoving.test(partition)
                && setbacks.mayTry(partition, world.clock().nanos());
    }

    private void step(Job job) {
        long bytes;
        synchronized (job) {
            if (job.over) {
                return;
            }
            try {
                bytes = isMoving.test(job.partition()) ? -1 : job.compaction.step(STEP_BYTES);
            } catch (RuntimeException e) {
                failed(job, e);
                bytes = -1;
            }
            if (bytes == 0) {
                done(job, job.compaction.result());
            }
            if (bytes <= 0) {
                job.end();
            }
        }
        if (bytes <= 0) {
            remove(job);
        } else {
            long pauseNs = pace.pauseNs(
                    bytes, settings.get().ioBytesPerSecond(), world.clock().nanos());
            if (pauseNs < TimeUnit.MILLISECONDS.toNanos(1)) {
                job.steps.execute(() -> step(job));
            } else {
                world.timers().after(pauseNs, () -> job.steps.execute(() -> step(job)));
            }
        }
    }

    private void remove(Job job) {
        synchronized (this) {
            jobs.remove(job.partition(), job);
        }
        looking.execute(this::look);
    }

    private void done(Job job, CleaningPass.Result result) {
        setbacks.over(job.partition());
        candidates.waits(job.partition(), result.nextHorizonMs());
        passes.increment();
        bytesRead.add(result.bytesRead());
        bytesWritten.add(result.bytesWritten());
        if (result.keyless() > 0) {
            LOG.warn(
                    "{} had {} records without a key, which a compacted topic cannot keep: they are gone",
                    job.partition(),
                    result.keyless());
        }
        LOG.info(
                "{} is compacted up to offset {}: {} bytes became {}",
                job.partition(),
                result.cleanedTo(),
                result.bytesRead(),
                result.bytesWritten());
    }

    private void failed(Job job, RuntimeException e) {
        if (!candidates.has(job.candidate.log())) {
            setbacks.over(job.partition());
            return;
        }
        if (e instanceof LogException changed && changed.error() == Errors.OPERATION_NOT_ATTEMPTED) {
            LOG.info("Compaction of {} begins anew: {}", job.partition(), changed.getMessage());
            return;
        }
        failures.increment();
        long firstNs = TimeUnit.MILLISECONDS.toNanos(settings.get().backoffMs());
        long nowNs = world.clock().nanos();
        Setback setback = setbacks.failed(job.partition(), String.valueOf(e.getMessage()), firstNs, nowNs);
        LOG.error(
                "{} could not be compacted, {} times in a row now, and is tried again in {} s: {}",
                job.partition(),
                setback.failures(),
                TimeUnit.NANOSECONDS.toSeconds(setback.againAtNs() - nowNs),
                setback.reason(),
                e);
    }

    @Override
    public void collect(MetricSink sink) {
        sink.single("kurier_compactions_total", MetricType.COUNTER, "Passes over a log that ended well.", passes.sum());
        sink.single(
                "kurier_compaction_failures_total",
                MetricType.COUNTER,
                "Passes over a log that failed and are tried again.",
                failures.sum());
        sink.single(
                "kurier_compaction_failing_partitions",
                MetricType.GAUGE,
                "Partitions whose last compaction failed.",
                setbacks.size());
        sink.single(
                "kurier_compaction_read_bytes_total",
                MetricType.COUNTER,
                "Bytes of logs that were compacted.",
                bytesRead.sum());
        sink.single(
                "kurier_compaction_written_bytes_total",
                MetricType.COUNTER,
                "Bytes of these that stayed.",
                bytesWritten.sum());
        sink.single(
                "kurier_compaction_max_dirty_ratio",
                MetricType.GAUGE,
                "Largest part of a log that may be compacted and is not, from 0 to 1.",
                candidates.largestDirtyRatio());
    }

    /// Stops; what is unfinished begins again at the next start. No log is touched afterwards.
    @Override
    public void close() {
        Job[] open;
        synchronized (this) {
            closed = true;
            Timer next = timer;
            if (next != null) {
                next.cancel();
            }
            open = jobs.values().toArray(Job[]::new);
            jobs.clear();
        }
        for (Job job : open) {
            job.end();
        }
    }
}
