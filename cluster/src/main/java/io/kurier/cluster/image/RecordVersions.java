package io.kurier.cluster.image;

import java.util.List;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// Which version of a metadata record may be written in a cluster.
@FunctionalInterface
public interface RecordVersions {
    /// The version to write `record` in.
    ///
    /// @param metadataVersion the finalised level of `metadata.version`
    short of(ApiMessage record, short metadataVersion);

    /// The record in the version that the cluster may have, without the fields that this version has no place for. The
    /// message is changed for that.
    default MetadataRecord fit(ApiMessage message, short metadataVersion) {
        short version = of(message, metadataVersion);
        switch (message) {
            case RegisterBrokerRecord broker -> {
                if (version < 4) {
                    broker.setCordonedLogDirs(null);
                }
                if (version < 3) {
                    broker.setLogDirs(List.of());
                }
            }
            case PartitionRecord partition -> {
                if (version < 2) {
                    partition.setEligibleLeaderReplicas(null).setLastKnownElr(null);
                }
                if (version < 1) {
                    partition.setDirectories(List.of());
                }
            }
            case PartitionChangeRecord change -> {
                if (version < 2) {
                    change.setEligibleLeaderReplicas(null).setLastKnownElr(null);
                }
                if (version < 1) {
                    change.setDirectories(null);
                }
            }
            default -> {
                // All other records are the same in every version that is still in use.
            }
        }
        return new MetadataRecord(message, version);
    }
}
