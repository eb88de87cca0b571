package io.kurier.tests.attacks.guided;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.MemoryDisk;
import io.kurier.server.config.InvalidNodeConfigException;
import io.kurier.server.config.NodeConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A `server.properties`: a configuration comes out, or all that is wrong with it in words.
final class SettingsTarget implements Target {
    private static final Path FILE = Path.of("/server.properties");

    @Override
    public void accept(byte[] input) throws IOException {
        Disk disk = new MemoryDisk(Clock.system(), 4 << 20);
        try (DiskFile file = disk.open(FILE, Disk.Open.CREATE)) {
            file.write(ByteBuffer.wrap(input), 0);
        }
        try {
            NodeConfig.read(disk, FILE, NodeConfig.CommandLine.of(Map.of()));
        } catch (InvalidNodeConfigException e) {
            assertThat(e).hasMessageMatching("(?s).*\\w{3,} \\w+.*");
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                bytes("node.id=1\nlisteners=PLAINTEXT://127.0.0.1:9092\nlog.dirs=/a,/b\n"),
                bytes("# a comment\nprocess.roles = broker,controller\nlog.retention.hours : 1\\\n  68\n"),
                bytes("controller.quorum.voters=1@localhost:9093\ncontroller.listener.names=CONTROLLER\n"
                        + "listeners=PLAINTEXT://:9092,CONTROLLER://:9093\nadvertised.listeners=PLAINTEXT://x:1\n"
                        + "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT\n"),
                bytes("compression.type=\\u007astd\nlog.cleanup.policy=compact,delete\nnum.partitions=-1\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
