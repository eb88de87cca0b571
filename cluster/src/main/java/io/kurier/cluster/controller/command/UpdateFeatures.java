package io.kurier.cluster.controller.command;

import io.kurier.cluster.controller.command.partitions.MinInSync;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.VersionRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData.UpdatableFeatureResult;
import org.apache.kafka.common.metadata.ClearElrRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.NoOpRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Changes finalised feature levels (API 57, KIP-584, KIP-778, KIP-1022): up, or down if the request says so.
///
/// A request is refused as a whole from version 2 on; before, each feature by itself. All refusals are
/// INVALID_UPDATE_VERSION, but for a feature that is named twice (INVALID_REQUEST). `kraft.version`, which the log's
/// control records hold, only goes up. `metadata.version` goes down only where no metadata can be lost.
final class UpdateFeatures implements Command<UpdateFeaturesRequestData, UpdateFeaturesResponseData> {
    /// The first version of the API whose requests are refused as a whole.
    static final int FIRST_ALL_OR_NOTHING = 2;

    private static final String ELIGIBLE_LEADER_REPLICAS = "eligible.leader.replicas.version";
    /// Of a broker that does not know a feature.
    private static final VersionRange UNKNOWN = new VersionRange((short) 0, (short) 0);

    private static final byte UPGRADE = 1;
    private static final byte SAFE_DOWNGRADE = 2;
    private static final byte UNSAFE_DOWNGRADE = 3;

    private final boolean allOrNothing;

    UpdateFeatures(boolean allOrNothing) {
        this.allOrNothing = allOrNothing;
    }

    @Override
    public Decision<UpdateFeaturesResponseData> decide(UpdateFeaturesRequestData request, Situation situation) {
        UpdateFeaturesResponseData response = new UpdateFeaturesResponseData();
        Map<String, Short> levels = new TreeMap<>(situation.image().finalizedFeatures());
        List<ApiMessage> records = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        // The order in which a request names them must not matter to those that depend on each other.
        Map<String, Short> proposed = new TreeMap<>(levels);
        request.featureUpdates().forEach(update -> proposed.put(update.feature(), update.maxVersionLevel()));
        for (FeatureUpdateKey update : request.featureUpdates()) {
            UpdatableFeatureResult result = new UpdatableFeatureResult().setFeature(update.feature());
            try {
                if (!seen.add(update.feature())) {
                    throw new Refusal(Errors.INVALID_REQUEST, "The feature " + update.feature() + " is named twice.");
                }
                records.addAll(update(update, levels, allOrNothing ? proposed : levels, situation));
            } catch (Refusal e) {
                if (allOrNothing) {
                    return Decision.unchanged(response.setErrorCode(e.error().code())
                            .setErrorMessage("The update failed for all features since the following feature had an"
                                    + " error: " + e.reason()));
                }
                result.setErrorCode(e.error().code()).setErrorMessage(e.reason());
            }
            if (!allOrNothing) {
                response.results().add(result);
            }
        }
        return request.validateOnly()
                ? Decision.unchanged(response)
                : new Decision<>(response, records, raisedKraftVersion(levels, situation));
    }

    private static short raisedKraftVersion(Map<String, Short> levels, Situation situation) {
        short level = levels.getOrDefault(ClusterImage.KRAFT_VERSION, (short) 0);
        return level > situation.image().kraftVersion() ? level : 0;
    }

