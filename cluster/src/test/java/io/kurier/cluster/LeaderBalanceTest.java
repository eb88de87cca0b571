package io.kurier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;

class LeaderBalanceTest {
    private static final Uuid TOPIC = new Uuid(1, 1);

    /// A partition on brokers 1 and 2.
    private static boolean isOff(int leader, List<Integer> isr, boolean firstIsFenced) {
        ImageBuilder builder = new ImageBuilder(ClusterImage.empty("c"));
        List<ApiMessage> records = List.of(
                new RegisterBrokerRecord().setBrokerId(1).setFenced(firstIsFenced),
                new RegisterBrokerRecord().setBrokerId(2).setFenced(false),
                new TopicRecord().setName("t").setTopicId(TOPIC),
                new PartitionRecord()
                        .setPartitionId(0)
                        .setTopicId(TOPIC)
                        .setReplicas(List.of(1, 2))
                        .setIsr(isr)
                        .setLeader(leader));
        records.forEach(record -> builder.replay(record, record.highestSupportedVersion()));
        return LeaderBalance.isOff(builder.build());
    }

    @Test
    void onlyAPreferredReplicaThatCouldLeadIsMissed() {
        assertThat(isOff(2, List.of(1, 2), false)).isTrue();
        assertThat(isOff(1, List.of(1, 2), false)).as("it leads").isFalse();
        assertThat(isOff(2, List.of(2), false)).as("it lags").isFalse();
        assertThat(isOff(2, List.of(1, 2), true)).as("it is down").isFalse();
    }
}
