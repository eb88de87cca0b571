package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.image.ClusterImage;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ClusterGroupConfigsTest {
    private final AtomicReference<EffectiveConfig> node = new AtomicReference<>(EffectiveConfig.ofFile(
            Map.of("group.consumer.session.timeout.ms", "50000", "group.share.assignment.interval.ms", "300")));
    private final ClusterGroupConfigs configs = new ClusterGroupConfigs(new NothingSet(), node::get);

    @Test
    void whatMayChangeWhileTheNodeRunsIsAskedForEachTime() {
        assertThat(configs.integer("g", "consumer.assignment.interval.ms", -1)).isEqualTo(1_000);
        assertThat(configs.integer("g", "share.assignment.interval.ms", -1)).isEqualTo(300);
        node.set(node.get().withDynamic(Map.of("group.consumer.assignment.interval.ms", "20"), Map.of()));
        assertThat(configs.integer("g", "consumer.assignment.interval.ms", -1)).isEqualTo(20);
    }

    @Test
    void whatTheCoordinatorWasStartedWithItKnows() {
        assertThat(configs.value("g", "consumer.session.timeout.ms")).isEmpty();
        assertThat(configs.value("g", "share.isolation.level")).isEmpty();
    }

    private record NothingSet() implements ClusterView {
        @Override
        public ClusterImage image() {
            return ClusterImage.empty("cluster");
        }

        @Override
        public Subscription subscribe(Consumer<ImageChange> listener) {
            return () -> {};
        }
    }
}
