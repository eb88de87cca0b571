package io.kurier.broker.replica;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.World;
import io.kurier.log.LogDirectory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.DirectoryData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.PartitionData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.TopicData;
import org.apache.kafka.common.message.AssignReplicasToDirsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the controller in which data directory this node's replicas lie, where the cluster's metadata says otherwise
/// or nothing yet (KIP-858). With one directory the controller knows by itself, and only the start is looked at.
public final class DirectoryAssignments implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryAssignments.class);
    private static final int MOST_AT_ONCE = 1_000;
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(5);

    private final World world;
    private final int nodeId;
    private final ClusterView cluster;
    private final ControllerGateway controller;
    private final DataFolders folders;
    private final Executor executor;
    private final AtomicBoolean queued = new AtomicBoolean();
    private final ClusterView.@Nullable Subscription subscription;
    private volatile boolean closed;

    /// @param cluster shows the metadata, and leads to the controller
    public <C extends ClusterView & ControllerGateway> DirectoryAssignments(
            World world, int nodeId, C cluster, DataFolders folders) {
        this.world = world;
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.controller = cluster;
        this.folders = folders;
        this.executor = world.threads().serial("directory-assignments");
        this.subscription = folders.directories().size() == 1
                ? null
                : cluster.subscribe(change -> {
                    if (change.before().topicsById() != change.after().topicsById()) {
                        checkSoon();
                    }
                });
    }

    /// Looks soon, in the background, whether there is something to tell.
    public void checkSoon() {
        if (!closed && queued.compareAndSet(false, true)) {
            executor.execute(this::check);
        }
    }

    /// True if the metadata names this directory for this node's replica, or has no such partition any more.
    boolean isTold(ClusterImage image, Uuid topicId, int partition, Uuid directoryId) {
        TopicImage topic = image.topic(topicId);
        PartitionImage state = topic == null ? null : topic.partition(partition);
        return state == null || state.directory(nodeId).equals(directoryId);
    }

    private void check() {
        queued.set(false);
        ClusterImage image = cluster.image();
        BrokerImage self = image.broker(nodeId);
        Map<Uuid, DirectoryData> wrong = new HashMap<>();
        if (closed || self == null || wrong(image, wrong) == 0) {
            return;
        }
        AssignReplicasToDirsRequestData request =
                new AssignReplicasToDirsRequestData().setBrokerId(nodeId).setBrokerEpoch(self.epoch());
        request.directories().addAll(wrong.values());
        controller
                .submit(request, ApiKeys.ASSIGN_REPLICAS_TO_DIRS.latestVersion())
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        later(String.valueOf(failure.getMessage()));
                    } else {
                        answered((AssignReplicasToDirsResponseData) answer);
                    }
                });
    }

    /// Collects replicas that lie elsewhere than the metadata says, by directory; how many there are, up to a limit.
    private int wrong(ClusterImage image, Map<Uuid, DirectoryData> wrong) {
        int count = 0;
        for (TopicImage topic : image.topics()) {
            Map<Uuid, TopicData> inTopic = new HashMap<>();
            for (int number = 0; number < topic.partitions().size() && count < MOST_AT_ONCE; number++) {
                PartitionImage state = topic.partitions().get(number);
                Uuid place = state.replicas().contains(nodeId)
                        ? place(new TopicPartition(topic.name(), number), state.directory(nodeId))
                        : null;
                if (place != null && !place.equals(state.directory(nodeId))) {
                    count++;
                    inTopic.computeIfAbsent(place, id -> {
                                TopicData made = new TopicData().setTopicId(topic.id());
                                wrong.computeIfAbsent(id, d -> new DirectoryData().setId(d))
                                        .topics()
                                        .add(made);
                                return made;
                            })
                            .partitions()
                            .add(new PartitionData().setPartitionIndex(number));
                }
            }
        }
        return count;
    }

    private @Nullable Uuid place(TopicPartition name, Uuid assigned) {
        try {
            LogDirectory directory = folders.place(name, assigned);
            return directory.isOnline() ? directory.directoryId() : null;
        } catch (PartitionException e) {
            LOG.debug("There is no place for {}", name, e);
            return null;
        }
    }

    private void answered(AssignReplicasToDirsResponseData answer) {
        Errors refused = Errors.forCode(answer.errorCode());
        if (refused == Errors.UNSUPPORTED_VERSION) {
            LOG.debug("metadata.version is too low to say in which directory a replica lies");
        } else if (refused != Errors.NONE) {
            later(refused.message());
        } else {
            Errors error = firstError(answer);
            if (error != Errors.NONE) {
                later(error.message());
            } else {
                checkSoon(); // there may be more than fitted into one request
            }
        }
    }

    private static Errors firstError(AssignReplicasToDirsResponseData answer) {
        return answer.directories().stream()
                .flatMap(directory -> directory.topics().stream())
                .flatMap(topic -> topic.partitions().stream())
                .map(partition -> Errors.forCode(partition.errorCode()))
                .filter(error -> error != Errors.NONE)
                .findFirst()
                .orElse(Errors.NONE);
    }

    private void later(String why) {
        if (!closed) {
            LOG.warn("The controller was not told where replicas lie, and will be again: {}", why);
            world.timers().after(RETRY_NS, this::checkSoon);
        }
    }

    @Override
    public void close() {
        closed = true;
        ClusterView.Subscription following = subscription;
        if (following != null) {
            following.close();
        }
    }
}
