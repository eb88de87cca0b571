package io.kurier.cluster.config;

import java.util.List;
import java.util.Locale;

/// What holds for groups and their offsets on one broker.
public record GroupSettings(
        Membership membership, Consumers consumers, Streams streams, Offsets offsets, OffsetsTopic topic) {
    /// Who may be a member of a classic group.
    ///
    /// @param initialRebalanceDelayMs how long a new group waits for more members
    /// @param maxSize members that a group may have
    public record Membership(
            int minSessionTimeoutMs, int maxSessionTimeoutMs, int initialRebalanceDelayMs, int maxSize) {}

    /// Groups of the new protocol (KIP-848).
    ///
    /// @param sessionTimeoutMs how long a member may be silent
    /// @param heartbeatIntervalMs how often a member is asked to report
    /// @param assignmentIntervalMs least time between two assignments of a group
    /// @param maxSize members that a group may have
    /// @param assignors by name, the one first that holds when no member asks for any
    /// @param migrationPolicy which way live groups may go between the protocols: DISABLED, UPGRADE, DOWNGRADE or
    ///     BIDIRECTIONAL
    public record Consumers(
            int sessionTimeoutMs,
            int heartbeatIntervalMs,
            int assignmentIntervalMs,
            int maxSize,
            List<String> assignors,
            String migrationPolicy) {}

    /// Groups of Kafka Streams applications (KIP-1071).
    ///
    /// @param sessionTimeoutMs how long a member may be silent
    /// @param heartbeatIntervalMs how often a member is asked to report
    /// @param assignmentIntervalMs least time between two assignments of a group
    /// @param maxSize members that a group may have
    /// @param initialRebalanceDelayMs how long a new group waits for more members
    /// @param standbyReplicas of each task with state
    /// @param rackTags the clients' tags that replicas of a task are spread over
    public record Streams(
            int sessionTimeoutMs,
            int heartbeatIntervalMs,
            int assignmentIntervalMs,
            int maxSize,
            int initialRebalanceDelayMs,
            int standbyReplicas,
            List<String> rackTags) {}

    /// How committed offsets are kept.
    ///
    /// @param metadataMaxBytes length of the text that may be committed with an offset
    /// @param commitTimeoutMs how long a commit may take
    /// @param retentionMs how long offsets are kept after their group is empty
    public record Offsets(int metadataMaxBytes, int commitTimeoutMs, long retentionMs, long retentionCheckIntervalMs) {}

    /// How `__consumer_offsets` is created.
    ///
    /// @param replicationFactor how many replicas are wanted
    public record OffsetsTopic(int partitions, short replicationFactor, int segmentBytes) {}

    /// The settings of a broker.
    public static GroupSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new GroupSettings(
                new Membership(
                        values.integer("group.min.session.timeout.ms"),
                        values.integer("group.max.session.timeout.ms"),
                        values.integer("group.initial.rebalance.delay.ms"),
                        values.integer("group.max.size")),
                new Consumers(
                        values.integer("group.consumer.session.timeout.ms"),
                        values.integer("group.consumer.heartbeat.interval.ms"),
                        values.integer("group.consumer.assignment.interval.ms"),
                        values.integer("group.consumer.max.size"),
                        values.list("group.consumer.assignors"),
                        values.text("group.consumer.migration.policy").toUpperCase(Locale.ROOT)),
                new Streams(
                        values.integer("group.streams.session.timeout.ms"),
                        values.integer("group.streams.heartbeat.interval.ms"),
                        values.integer("group.streams.assignment.interval.ms"),
                        values.integer("group.streams.max.size"),
                        values.integer("group.streams.initial.rebalance.delay.ms"),
                        Math.min(
                                values.integer("group.streams.num.standby.replicas"),
                                values.integer("group.streams.max.standby.replicas")),
                        values.list("group.streams.rack.aware.assignment.tags")),
                new Offsets(
                        values.integer("offset.metadata.max.bytes"),
                        values.integer("offsets.commit.timeout.ms"),
                        values.number("offsets.retention.minutes") * 60_000,
                        values.number("offsets.retention.check.interval.ms")),
                new OffsetsTopic(
                        values.integer("offsets.topic.num.partitions"),
                        (short) values.integer("offsets.topic.replication.factor"),
                        values.integer("offsets.topic.segment.bytes")));
    }
}
