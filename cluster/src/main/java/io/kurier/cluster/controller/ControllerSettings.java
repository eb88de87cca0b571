package io.kurier.cluster.controller;

/// The controller's own settings.
///
/// @param numPartitions of a topic that asks for the default (`num.partitions`)
/// @param defaultReplicationFactor of a topic that asks for the default (`default.replication.factor`)
/// @param maxRecordsPerCommand how many metadata records one command may cause; what would need more is refused
public record ControllerSettings(int numPartitions, short defaultReplicationFactor, int maxRecordsPerCommand) {
    /// One partition, one replica, 50,000 records: they stay well below the 8 MiB that one batch of the metadata log
    /// may have.
    public static ControllerSettings defaults() {
        return new ControllerSettings(1, (short) 1, 50_000);
    }
}
