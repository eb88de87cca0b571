package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.ImageBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.metadata.ClearElrRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.NoOpRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class UpdateFeaturesTest {
    private static final byte UPGRADE = 1;
    private static final byte SAFE_DOWNGRADE = 2;
    private static final byte UNSAFE_DOWNGRADE = 3;

    /// Its brokers know `metadata.version` to 33 and `group.version` to 1.
    private final Bench bench = Bench.of(2);

    private static FeatureUpdateKey to(String feature, int level, byte type) {
        return new FeatureUpdateKey()
                .setFeature(feature)
                .setMaxVersionLevel((short) level)
                .setUpgradeType(type);
    }

    private static UpdateFeaturesRequestData request(FeatureUpdateKey... updates) {
        UpdateFeaturesRequestData request = new UpdateFeaturesRequestData();
        for (FeatureUpdateKey update : updates) {
            request.featureUpdates().add(update);
        }
        return request;
    }

    private Errors update(FeatureUpdateKey... updates) {
        UpdateFeaturesResponseData answer = bench.run(request(updates), UpdateFeaturesResponseData.class);
        assertThat(answer.results()).isEmpty();
        return Errors.forCode(answer.errorCode());
    }

    @Test
    void downAndUpAgain() {
        assertThat(update(to("group.version", 0, SAFE_DOWNGRADE))).isEqualTo(Errors.NONE);
        assertThat(bench.image.features()).doesNotContainKey("group.version");
        assertThat(update(to("group.version", 1, UPGRADE))).isEqualTo(Errors.NONE);
        assertThat(bench.image.feature("group.version")).isEqualTo((short) 1);
        assertThat(update(to("group.version", 0, UNSAFE_DOWNGRADE))).isEqualTo(Errors.NONE);
    }

    @Test
    void theSameLevelIsNoChange() {
        assertThat(update(to("group.version", 1, UPGRADE), to("kraft.version", 0, UPGRADE)))
                .isEqualTo(Errors.NONE);
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void validationAloneChangesNothing() {
        UpdateFeaturesResponseData answer = bench.run(
                request(to("group.version", 0, SAFE_DOWNGRADE)).setValidateOnly(true),
                UpdateFeaturesResponseData.class);
        assertThat(answer.errorCode()).isZero();
        assertThat(bench.image.feature("group.version")).isEqualTo((short) 1);
    }

    @Test
    void refusesWhatCannotBe() {
        Map<String, FeatureUpdateKey> all = Map.of(
                "an unknown feature", to("some.version", 1, UPGRADE),
                "too high a level", to("group.version", 9, UPGRADE),
                "a negative level", to("group.version", -1, SAFE_DOWNGRADE),
                "a feature that a broker does not know", to("share.version", 1, UPGRADE),
                "down without saying so", to("group.version", 0, UPGRADE),
                "an unknown kind", to("group.version", 0, (byte) 9),
                "a way to keep voters that a broker does not know", to("kraft.version", 1, UPGRADE),
                "no metadata version at all", to("metadata.version", 0, UNSAFE_DOWNGRADE));
        all.forEach((why, update) -> assertThat(update(update)).as(why).isEqualTo(Errors.INVALID_UPDATE_VERSION));
        assertThat(bench.image.feature("metadata.version")).isEqualTo((short) 33);
    }

    @Test
    void metadataIsNotLost() {
        assertThat(update(to("metadata.version", 7, SAFE_DOWNGRADE))).isEqualTo(Errors.INVALID_UPDATE_VERSION);
        assertThat(update(to("metadata.version", 7, UNSAFE_DOWNGRADE))).isEqualTo(Errors.INVALID_UPDATE_VERSION);
    }

    @Test
    void upIsNotDown() {
        update(to("group.version", 0, SAFE_DOWNGRADE));
        assertThat(update(to("group.version", 1, SAFE_DOWNGRADE))).isEqualTo(Errors.INVALID_UPDATE_VERSION);
    }

    @Test
    void allOrNothing() {
        FeatureUpdateKey good = to("group.version", 0, SAFE_DOWNGRADE);
        assertThat(update(good, to("some.version", 1, UPGRADE))).isEqualTo(Errors.INVALID_UPDATE_VERSION);
        assertThat(bench.image.feature("group.version")).isEqualTo((short) 1);
    }

    @Test
    void eachByItselfInOldVersions() {
        bench.version = 1;
        UpdateFeaturesResponseData answer = bench.run(
                request(to("some.version", 1, UPGRADE), to("group.version", 0, SAFE_DOWNGRADE)),
                UpdateFeaturesResponseData.class);
        Map<String, Errors> results = new TreeMap<>();
        answer.results().forEach(result -> results.put(result.feature(), Errors.forCode(result.errorCode())));
        assertThat(results)
                .isEqualTo(Map.of("some.version", Errors.INVALID_UPDATE_VERSION, "group.version", Errors.NONE));
        assertThat(answer.errorCode()).isZero();
        assertThat(bench.image.features()).doesNotContainKey("group.version");
    }

    @Test
    void theFirstVersionSaysItMayGoDownByAFlag() {
        bench.version = 0;
        bench.run(
                request(new FeatureUpdateKey()
                        .setFeature("group.version")
                        .setMaxVersionLevel((short) 0)
                        .setAllowDowngrade(true)),
                UpdateFeaturesResponseData.class);
        assertThat(bench.image.features()).doesNotContainKey("group.version");
    }

    @Test
    void kraftVersionOnlyGoesUp() {
        Bench lone = new Bench(1);
        UpdateFeaturesRequestData up = request(to("kraft.version", 1, UPGRADE));
        Decision<? extends ApiMessage> raised = Commands.decide(up, lone.version, lone.situation());
        assertThat(raised.kraftVersion()).isEqualTo((short) 1);
        assertThat(raised.records())
                .as("something to wait for")
                .hasOnlyElementsOfType(NoOpRecord.class)
                .hasSize(1);
        assertThat(Commands.decide(up.duplicate().setValidateOnly(true), lone.version, lone.situation())
                        .kraftVersion())
                .isZero();
        lone.image = new ImageBuilder(lone.image).kraftVersion((short) 1).build();
        assertThat(Commands.decide(up, lone.version, lone.situation()).kraftVersion())
                .isZero();
        for (byte type : List.of(SAFE_DOWNGRADE, UNSAFE_DOWNGRADE)) {
            UpdateFeaturesResponseData refused =
                    lone.run(request(to("kraft.version", 0, type)), UpdateFeaturesResponseData.class);
            assertThat(Errors.forCode(refused.errorCode())).isEqualTo(Errors.INVALID_UPDATE_VERSION);
            assertThat(refused.errorMessage()).contains("Can't downgrade the version of this feature.");
        }
    }

    @Test
    void eligibleReplicasGoWithTheirFeature() {
        Bench lone = new Bench(1);
        lone.replay(List.of(new FeatureLevelRecord()
                .setName("eligible.leader.replicas.version")
                .setFeatureLevel((short) 1)));
        lone.run(request(to("eligible.leader.replicas.version", 0, SAFE_DOWNGRADE)), UpdateFeaturesResponseData.class);
        assertThat(lone.lastRecords).hasAtLeastOneElementOfType(ClearElrRecord.class);
        assertThat(lone.image.feature("eligible.leader.replicas.version")).isZero();
    }
}
