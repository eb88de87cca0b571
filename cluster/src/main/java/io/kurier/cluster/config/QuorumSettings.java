package io.kurier.cluster.config;

/// What holds for the controller quorum on one node.
public record QuorumSettings(MetadataLog log) {
    /// How the metadata log is kept short.
    ///
    /// @param snapshotBytes a snapshot is written when the log has grown by so many bytes
    /// @param snapshotIntervalMs a snapshot is written after so long if the metadata changed; 0 for never
    public record MetadataLog(long snapshotBytes, long snapshotIntervalMs) {}

    /// The settings of a node.
    public static QuorumSettings of(EffectiveConfig node) {
        TypedValues values = TypedValues.ofBroker(node);
        return new QuorumSettings(new MetadataLog(
                values.number("metadata.log.max.record.bytes.between.snapshots"),
                values.number("metadata.log.max.snapshot.interval.ms")));
    }
}
