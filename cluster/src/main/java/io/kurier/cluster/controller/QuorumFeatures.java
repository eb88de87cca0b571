package io.kurier.cluster.controller;

import io.kurier.cluster.controller.Consensus.LostLeadershipException;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.RecordVersions;
import io.kurier.cluster.image.VersionRange;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;

/// The rules of features on an active controller: `kraft.version` goes where all voters can go, which the log's engine
/// knows.
record QuorumFeatures(FeatureRules rules, Consensus engine, int epoch) implements FeatureRules {
    @Override
    public Map<String, VersionRange> supported() {
        return rules.supported();
    }

    @Override
    public Map<String, Short> ofNewCluster() {
        return rules.ofNewCluster();
    }

    @Override
    public RecordVersions recordVersions() {
        return rules.recordVersions();
    }

    @Override
    public Optional<String> conflict(String feature, short level, Map<String, Short> all) {
        Optional<String> known = rules.conflict(feature, level, all);
        if (known.isPresent() || !feature.equals(ClusterImage.KRAFT_VERSION)) {
            return known;
        }
        try {
            engine.raiseKraftVersion(epoch, level, true);
            return Optional.empty();
        } catch (InvalidUpdateVersionException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (LostLeadershipException e) {
            throw new NotLeadingException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public boolean losesMetadata(short from, short to) {
        return rules.losesMetadata(from, to);
    }
}
