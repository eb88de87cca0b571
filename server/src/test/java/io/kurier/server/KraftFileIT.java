package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kurier.kernel.FileDisk;
import io.kurier.server.config.NodeConfig;
import io.kurier.server.config.NodeConfig.CommandLine;
import io.kurier.testkit.FreePorts;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A file written for a KRaft node of Apache Kafka, with a controller listener and two data directories, started as it
/// is.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KraftFileIT {
    @TempDir
    private Path folder;

    private NodeConfig config(int port, int controllerPort) throws Exception {
        Path file = folder.resolve("server.properties");
        Files.writeString(file, """
                process.roles=broker,controller
                node.id=5
                controller.quorum.voters=5@localhost:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://localhost:%1$d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                log.dirs=%3$s,%4$s
                num.partitions=3
                num.io.threads=8
                log.retention.hours=168
                """.formatted(port, controllerPort, folder.resolve("one"), folder.resolve("two")));
        return NodeConfig.read(new FileDisk(), file, CommandLine.of(Map.of()));
    }

    @Test
    void startsWithoutAFormatStepAndAgain() throws Exception {
        int port = FreePorts.next();
        int controllerPort = FreePorts.next();
        for (int run = 0; run < 2; run++) {
            try (Kurier node = Kurier.start(config(port, controllerPort));
                    Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));
                    Socket controller = new Socket(InetAddress.getLoopbackAddress(), controllerPort)) {
                assertThat(controller.isConnected()).isTrue();
                assertThat(admin.describeCluster().nodes().get())
                        .extracting(Node::idString, Node::host, Node::port)
                        .containsExactly(tuple("5", "localhost", port));
                if (run == 0) {
                    admin.createTopics(Set.of(new NewTopic("spread", -1, (short) -1)))
                            .all()
                            .get();
                }
                assertThat(admin.describeTopics(Set.of("spread"))
                                .allTopicNames()
                                .get()
                                .get("spread")
                                .partitions())
                        .hasSize(3);
                assertThat(admin.listOffsets(Map.of(new TopicPartition("spread", run), OffsetSpec.latest()))
                                .all()
                                .get())
                        .hasSize(1);
            }
        }
        assertThat(partitionFolders("one")).hasSize(1);
        assertThat(partitionFolders("two")).hasSize(1);
    }

    private List<String> partitionFolders(String directory) throws Exception {
        try (Stream<Path> all = Files.list(folder.resolve(directory))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("spread-"))
                    .toList();
        }
    }
}
