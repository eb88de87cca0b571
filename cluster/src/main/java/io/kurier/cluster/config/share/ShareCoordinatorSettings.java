package io.kurier.cluster.config.share;

import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.TypedValues;

/// What holds on one broker for the members of share groups, and for the state that is kept of those.
public record ShareCoordinatorSettings(Membership membership, State state, StateTopic topic) {
    /// Who may be a member.
    ///
    /// @param sessionTimeoutMs how long a member may be silent
    /// @param heartbeatIntervalMs how often a member is asked to report
    /// @param assignmentIntervalMs least time between two assignments of a group
    /// @param maxSize members that a group may have
    public record Membership(int sessionTimeoutMs, int heartbeatIntervalMs, int assignmentIntervalMs, int maxSize) {}

    /// How state is kept.
    ///
    /// @param updatesPerSnapshot after so many all of a share partition's state is written again
    /// @param writeTimeoutMs after so long it is not known whether something is written
    public record State(int updatesPerSnapshot, int writeTimeoutMs) {}

    /// How `__share_group_state` is created.
    ///
    /// @param replicationFactor how many replicas are wanted
    public record StateTopic(int partitions, short replicationFactor, int minInSyncReplicas, int segmentBytes) {}

    /// The settings of a broker.
    public static ShareCoordinatorSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new ShareCoordinatorSettings(
                new Membership(
                        values.integer("group.share.session.timeout.ms"),
                        values.integer("group.share.heartbeat.interval.ms"),
                        values.integer("group.share.assignment.interval.ms"),
                        values.integer("group.share.max.size")),
                new State(
                        values.integer("share.coordinator.snapshot.update.records.per.snapshot"),
                        values.integer("share.coordinator.write.timeout.ms")),
                new StateTopic(
                        values.integer("share.coordinator.state.topic.num.partitions"),
                        (short) values.integer("share.coordinator.state.topic.replication.factor"),
                        values.integer("share.coordinator.state.topic.min.isr"),
                        values.integer("share.coordinator.state.topic.segment.bytes")));
    }
}
