package io.kurier.cluster.controller.command.topics;

import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.protocol.Errors;

/// Places the replicas of new partitions on brokers.
public final class Placement {
    private static final Uuid UNASSIGNED_DIRECTORY = new Uuid(0, 0);

    private final ClusterImage image;
    /// The brokers that can take replicas, neighbours in different racks where there are several.
    private final List<Integer> active;

    /// @param image whose brokers there are
    public Placement(ClusterImage image) {
        this.image = image;
        this.active = interleaved(image);
    }

    private static List<Integer> interleaved(ClusterImage image) {
        Map<String, List<Integer>> racks = new TreeMap<>();
        for (BrokerImage broker : image.brokers().values()) {
            if (broker.isActive()) {
                racks.computeIfAbsent(Objects.requireNonNullElse(broker.rack(), ""), rack -> new ArrayList<>())
                        .add(broker.id());
            }
        }
        List<Integer> all = new ArrayList<>();
        for (int i = 0; racks.values().stream().mapToInt(List::size).sum() > all.size(); i++) {
            for (List<Integer> rack : racks.values()) {
                if (i < rack.size()) {
                    all.add(rack.get(i));
                }
            }
        }
        return all;
    }

    /// Chooses replicas for `count` partitions: leaders go round the brokers from `start` on, followers are their
    /// neighbours.
    List<List<Integer>> spread(int count, short replicationFactor, int start) throws Refusal {
        if (replicationFactor > active.size()) {
            int missing = image.brokers().size() - active.size();
            throw new Refusal(
                    Errors.INVALID_REPLICATION_FACTOR,
                    "Unable to replicate the partition " + replicationFactor
                            + " time(s): The target replication factor of " + replicationFactor
                            + " cannot be reached because only " + active.size() + " broker(s) are registered"
                            + (missing == 0 ? "" : " and running (" + missing + " more are down or stopping)")
                            + ". Ask for " + active.size()
                            + " or fewer replicas, or start more nodes: kurier start --join HOST:PORT");
        }
        List<List<Integer>> all = new ArrayList<>(count);
        for (int partition = 0; partition < count; partition++) {
            List<Integer> replicas = new ArrayList<>(replicationFactor);
            for (int replica = 0; replica < replicationFactor; replica++) {
                replicas.add(active.get(Math.floorMod(start + partition + replica, active.size())));
            }
            all.add(replicas);
        }
        return all;
    }

    /// Checks replicas that a request names itself.
    ///
    /// @throws Refusal with INVALID_REPLICA_ASSIGNMENT
    public void check(int partition, List<Integer> replicas) throws Refusal {
        if (replicas.isEmpty()) {
            throw invalid("The manual partition assignment includes an empty replica list.");
        }
        HashSet<Integer> seen = new HashSet<>();
        for (int id : replicas) {
            if (!image.brokers().containsKey(id)) {
                throw invalid("The manual partition assignment includes broker " + id
                        + ", but no such broker is registered.");
            }
            if (!seen.add(id)) {
                throw invalid("The manual partition assignment includes the broker " + id + " more than once.");
            }
        }
        if (replicas.stream().noneMatch(this::isActive)) {
            throw invalid("All brokers specified in the manual partition assignment for partition " + partition
                    + " are fenced or in controlled shutdown.");
        }
    }

    private boolean isActive(int id) {
        BrokerImage broker = image.broker(id);
        return broker != null && broker.isActive();
    }

    private static Refusal invalid(String message) {
        return new Refusal(Errors.INVALID_REPLICA_ASSIGNMENT, message);
    }

    /// The record of a new partition on these replicas: the active ones are in sync, the first of them leads.
    PartitionRecord record(Uuid topicId, int partition, List<Integer> replicas) {
        List<Integer> isr = replicas.stream().filter(this::isActive).toList();
        return new PartitionRecord()
                .setTopicId(topicId)
                .setPartitionId(partition)
                .setReplicas(replicas)
                .setIsr(isr)
                .setDirectories(replicas.stream().map(this::directory).toList())
                .setLeader(isr.getFirst())
                .setLeaderEpoch(0)
                .setPartitionEpoch(0);
    }

    /// A broker with one directory needs no say in where its replica goes.
    private Uuid directory(int brokerId) {
        BrokerImage broker = image.broker(brokerId);
        return broker != null && broker.logDirs().size() == 1 ? broker.logDirs().getFirst() : UNASSIGNED_DIRECTORY;
    }
}
