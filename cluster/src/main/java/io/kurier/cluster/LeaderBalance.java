package io.kurier.cluster;

import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import java.io.Closeable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets preferred replicas lead again, now and then, while this node's controller is the active one
/// (`auto.leader.rebalance.enable`, `leader.imbalance.check.interval.seconds`): after a node was away, the others lead
/// what it led.
final class LeaderBalance implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderBalance.class);
    private static final byte PREFERRED = 0;
    private static final int TIMEOUT_MS = 30_000;

    private final World world;
    private final ClusterView view;
    private final ControllerGateway controller;
    private final BooleanSupplier active;
    private final long intervalNs;
    private volatile Timers.@Nullable Timer next;
    private volatile boolean closed;

    /// @param controller of this node
    /// @param active true while that is the active one
    /// @param intervalMs 0 for never
    <C extends ClusterView & ControllerGateway> LeaderBalance(
            World world, C controller, BooleanSupplier active, long intervalMs) {
        this.world = world;
        this.view = controller;
        this.controller = controller;
        this.active = active;
        this.intervalNs = TimeUnit.MILLISECONDS.toNanos(intervalMs);
    }

    void start() {
        if (intervalNs > 0 && !closed) {
            next = world.timers().after(intervalNs, this::look);
        }
    }

    private void look() {
        if (active.getAsBoolean() && isOff(view.image())) {
            controller
                    .submit(
                            new ElectLeadersRequestData()
                                    .setElectionType(PREFERRED)
                                    .setTopicPartitions(null)
                                    .setTimeoutMs(TIMEOUT_MS),
                            ApiKeys.ELECT_LEADERS.latestVersion())
                    .whenComplete((answer, failure) ->
                            LOG.info("Preferred replicas lead again{}", failure == null ? "" : ", or not: " + failure));
        }
        start();
    }

    /// True if a partition's first replica could lead it, and another one does.
    static boolean isOff(ClusterImage image) {
        return image.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(partition -> isOff(partition, image));
    }

    private static boolean isOff(PartitionImage partition, ClusterImage image) {
        int preferred = partition.replicas().getFirst();
        BrokerImage broker = image.broker(preferred);
        return partition.leader() != preferred
                && partition.isr().contains(preferred)
                && broker != null
                && broker.isActive();
    }

    @Override
    public void close() {
        closed = true;
        Timers.Timer timer = next;
        if (timer != null) {
            timer.cancel();
        }
    }
}
