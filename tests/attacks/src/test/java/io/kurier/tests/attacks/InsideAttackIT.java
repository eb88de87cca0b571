package io.kurier.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.kurier.server.TappedNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

/// Damaged requests of all kinds straight into a node's decoding and handling, many thousands a second.
///
/// `-Dkurier.frames=10000000` sets how many, `-Dkurier.seed=7` which, and `-Dkurier.frame=123` or `100-123` takes only
/// those; `bin/fuzz` puts these together.
class InsideAttackIT {
    private static final long SEED = Long.getLong("kurier.seed", 1);
    private static final long FRAMES = Long.getLong("kurier.frames", 100_000);
    private static final String ONLY = System.getProperty("kurier.frame", "");

    /// A node lives for so many frames: what random requests have made by then is thrown away with it.
    private static final long GENERATION = 250_000;

    private static final int CONNECTIONS = 48;
    private static final long HANG_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long IMPATIENT_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long ALLOWED_BYTES = 1 << 20;
    private static final long ALLOWED_PER_BYTE = 64;

    /// Requests that may wait for others by their nature.
    private static final Set<Integer> WAIT = Set.of(
            (int) ApiKeys.PRODUCE.id,
            (int) ApiKeys.FETCH.id,
            (int) ApiKeys.SHARE_FETCH.id,
            (int) ApiKeys.JOIN_GROUP.id,
            (int) ApiKeys.SYNC_GROUP.id,
            (int) ApiKeys.CREATE_TOPICS.id,
            (int) ApiKeys.CREATE_PARTITIONS.id,
            (int) ApiKeys.DELETE_TOPICS.id);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final TreeMap<String, Long> most = new TreeMap<>();
    private long answered;
    private long closed;
    private long abandoned;
    private long frameBytes;
    private double worstRatio;
    private long peakHeap;

    @Test
    void nothingBreaksANode() throws Exception {
        long logged = errors();
        long startNs = System.nanoTime();
        long first = ONLY.isEmpty() ? 0 : Long.parseLong(ONLY.replaceAll("-.*", ""));
        long end = ONLY.isEmpty() ? FRAMES : 1 + Long.parseLong(ONLY.replaceAll(".*-", ""));
        for (long from = first; from < end; from += GENERATION) {
            generation(from, Math.min(end, from + GENERATION));
            System.out.println(report(Math.min(end, from + GENERATION) - first, startNs));
            assertThat(errors() - logged)
                    .as("errors in the node's log, see target/attacks.log")
                    .isZero();
        }
    }

    private void generation(long from, long to) throws Exception {
        try (var node = new TappedNode(96 << 20)) {
            var witness = new Witness(node.bootstrapServers());
            witness.write();
            attack(node, from, to);
            witness.check();
            witness.write();
            witness.check();
        }
    }

    private void attack(TappedNode node, long from, long to) {
        var frames = new Frames(SEED);
        var connections = new DirectConnection[CONNECTIONS];
        var keys = new int[CONNECTIONS];
        int at = 0;
        for (long number = from; number < to; number++) {
            byte[] frame = frames.frame(number);
            at = awaitFree(connections, keys, at);
            if (connections[at] == null) {
                connections[at] = new DirectConnection(node.acceptor());
            }
            keys[at] = frame.length < 2 ? -1 : ByteBuffer.wrap(frame).getShort();
            deliver(connections[at], number, frame);
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            while (connections[i] != null && !isFree(connections, keys, i)) {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    private void deliver(DirectConnection connection, long number, byte[] frame) {
        frameBytes += frame.length;
        connection.number = number;
        connection.sentNs = System.nanoTime();
        long answerBytes = connection.answerBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            connection.send(frame);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("frame " + number + " of seed " + SEED + " got through to the network", e);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        long answer = connection.answerBytes() - answerBytes;
        if (frame.length >= 1024) {
            worstRatio = Math.max(worstRatio, allocated / (double) frame.length);
        }
        String key = frame.length < 2 ? "none" : name(ByteBuffer.wrap(frame).getShort());
        most.merge(key, allocated, Math::max);
        assertThat(allocated)
                .as("bytes allocated for frame %d (%s, %d bytes) of seed %d", number, key, frame.length, SEED)
                .isLessThan(ALLOWED_BYTES + ALLOWED_PER_BYTE * (frame.length + answer));
        if ((number & 0xfff) == 0) {
            Runtime runtime = Runtime.getRuntime();
            peakHeap = Math.max(peakHeap, runtime.totalMemory() - runtime.freeMemory());
        }
    }

    private int awaitFree(DirectConnection[] connections, int[] keys, int last) {
        for (int tries = 1; ; tries++) {
            int at = (last + tries) % CONNECTIONS;
            if (isFree(connections, keys, at)) {
                return at;
            }
            if (tries % CONNECTIONS == 0) {
                LockSupport.parkNanos(20_000);
            }
        }
    }

    private boolean isFree(DirectConnection[] connections, int[] keys, int at) {
        DirectConnection connection = connections[at];
        if (connection == null) {
            return true;
        }
        connection.runTasks();
        if (connection.isClosed()) {
            connection.runTasks();
            if (!connection.isReleased()) {
                return notHanging(connection, keys[at]);
            }
            closed++;
            connections[at] = null;
            return true;
        }
        if (connection.isDone(keys[at] == ApiKeys.PRODUCE.id)) {
            answered++;
            return true;
        }
        if (mayWait(keys[at]) && System.nanoTime() - connection.sentNs > IMPATIENT_NS) {
            connection.close();
            abandoned++;
            return isFree(connections, keys, at);
        }
        return notHanging(connection, keys[at]);
    }

    private static boolean notHanging(DirectConnection connection, int key) {
        if (System.nanoTime() - connection.sentNs > HANG_NS) {
            throw new AssertionError("frame " + connection.number + " of seed " + SEED + " (" + name((short) key)
                    + ") was neither answered nor was its connection closed");
        }
        return false;
    }

    static boolean mayWait(int key) {
        return WAIT.contains(key);
    }

    private static String name(short key) {
        return ApiKeys.hasId(key) ? ApiKeys.forId(key).name : "unknown";
    }

    private String report(long frames, long startNs) {
        double seconds = (System.nanoTime() - startNs) / 1e9;
        return String.format(
                "inside, seed %d: %,d frames (%,d MB) in %.0f s, %,.0f a second; answered %,d, closed %,d, left waiting"
                        + " %,d; most allocated by one %,d B (%s), at most %.1f times its length from 1 KiB on; heap at"
                        + " most %d MB",
                SEED,
                frames,
                frameBytes >> 20,
                seconds,
                frames / seconds,
                answered,
                closed,
                abandoned,
                most.values().stream().max(Long::compare).orElse(0L),
                most.entrySet().stream()
                        .max(java.util.Map.Entry.comparingByValue())
                        .map(java.util.Map.Entry::getKey)
                        .orElse(""),
                worstRatio,
                peakHeap >> 20);
    }

    private static long errors() throws IOException {
        Path log = Path.of(System.getProperty("org.slf4j.simpleLogger.logFile"));
        if (!Files.exists(log)) {
            return 0;
        }
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("] ERROR ")).count();
        }
    }
}
