package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.server.config.NodeConfig;
import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
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
                .hasMessageContaining("No active controller was found within 4000 ms");
    }

    /// Something that takes connections and answers each with these bytes.
    private static ServerSocket stranger(byte[] answer) throws IOException {
        ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try (Socket accepted = socket.accept()) {
                    accepted.getInputStream().readNBytes(8);
                    accepted.getOutputStream().write(answer);
                    accepted.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // the next one
                }
            }
        });
        return socket;
    }

    @Test
    void aSeedThatIsNoKafka() throws Exception {
        try (ServerSocket web = stranger("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
            String seed = "127.0.0.1:" + web.getLocalPort();
            assertThatThrownBy(() -> start(2, "d2", seed))
                    .hasMessageContaining("No node of the cluster to join answers at [" + seed + "] (")
                    .hasMessageContaining("The connection to the node at")
                    .hasMessageContaining("Name one that runs with --join");
        }
        assertThat(folder.resolve("d2").resolve("meta.properties")).doesNotExist();
    }

    @Test
    void aSeedThatNeverAnswers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String seed = "127.0.0.1:" + silent.getLocalPort();
            assertThatThrownBy(() -> start(2, "d2", seed))
                    .hasMessageContaining("No node of the cluster to join answers at [" + seed + "] (")
                    .hasMessageContaining("did not answer a DESCRIBE_CLUSTER");
        }
    }

    @Test
    void anIdOfADeadNodeIsTakenForThatNodeWithAnEmptyDisk() {
        String cluster;
        try (Kurier one = start(1, "d1", "")) {
            cluster = one.clusterId();
            start(2, "d2", one.bootstrapServers()).close();
            Await.until(Duration.ofSeconds(20), "node 2 is out", () -> {
                try (Kurier again = start(2, "empty", one.bootstrapServers())) {
                    return again.clusterId().equals(cluster);
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("runs already");
                    return false;
                }
            });
        }
    }

    @Test
    void twoNodesOnOneDataFolder() {
        try (Kurier one = start(1, "d1", "")) {
            assertThat(one.clusterId()).isNotEmpty();
            assertThatThrownBy(() -> start(1, "d1", ""))
                    .hasMessageContaining("Cannot take the lock of the data directory " + folder.resolve("d1"))
                    .hasMessageContaining("is another node running on it?");
        }
    }

    @Test
    void dataFoldersOfTwoClusters() {
        start(1, "d1", "").close();
        start(1, "d2", "").close();
        assertThatThrownBy(() -> Kurier.start(NodeConfig.of(Map.of(
                        "node.id", "1",
                        "listeners", "PLAINTEXT://127.0.0.1:0",
                        "kurier.http.port", "-1",
                        "log.dirs", folder.resolve("d1") + "," + folder.resolve("d2")))))
                .hasMessageContaining("The data directory " + folder.resolve("d2") + " belongs to the cluster ")
                .hasMessageContaining("nothing in this one was changed");
    }

    @Test
    void aReplicationFactorThatCannotBeMet() {
        try (Kurier one = start(1, "d1", "");
                Admin admin = Admin.create(Map.of("bootstrap.servers", one.bootstrapServers()))) {
            assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic("wide", 1, (short) 3)))
                            .all()
                            .get())
                    .cause()
                    .isInstanceOf(InvalidReplicationFactorException.class)
                    .hasMessageContaining("3")
                    .hasMessageContaining("1");
        }
    }
}
