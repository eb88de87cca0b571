package io.kurier.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeProcess;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Small batches that unpack to 300 MB, in each codec: to a topic where nobody unpacks them, and to a compacted one,
/// where every record's key must be looked at; many at once that ask for room outside the heap, or for time. The node
/// has 256 MB of heap.
class BombsIT {
    private static final int UNPACKED_BYTES = 300 << 20;
    private static final int WINDOWS = 24;
    private static final int BUSY = 6;

    @TempDir
    static Path folder;

    private static NodeProcess node;
    private static Witness witness;

    @BeforeAll
    static void start() throws Exception {
        node = NodeProcess.start(NodeProcess.program("-XX:+ExitOnOutOfMemoryError"), folder);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            var settings = Map.of("cleanup.policy", "compact", "max.message.bytes", "90000000");
            var plain = Map.of("max.message.bytes", "90000000");
            admin.createTopics(List.of(
                            new NewTopic("compacted", 1, (short) 1).configs(settings),
                            new NewTopic("plain", 1, (short) 1).configs(plain)))
                    .all()
                    .get();
        }
        witness = new Witness(node.bootstrapServers());
        witness.write();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource(value = CompressionType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aBombCostsLittleMemory(CompressionType codec) throws Exception {
        byte[] bomb = bomb(codec, UNPACKED_BYTES);
        // Whoever does not unpack it takes it as it is; whoever does must refuse it, for it is one record of 300 MB.
        produce("plain", bomb);
        assertThat(produce("compacted", bomb))
                .as("a bomb of %d bytes", bomb.length)
                .isNotEqualTo(Errors.NONE);
        witness.check();
        witness.write();
        assertThat(node.isAlive()).isTrue();
        assertThat(node.output()).doesNotContain(" ERROR ");
        long residentMb = node.memoryKb("VmHWM") >> 10;
        System.out.printf(
                "bomb, %s: %,d bytes on the wire, resident memory at most %d MB%n", codec, bomb.length, residentMb);
        assertThat(residentMb).isLessThan(800);
    }

    /// Each asks for the largest window that a zstd frame may have, and fills it: outside the heap, 128 MiB.
    @Test
    void manyLargeWindowsAtOnceCostAsMuchAsAFew() throws Exception {
        byte[] bomb = WindowBomb.batch(4, 31 << 20);
        long beforeMb = node.memoryKb("VmHWM") >> 10;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Errors>> answers = IntStream.range(0, WINDOWS)
                    .mapToObj(_ -> threads.submit(() -> produce("compacted", bomb)))
                    .toList();
            for (Future<Errors> answer : answers) {
                assertThat(answer.get()).isEqualTo(Errors.NONE);
            }
        }
        long residentMb = node.memoryKb("VmHWM") >> 10;
        int atOnce = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);
        System.out.printf(
                "%d zstd windows of 128 MiB from %d bytes each: resident memory at most %d MB, %d MB before%n",
                WINDOWS, bomb.length, residentMb, beforeMb);
        assertThat(residentMb).isLessThan(beforeMb + 64 + 140 * atOnce);
        witness.check();
    }

    /// Unpacking millions of small records takes its time, but not that of the threads that serve connections.
    @Test
    void othersAreServedWhileBombsAreUnpacked() throws Exception {
        byte[] bomb = manySmall(100 << 20);
        List<Future<Errors>> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = IntStream.range(0, BUSY)
                    .mapToObj(_ -> threads.submit(() -> produce("compacted", bomb)))
                    .toList();
            Await.until(
                    Duration.ofSeconds(120),
                    "the first to be unpacked",
                    () -> answers.stream().anyMatch(Future::isDone));
            witness.write();
            witness.check();
            assertThat(answers.stream().filter(Future::isDone).count())
                    .as("bombs unpacked when others were served")
                    .isLessThan(BUSY);
        }
        assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isEqualTo(Errors.NONE));
    }

    /// Records of 8 bytes with a key, in zstd.
    private static byte[] manySmall(int bytes) throws Exception {
        byte[] some = new byte[1 << 16];
        byte[] record = {14, 0, 0, 0, 2, 'k', 1, 0};
        for (int i = 0; i < some.length; i++) {
            some[i] = record[i % record.length];
        }
        var packed = new ByteBufferOutputStream(1 << 20);
        try (OutputStream out = Compression.zstd().build().wrapForOutput(packed, (byte) 2)) {
            for (int i = 0; i < bytes; i += some.length) {
                out.write(some);
            }
        }
        return batch(
                CompressionType.ZSTD, bytes / record.length, packed.buffer().flip());
    }

    /// One record whose value is zeros, which claims to fill the whole.
    private static byte[] bomb(CompressionType codec, int bytes) throws Exception {
        var packed = new ByteBufferOutputStream(1 << 20);
        try (OutputStream out = Compression.of(codec).build().wrapForOutput(packed, (byte) 2)) {
            out.write(varint(bytes - 20));
            out.write(new byte[] {0, 0, 0, 2, 'k'}); // attributes, deltas, a key of one byte
            out.write(varint(bytes - 40));
            byte[] zeros = new byte[1 << 16];
            for (int i = 0; i < bytes; i += zeros.length) {
                out.write(zeros);
            }
        }
        return batch(codec, 1, packed.buffer().flip());
    }

    static byte[] batch(CompressionType codec, int count, ByteBuffer records) {
        ByteBuffer batch = ByteBuffer.allocate(61 + records.remaining());
        batch.putLong(0)
                .putInt(49 + records.remaining())
                .putInt(-1)
                .put((byte) 2)
                .putInt(0);
        batch.putShort((short) codec.id)
                .putInt(count - 1)
                .putLong(1)
                .putLong(1)
                .putLong(-1)
                .putShort((short) -1);
        batch.putInt(-1).putInt(count).put(records);
        var crc = new CRC32C();
        crc.update(batch.array(), 21, batch.capacity() - 21);
        return batch.putInt(17, (int) crc.getValue()).array();
    }

    static byte[] varint(int value) {
        var out = new ByteArrayOutputStream();
        int rest = value << 1;
        for (; (rest & ~127) != 0; rest >>>= 7) {
            out.write(rest & 127 | 128);
        }
        out.write(rest);
        return out.toByteArray();
    }

    /// Produce 3 with acks=all; the error of the one partition.
    private static Errors produce(String topic, byte[] batch) throws Exception {
        ByteBuffer frame = ByteBuffer.allocate(4 + 10 + 2 + 2 + 4 + 4 + 2 + topic.length() + 4 + 4 + 4 + batch.length);
        frame.putInt(frame.capacity() - 4)
                .putShort((short) 0)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) -1);
        frame.putShort((short) -1).putShort((short) -1).putInt(10_000).putInt(1);
        frame.putShort((short) topic.length()).put(topic.getBytes()).putInt(1).putInt(0);
        frame.putInt(batch.length).put(batch);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(frame.array());
            var in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            return Errors.forCode(ByteBuffer.wrap(answer).getShort(4 + 4 + 2 + topic.length() + 4 + 4));
        }
    }
}
