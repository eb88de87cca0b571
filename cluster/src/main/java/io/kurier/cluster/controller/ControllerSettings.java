package io.kurier.cluster.controller;

/// The controller's own settings.
///
/// @param numPartitions of a topic that asks for the default (`num.partitions`)
/// @param defaultReplicationFactor of a topic that asks for the default (`default.replication.factor`)
/// @param maxRecordsPerCommand how many metadata records one command may cause; what would need more is refused
/// @param leaderCheckIntervalMs how often preferred replicas are made leaders again; 0 for never
///     (`auto.leader.rebalance.enable`, `leader.imbalance.check.interval.seconds`)
public record ControllerSettings(
        int numPartitions, short defaultReplicationFactor, int maxRecordsPerCommand, long leaderCheckIntervalMs) {
    private static final long LEADER_CHECK_INTERVAL_MS = 300_000;

    /// With Kafka's five minutes between two looks at who leads.
    public ControllerSettings(int numPartitions, short defaultReplicationFactor, int maxRecordsPerCommand) {
        this(numPartitions, defaultReplicationFactor, maxRecordsPerCommand, LEADER_CHECK_INTERVAL_MS);
    }

    /// One partition, one replica, 50,000 records: they stay well below the 8 MiB that one batch of the metadata log
    /// may have.
    public static ControllerSettings defaults() {
        return new ControllerSettings(1, (short) 1, 50_000);
    }
}
