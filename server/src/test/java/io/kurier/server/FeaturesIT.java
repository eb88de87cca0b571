package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Feature levels and leader elections as an administrator asks for them, with the Java client.
@Timeout(90)
class FeaturesIT {
    private final Kurier node = Kurier.start();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));

    @AfterEach
    void stop() {
        admin.close(Duration.ZERO);
        node.close();
    }

    private FeatureMetadata features() throws Exception {
        return admin.describeFeatures().featureMetadata().get();
    }

    private void update(String feature, int level, UpgradeType type) throws Exception {
        admin.updateFeatures(Map.of(feature, new FeatureUpdate((short) level, type)), new UpdateFeaturesOptions())
                .all()
                .get();
    }

    @Test
    void whatIsFinalisedIsSupported() throws Exception {
        FeatureMetadata features = features();
        assertThat(features.finalizedFeatures())
                .containsKeys("metadata.version", "kraft.version", "group.version", "transaction.version");
        features.finalizedFeatures()
                .forEach((name, level) -> assertThat(level.maxVersionLevel())
                        .as(name)
                        .isBetween(
                                features.supportedFeatures().get(name).minVersion(),
                                features.supportedFeatures().get(name).maxVersion()));
        assertThat(features.supportedFeatures().get("metadata.version").minVersion())
                .isGreaterThan((short) 1);
    }

    @Test
    void levelsGoDownAndUp() throws Exception {
        long epoch = features().finalizedFeaturesEpoch().orElseThrow();
        short level = features().finalizedFeatures().get("group.version").maxVersionLevel();
        assertThatThrownBy(() -> update("metadata.version", 7, UpgradeType.UPGRADE))
                .hasCauseInstanceOf(InvalidUpdateVersionException.class);
        update("group.version", 0, UpgradeType.SAFE_DOWNGRADE);
        assertThat(features().finalizedFeatures()).doesNotContainKey("group.version");
        assertThat(features().finalizedFeaturesEpoch().orElseThrow()).isGreaterThan(epoch);
        update("group.version", level, UpgradeType.UPGRADE);
        assertThat(features().finalizedFeatures().get("group.version").maxVersionLevel())
                .isEqualTo(level);
        assertThatThrownBy(() -> update("metadata.version", 7, UpgradeType.SAFE_DOWNGRADE))
                .hasCauseInstanceOf(InvalidUpdateVersionException.class)
                .hasMessageContaining("might delete metadata");
    }

    @Test
    void shareGroupsAreServedWhileTheyAreSwitchedOn() throws Exception {
        short level = features().finalizedFeatures().get("share.version").maxVersionLevel();
        assertThat(level).isPositive();
        update("share.version", 0, UpgradeType.SAFE_DOWNGRADE);
        assertThatThrownBy(() -> admin.describeShareGroups(Set.of("g")).all().get())
                .hasCauseInstanceOf(UnsupportedVersionException.class);
        update("share.version", level, UpgradeType.UPGRADE);
        assertThatThrownBy(() -> admin.describeShareGroups(Set.of("g")).all().get())
                .hasCauseInstanceOf(GroupIdNotFoundException.class);
    }

    @Test
    void leadersAreElectedWhereTheyAreNot() throws Exception {
        admin.createTopics(Set.of(new NewTopic("t", 2, (short) 1))).all().get();
        TopicPartition there = new TopicPartition("t", 0);
        TopicPartition nowhere = new TopicPartition("t", 9);
        var some = admin.electLeaders(ElectionType.PREFERRED, Set.of(there, nowhere))
                .partitions()
                .get();
        assertThat(some.get(there)).containsInstanceOf(ElectionNotNeededException.class);
        assertThat(some.get(nowhere)).containsInstanceOf(UnknownTopicOrPartitionException.class);
        assertThat(admin.electLeaders(ElectionType.UNCLEAN, Set.of(there))
                        .partitions()
                        .get()
                        .get(there))
                .containsInstanceOf(ElectionNotNeededException.class);
        assertThat(admin.electLeaders(ElectionType.PREFERRED, null).partitions().get())
                .isEmpty();
    }
}
