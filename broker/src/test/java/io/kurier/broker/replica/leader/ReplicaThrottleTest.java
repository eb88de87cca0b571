package io.kurier.broker.replica.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.leader.ReplicaThrottle.Side;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.testkit.ManualClock;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.junit.jupiter.api.Test;

class ReplicaThrottleTest {
    private static final TopicPartition NAMED = new TopicPartition("t", 0);
    private static final TopicPartition OTHER = new TopicPartition("t", 1);

    private final ManualClock clock = new ManualClock();
    private final ImageBuilder builder = new ImageBuilder(ClusterImage.empty("c"));
    private final ReplicaThrottle throttle = new ReplicaThrottle(
            new ClusterView() {
                @Override
                public ClusterImage image() {
                    return builder.build();
                }

                @Override
                public Subscription subscribe(Consumer<ImageChange> listener) {
                    return () -> {};
                }
            },
            1,
            clock,
            Side.LEADER);

    private void set(int type, String resource, String name, String value) {
        builder.replay(
                new ConfigRecord()
                        .setResourceType((byte) type)
                        .setResourceName(resource)
                        .setName(name)
                        .setValue(value),
                (short) 0);
    }

    @Test
    void whatIsNamedGoesAtTheRate() {
        set(2, "t", Side.LEADER.replicas, "1:2,0:1");
        set(4, "1", Side.LEADER.rate, "1000");
        throttle.went(OTHER, 1_000_000);
        assertThat(throttle.holdsBack(NAMED)).as("nothing named was sent").isFalse();
        throttle.went(NAMED, 5_000);
        assertThat(throttle.holdsBack(NAMED)).isTrue();
        assertThat(throttle.holdsBack(OTHER)).isFalse();
        clock.advance(Duration.ofMillis(3_900));
        assertThat(throttle.holdsBack(NAMED)).isTrue();
        clock.advance(Duration.ofMillis(200));
        assertThat(throttle.holdsBack(NAMED)).isFalse();
    }

    @Test
    void withoutARateNothingIsHeldBack() {
        set(2, "t", Side.LEADER.replicas, "*");
        throttle.went(NAMED, Integer.MAX_VALUE);
        assertThat(throttle.holdsBack(NAMED)).isFalse();
    }

    @Test
    void anotherRateHoldsForWhatIsNotPaidForYet() {
        set(2, "t", Side.LEADER.replicas, "*");
        set(4, "", Side.LEADER.rate, "1000");
        throttle.went(NAMED, 1_000_000);
        clock.advance(Duration.ofSeconds(10));
        assertThat(throttle.holdsBack(NAMED)).isTrue();
        set(4, "", Side.LEADER.rate, "500000");
        clock.advance(Duration.ofMillis(1_100));
        assertThat(throttle.holdsBack(NAMED)).isFalse();
    }

    @Test
    void theSidesHaveSettingsOfTheirOwn() {
        set(2, "t", Side.FOLLOWER.replicas, "*");
        set(4, "", Side.FOLLOWER.rate, "1000");
        throttle.went(NAMED, 1_000_000);
        assertThat(throttle.holdsBack(NAMED)).isFalse();
    }
}
