package io.kurier.broker.replica;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.kernel.World;
import io.kurier.log.LogDirectory;
import io.kurier.log.LogException;
import io.kurier.log.PartitionFolder;
import io.kurier.log.ReplicaMove;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The moves of partitions between this node's data directories (KIP-113): one after the other in the background, each
/// in small steps, and without a thread while there is none. What a partition leaves behind is deleted when the
/// cluster's metadata names its new directory.
public final class ReplicaMoves implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMoves.class);
    private static final int STEP_BYTES = 1 << 20;
    /// Who had found the old log before it was replaced has read by then.
    private static final long LEAVE_AFTER_NS = TimeUnit.SECONDS.toNanos(1);

    private final World world;
    private final Partitions partitions;
    private final DataFolders folders;
    private final DirectoryAssignments assignments;
    private final ClusterView cluster;
    private final LongSupplier bytesPerSecond;
    private final Executor steps;
    private final ClusterView.Subscription subscription;

    // guarded by this, for a whole step
    private final Map<TopicPartition, Job> jobs = new LinkedHashMap<>();
    private final Map<TopicPartition, Job> left = new HashMap<>();
    private boolean stepping;
    private boolean closed;
    private volatile boolean idle = true;

    private record Job(Partition partition, ReplicaMove move) {
        TopicPartition name() {
            return partition.name();
        }

        LogDirectory target() {
            return move.future().directory();
        }
    }

    /// @param bytesPerSecond `replica.alter.log.dirs.io.max.bytes.per.second`, asked for at each step
    public ReplicaMoves(
            World world,
            Partitions partitions,
            DataFolders folders,
            DirectoryAssignments assignments,
            ClusterView cluster,
            LongSupplier bytesPerSecond) {
        this.world = world;
        this.partitions = partitions;
        this.folders = folders;
        this.assignments = assignments;
        this.cluster = cluster;
        this.bytesPerSecond = bytesPerSecond;
        this.steps = world.threads().serial("replica-moves");
        this.subscription = cluster.subscribe(this::follow);
    }

    /// Moves a partition to the directory at `path`, in the background; a move of it to elsewhere is given up. Harmless
    /// if it is there. A partition that does not exist yet is made there later. Blocks while its log is recovered.
    ///
    /// @throws PartitionException LOG_DIR_NOT_FOUND, KAFKA_STORAGE_ERROR, UNKNOWN_TOPIC_OR_PARTITION,
    ///     NOT_LEADER_OR_FOLLOWER
    /// @throws LogException KAFKA_STORAGE_ERROR, INVALID_TOPIC_EXCEPTION
    public void move(TopicPartition name, String path) {
        LogDirectory target = folders.directory(path)
                .orElseThrow(() -> new PartitionException(
                        Errors.LOG_DIR_NOT_FOUND, "None of this node's data directories is " + path));
        if (!target.isOnline()) {
            throw new PartitionException(Errors.KAFKA_STORAGE_ERROR, "The data directory " + path + " is offline");
        }
        Partition partition;
        try {
            partition = partitions.find(name);
        } catch (PartitionException e) {
            if (e.error() == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
                folders.prefer(name, target);
            }
            throw e;
        }
        begin(partition, target);
    }

    private synchronized void begin(Partition partition, LogDirectory target) {
        TopicPartition name = partition.name();
        Job job = jobs.get(name);
        if (closed || job != null && job.partition == partition && job.target() == target) {
            return;
        }
        if (job != null) {
            giveUp(job, "another directory was asked for");
        }
        Job old = left.remove(name);
        if (old != null) {
            old.move.deleteOld();
        }
        if (partition.log().directory() == target) {
            return;
        }
        try {
            partition.checkOpen();
            jobs.put(name, new Job(partition, new ReplicaMove(partition.log(), target)));
        } catch (IOException e) {
            throw new PartitionException(
                    Errors.KAFKA_STORAGE_ERROR, name + " cannot move to " + target.path() + ": " + e.getMessage());
        }
        idle = false;
        if (!stepping) {
            stepping = true;
            steps.execute(this::step);
        }
    }

    /// True while the partition's records are copied to another directory.
    public boolean isMoving(TopicPartition name) {
        if (idle) {
            return false;
        }
        synchronized (this) {
            return jobs.containsKey(name);
        }
    }

    /// Goes on with the moves that were not finished when the node stopped. Blocks while their logs are recovered.
    public void resume() {
        for (LogDirectory target : folders.directories()) {
            for (PartitionFolder future : target.futures()) {
                try {
                    resume(future, target);
                } catch (PartitionException | LogException | IOException e) {
                    LOG.warn("{} does not move on to {}: {}", future.partition(), target.path(), e.getMessage());
                }
            }
        }
    }

    private void resume(PartitionFolder future, LogDirectory target) throws IOException {
        if (cluster.image()
                        .partition(
                                future.partition().topic(), future.partition().partition())
                == null) {
            target.setAside(future);
        } else {
            begin(partitions.find(future.partition()), target);
        }
    }

    private synchronized void step() {
        stepping = false;
        if (closed || jobs.isEmpty()) {
            return;
        }
        Job job = jobs.values().iterator().next();
        long pauseNs = 0;
        try {
            int bytes = job.move.copy(STEP_BYTES);
            if (bytes == 0) {
                finish(job);
            } else {
                pauseNs = (long) ((double) TimeUnit.SECONDS.toNanos(1) * bytes / Math.max(1, rate()));
            }
        } catch (RuntimeException e) {
            giveUp(job, String.valueOf(e.getMessage()));
        }
        if (!jobs.isEmpty()) {
            stepping = true;
            if (rate() == Long.MAX_VALUE) {
                steps.execute(this::step);
            } else {
                world.timers().after(pauseNs, () -> steps.execute(this::step));
            }
        }
    }

    private long rate() {
        return bytesPerSecond.getAsLong();
    }

    private void finish(Job job) {
        job.partition.takeOver(job.move, () -> {
            jobs.remove(job.name());
            left.put(job.name(), job);
            folders.moved(job.name(), job.target());
        });
        LOG.info("{} has moved to {}", job.name(), job.target().path());
        assignments.checkSoon();
        leaveLater(job, cluster.image());
    }

    /// The copy stays only where the log that it was made of may never come back.
    private void giveUp(Job job, String why) {
        if (!jobs.remove(job.name(), job)) {
            return;
        }
        LOG.warn("{} does not move to {}: {}", job.name(), job.target().path(), why);
        if (job.target().isOnline() && job.move.current().directory().isOnline()) {
            try {
                job.move.abandon();
            } catch (LogException e) {
                LOG.warn(
                        "The unfinished copy of {} stays in {}",
                        job.name(),
                        job.target().path(),
                        e);
            }
        }
    }

    private void follow(ImageChange change) {
        if (!idle && change.before().topicsById() != change.after().topicsById()) {
            steps.execute(() -> follow(change.after()));
        }
    }

    private synchronized void follow(ClusterImage image) {
        for (Job job : jobs.values().toArray(Job[]::new)) {
            if (image.topic(job.partition.topicId()) == null) {
                giveUp(job, "its topic was deleted");
            }
        }
        for (Job job : left.values()) {
            leaveLater(job, image);
        }
        idle = jobs.isEmpty() && left.isEmpty();
    }

    private void leaveLater(Job job, ClusterImage image) {
        if (isTold(job, image)) {
            world.timers().after(LEAVE_AFTER_NS, () -> world.threads().slow().execute(() -> leave(job)));
        }
    }

    private boolean isTold(Job job, ClusterImage image) {
        return assignments.isTold(
                image,
                job.partition.topicId(),
                job.name().partition(),
                job.target().directoryId());
    }

    private synchronized void leave(Job job) {
        if (!closed && left.remove(job.name(), job)) {
            try {
                job.move.deleteOld();
            } catch (LogException e) {
                LOG.warn("What {} has left behind goes at the next start: {}", job.name(), e.getMessage());
            }
        }
    }

    /// Stops; what is unfinished goes on at the next start. No log is touched afterwards.
    @Override
    public synchronized void close() {
        subscription.close();
        for (Job job : left.values().toArray(Job[]::new)) {
            if (isTold(job, cluster.image())) {
                leave(job);
            }
        }
        closed = true;
    }
}
