package io.kurier.cluster.raft;

import io.kurier.cluster.controller.FeatureRules;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.RecordVersions;
import io.kurier.cluster.image.VersionRange;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/// The feature levels that this node knows: those of Apache Kafka 4.4.
public final class FeatureLevels {
    private FeatureLevels() {}

    /// The levels that a new cluster begins with, by feature; without `kraft.version`.
    public static Map<String, Short> ofNewCluster() {
        Map<String, Short> levels = new TreeMap<>();
        levels.put(
                MetadataVersion.FEATURE_NAME, MetadataVersion.latestProduction().featureLevel());
        for (Feature feature : Feature.PRODUCTION_FEATURES) {
            if (feature != Feature.KRAFT_VERSION) {
                levels.put(feature.featureName(), feature.defaultLevel(MetadataVersion.latestProduction()));
            }
        }
        return Collections.unmodifiableMap(levels);
    }

    /// The levels that this node supports, by feature; with `kraft.version` and `metadata.version`.
    public static Map<String, VersionRange> supported() {
        Map<String, VersionRange> ranges = new TreeMap<>();
        ranges.put(
                ClusterImage.METADATA_VERSION,
                new VersionRange(
                        MetadataVersion.MINIMUM_VERSION.featureLevel(),
                        MetadataVersion.latestProduction().featureLevel()));
        for (Feature feature : Feature.PRODUCTION_FEATURES) {
            ranges.put(
                    feature.featureName(), new VersionRange(feature.minimumProduction(), feature.latestProduction()));
        }
        return Collections.unmodifiableMap(ranges);
    }

    /// The same as the controller asks for it.
    public static FeatureRules rules() {
        return Rules.INSTANCE;
    }

    private enum Rules implements FeatureRules {
        INSTANCE;

        @Override
        public Map<String, VersionRange> supported() {
            return FeatureLevels.supported();
        }

        @Override
        public Map<String, Short> ofNewCluster() {
            return FeatureLevels.ofNewCluster();
        }

        @Override
        public RecordVersions recordVersions() {
            return FeatureLevels.recordVersions();
        }

        @Override
        public Optional<String> conflict(String feature, short level, Map<String, Short> all) {
            if (feature.equals(ClusterImage.METADATA_VERSION)) {
                return Optional.empty();
            }
            try {
                Feature.validateVersion(Feature.featureFromName(feature).fromFeatureLevel(level, false), all);
                return Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public boolean losesMetadata(short from, short to) {
            return MetadataVersion.checkIfMetadataChanged(
                    MetadataVersion.fromFeatureLevel(from), MetadataVersion.fromFeatureLevel(to));
        }
    }

    /// Which version of a record the cluster's `metadata.version` allows.
    public static RecordVersions recordVersions() {
        return FeatureLevels::version;
    }

    private static short version(ApiMessage record, short metadataVersion) {
        if (metadataVersion == 0) {
            return record.lowestSupportedVersion();
        }
        MetadataVersion level = MetadataVersion.fromFeatureLevel(metadataVersion);
        return switch (MetadataRecordType.fromId(record.apiKey())) {
            case REGISTER_BROKER_RECORD -> level.registerBrokerRecordVersion();
            case PARTITION_RECORD -> level.partitionRecordVersion();
            case PARTITION_CHANGE_RECORD -> level.partitionChangeRecordVersion();
            case REGISTER_CONTROLLER_RECORD -> level.registerControllerRecordVersion();
            case BROKER_REGISTRATION_CHANGE_RECORD ->
                level.isCordonedLogDirsSupported()
                        ? (short) 3
                        : level.isDirectoryAssignmentSupported() ? (short) 2 : (short) 1;
            case UNREGISTER_BROKER_RECORD,
                    TOPIC_RECORD,
                    CONFIG_RECORD,
                    FENCE_BROKER_RECORD,
                    UNFENCE_BROKER_RECORD,
                    REMOVE_TOPIC_RECORD,
                    DELEGATION_TOKEN_RECORD,
                    USER_SCRAM_CREDENTIAL_RECORD,
                    FEATURE_LEVEL_RECORD,
                    CLIENT_QUOTA_RECORD,
                    PRODUCER_IDS_RECORD,
                    ACCESS_CONTROL_ENTRY_RECORD,
                    REMOVE_ACCESS_CONTROL_ENTRY_RECORD,
                    NO_OP_RECORD,
                    ZK_MIGRATION_STATE_RECORD,
                    REMOVE_USER_SCRAM_CREDENTIAL_RECORD,
                    BEGIN_TRANSACTION_RECORD,
                    END_TRANSACTION_RECORD,
                    ABORT_TRANSACTION_RECORD,
                    REMOVE_DELEGATION_TOKEN_RECORD,
                    CLEAR_ELR_RECORD,
                    UNREGISTER_CONTROLLER_RECORD -> (short) 0;
        };
    }
}