    /// Checks one change and makes it in `levels`.
    private static List<ApiMessage> update(
            FeatureUpdateKey update, Map<String, Short> levels, Map<String, Short> proposed, Situation situation)
            throws Refusal {
        String feature = update.feature();
        short before = levels.getOrDefault(feature, (short) 0);
        short after = update.maxVersionLevel();
        checkSupported(update, situation);
        if (after == before) {
            return List.of();
        }
        checkDirection(update, before);
        if (feature.equals(ClusterImage.KRAFT_VERSION) && after < before) {
            throw invalid(update, "Can't downgrade the version of this feature.");
        }
        if (feature.equals(ClusterImage.METADATA_VERSION)
                && after < before
                && situation.features().losesMetadata(before, after)) {
            throw invalid(
                    update,
                    update.upgradeType() == UNSAFE_DOWNGRADE
                            ? "Unsafe metadata downgrade is not supported in this version."
                            : "Refusing to perform the requested downgrade because it might delete metadata"
                                    + " information.");
        }
        checkOthers(update, proposed, situation);
        levels.put(feature, after);
        if (feature.equals(ClusterImage.KRAFT_VERSION)) {
            return List.of(new NoOpRecord()); // when it is committed, so is what the log says of itself
        }
        List<ApiMessage> records = new ArrayList<>();
        if (feature.equals(ELIGIBLE_LEADER_REPLICAS) && after == 0) {
            records.add(new ClearElrRecord());
        }
        records.add(new FeatureLevelRecord().setName(feature).setFeatureLevel(after));
        if (feature.equals(ELIGIBLE_LEADER_REPLICAS) && before == 0) {
            records.addAll(MinInSync.firstRecords(situation.image(), situation.rules()));
        }
        return records;
    }

    /// This node and all registered brokers must know the level.
    private static void checkSupported(FeatureUpdateKey update, Situation situation) throws Refusal {
        if (update.maxVersionLevel() < 0) {
            throw invalid(update, "A feature version cannot be less than 0.");
        }
        VersionRange own = situation.features().supported().get(update.feature());
        if (own == null) {
            throw invalid(update, "The controller does not support this feature.");
        }
        checkRange(update, own, "The controller");
        for (BrokerImage broker : situation.image().brokers().values()) {
            checkRange(update, broker.features().getOrDefault(update.feature(), UNKNOWN), "Broker " + broker.id());
        }
    }

    private static void checkRange(FeatureUpdateKey update, VersionRange range, String who) throws Refusal {
        if (!range.contains(update.maxVersionLevel())) {
            throw invalid(update, who + " only supports versions " + range.min() + "-" + range.max() + ".");
        }
    }

    private static void checkDirection(FeatureUpdateKey update, short before) throws Refusal {
        boolean mayGoDown = update.allowDowngrade()
                || update.upgradeType() == SAFE_DOWNGRADE
                || update.upgradeType() == UNSAFE_DOWNGRADE;
        if (!mayGoDown && update.upgradeType() != UPGRADE) {
            throw invalid(
                    update,
                    "The upgrade type " + update.upgradeType()
                            + " is unknown: 1 upgrades, 2 downgrades safely, 3 downgrades unsafely.");
        }
        if (update.maxVersionLevel() < before && !mayGoDown) {
            throw invalid(
                    update,
                    "Can't downgrade the version of this feature without setting the upgrade type to either safe or"
                            + " unsafe downgrade.");
        }
        if (update.maxVersionLevel() > before && mayGoDown) {
            throw invalid(update, "Can't downgrade to a newer version: it is at " + before + " now.");
        }
    }

    private static void checkOthers(FeatureUpdateKey update, Map<String, Short> proposed, Situation situation)
            throws Refusal {
        Map<String, Short> all = new TreeMap<>(proposed);
        all.put(update.feature(), update.maxVersionLevel());
        for (Map.Entry<String, Short> entry : all.entrySet()) {
            VersionRange range = situation.features().supported().get(entry.getKey());
            if (range != null && range.contains(entry.getValue())) {
                String why = situation
                        .features()
                        .conflict(entry.getKey(), entry.getValue(), all)
                        .orElse(null);
                if (why != null) {
                    throw invalid(update, why);
                }
            }
        }
    }

    private static Refusal invalid(FeatureUpdateKey update, String why) {
        return new Refusal(
                Errors.INVALID_UPDATE_VERSION,
                "Invalid update version " + update.maxVersionLevel() + " for feature " + update.feature() + ". " + why);
    }
}
