package io.kurier.cluster.controller;

import io.kurier.cluster.image.RecordVersions;
import io.kurier.cluster.image.VersionRange;
import java.util.Map;
import java.util.Optional;

/// What the controller must know about features (KIP-584); which features and levels there are is said elsewhere.
public interface FeatureRules {
    /// The levels that this node supports, by feature; with `metadata.version` and `kraft.version`.
    Map<String, VersionRange> supported();

    /// The levels that a new cluster begins with, by feature; without `kraft.version`.
    Map<String, Short> ofNewCluster();

    /// Which version of a record the cluster's `metadata.version` allows.
    RecordVersions recordVersions();

    /// Why a feature cannot stand at this level beside the others, such as one that it depends on; empty if it can.
    ///
    /// @param level one that is supported
    /// @param all the levels of all features as they would be
    Optional<String> conflict(String feature, short level, Map<String, Short> all);

    /// True if what is written at one level of `metadata.version` may be lost at the other.
    ///
    /// @param from a supported level
    /// @param to a lower supported level
    boolean losesMetadata(short from, short to);
}
