package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.testkit.FreePorts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node says that cannot join.
class JoiningIT {
    @TempDir
    Path folder;

    private Kurier start(int id, String data, String seed) {
        Kurier.Builder builder = Kurier.builder()
                .data(folder.resolve(data))
                .set("node.id", String.valueOf(id))
                .set("initial.broker.registration.timeout.ms", "4000");
        if (!seed.isEmpty()) {
            builder.set("controller.quorum.bootstrap.servers", seed);
        }
        return builder.start();
    }

    @Test
    void nobodyThere() {
        String seed = "127.0.0.1:" + FreePorts.next();
        assertThatThrownBy(() -> start(2, "d2", seed))
                .hasMessageContaining("No node of the cluster to join answers at [" + seed + "]")
                .hasMessageContaining("refused")
                .hasMessageContaining("--join");
        assertThat(folder.resolve("d2").resolve("meta.properties")).doesNotExist();
    }

    @Test
    void anIdThatIsInUse() {
        try (Kurier one = start(1, "d1", "")) {
            assertThatThrownBy(() -> start(1, "other", one.bootstrapServers()))
                    .hasMessageContaining("Node 1 of the cluster at " + one.bootstrapServers() + " runs already")
                    .hasMessageContaining("--node-id");
        }
    }

    @Test
    void anotherClustersNode() {
        try (Kurier one = start(1, "d1", "");
                Kurier stranger = start(2, "d2", "")) {
            String address = one.bootstrapServers();
            stranger.close();
            assertThatThrownBy(() -> start(2, "d2", address))
                    .hasMessageContaining(one.clusterId())
                    .hasMessageContaining(stranger.clusterId());
        }
    }

    @Test
    void aNodeFindsItsClusterAgainWithoutBeingTold() {
        String cluster;
        try (Kurier one = start(1, "d1", "")) {
            cluster = one.clusterId();
            start(2, "d2", one.bootstrapServers()).close();
            try (Kurier again = start(2, "d2", "")) {
                assertThat(again.clusterId()).isEqualTo(cluster);
            }
        }
        assertThatThrownBy(() -> start(2, "d2", "").close())
                .as("it does not begin a cluster of its own when nobody is there")
                .hasMessageContaining("could not join the cluster");
    }
}
