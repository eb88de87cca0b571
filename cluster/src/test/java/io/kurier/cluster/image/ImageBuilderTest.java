package io.kurier.cluster.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.metadata.AbortTransactionRecord;
import org.apache.kafka.common.metadata.BeginTransactionRecord;
import org.apache.kafka.common.metadata.ClearElrRecord;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.EndTransactionRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.metadata.UnfenceBrokerRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;

class ImageBuilderTest {
    private static final Uuid ID = new Uuid(5, 5);
    private static final ClusterImage EMPTY = ClusterImage.empty("cluster");

    private static ClusterImage replay(ClusterImage image, ApiMessage... records) {
        ImageBuilder builder = new ImageBuilder(image);
        for (ApiMessage record : records) {
            builder.replay(record, record.highestSupportedVersion());
        }
        return builder.build();
    }

    private static TopicRecord topic() {
        return new TopicRecord().setName("t").setTopicId(ID);
    }

    private static PartitionRecord partition(int number) {
        return new PartitionRecord()
                .setTopicId(ID)
                .setPartitionId(number)
                .setReplicas(List.of(1, 2))
                .setIsr(List.of(1, 2))
                .setLeader(1)
                .setLeaderEpoch(3)
                .setPartitionEpoch(7);
    }

    private static PartitionImage first(ClusterImage image) {
        return Objects.requireNonNull(image.partition("t", 0));
    }

    @Test
    void aNewLeaderBeginsALeaderEpochAndEveryChangeAPartitionEpoch() {
        ClusterImage before = replay(EMPTY, topic(), partition(0));
        PartitionChangeRecord shrink =
                new PartitionChangeRecord().setTopicId(ID).setPartitionId(0).setIsr(List.of(2));
        PartitionImage shrunk = first(replay(before, shrink));
        assertThat(shrunk.isr()).containsExactly(2);
        assertThat(shrunk.leader()).isEqualTo(1);
        assertThat(shrunk.leaderEpoch()).isEqualTo(3);
        assertThat(shrunk.partitionEpoch()).isEqualTo(8);
        PartitionImage led = first(replay(before, shrink.duplicate().setLeader(2)));
        assertThat(led.leader()).isEqualTo(2);
        assertThat(led.leaderEpoch()).isEqualTo(4);
        assertThat(first(before).leader()).isEqualTo(1);
    }

    @Test
    void aRecordWithoutDirectoriesLeavesThemToBeSaid() {
        assertThat(first(replay(EMPTY, topic(), partition(0))).directories())
                .containsExactly(new Uuid(0, 2), new Uuid(0, 2));
    }

    @Test
    void aRemovedTopicTakesItsSettingsAlong() {
        ConfigRecord setting = new ConfigRecord()
                .setResourceType((byte) 2)
                .setResourceName("t")
                .setName("retention.ms")
                .setValue("1");
        ClusterImage with = replay(EMPTY, topic(), partition(0), setting);
        assertThat(with.configs(ConfigResource.Type.TOPIC, "t")).containsEntry("retention.ms", "1");
        ClusterImage without = replay(with, new RemoveTopicRecord().setTopicId(ID));
        assertThat(without.sameContent(EMPTY)).isTrue();
        assertThat(without.partitionCount()).isZero();
    }

    @Test
    void eligibleReplicasCanBeClearedForAllTopics() {
        PartitionRecord with =
                partition(0).setEligibleLeaderReplicas(List.of(2)).setLastKnownElr(List.of(2));
        PartitionImage cleared = first(replay(EMPTY, topic(), with, new ClearElrRecord().setTopicName("")));
        assertThat(cleared.elr()).isEmpty();
        assertThat(cleared.lastKnownElr()).isEmpty();
    }

    @Test
    void untouchedTopicsAreTheSameObjects() {
        ClusterImage one = replay(EMPTY, topic(), partition(0));
        ClusterImage two = replay(one, new TopicRecord().setName("u").setTopicId(new Uuid(6, 6)));
        assertThat(two.topic("t")).isSameAs(one.topic("t"));
    }

    @Test
    void recordsThatCannotFollowAreRefused() {
        assertThatThrownBy(() -> replay(EMPTY, partition(0))).isInstanceOf(MetadataFormatException.class);
        assertThatThrownBy(() -> replay(EMPTY, topic(), topic())).isInstanceOf(MetadataFormatException.class);
        assertThatThrownBy(() -> replay(EMPTY, topic(), partition(1)))
                .isInstanceOf(MetadataFormatException.class)
                .hasMessageContaining("lacks its partition 0");
        assertThatThrownBy(() -> replay(EMPTY, topic(), partition(Integer.MAX_VALUE)))
                .isInstanceOf(MetadataFormatException.class);
        assertThatThrownBy(() -> replay(EMPTY, new UnfenceBrokerRecord().setId(1)))
                .isInstanceOf(MetadataFormatException.class);
    }

    @Test
    void aTransactionIsSeenWholeOrNotAtAll() {
        MetadataReplay replay = new MetadataReplay(EMPTY);
        apply(replay, 0, new BeginTransactionRecord(), topic());
        apply(replay, 1, partition(0));
        assertThat(replay.image().topics()).isEmpty();
        assertThat(replay.inTransaction()).isTrue();
        apply(replay, 2, new EndTransactionRecord());
        assertThat(replay.image().partition("t", 0)).isNotNull();
        assertThat(replay.image().position()).isEqualTo(new LogPosition(2, 1, 1));
        apply(
                replay,
                3,
                new BeginTransactionRecord(),
                new RemoveTopicRecord().setTopicId(ID),
                new AbortTransactionRecord());
        assertThat(replay.image().partition("t", 0)).isNotNull();
        assertThat(replay.inTransaction()).isFalse();
    }

    private static void apply(MetadataReplay replay, long offset, ApiMessage... records) {
        List<MetadataRecord> all = java.util.Arrays.stream(records)
                .map(record -> new MetadataRecord(record, record.highestSupportedVersion()))
                .toList();
        replay.apply(all, new LogPosition(offset, 1, 1), (short) 1);
    }
}
