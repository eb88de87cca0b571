package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A log with far more records than keys becomes a compacted one: how fast that is done.
public final class Compaction implements Scenario {
    private static final String NAME = "compaction";
    private static final String TOPIC = "table";
    private static final int SEGMENT_BYTES = 16_000_000;
    private static final int VALUE_BYTES = 100;
    private static final int KEYS = 100_000;
    private static final long LOG_BYTES = 1_000_000_000L;
    /// What all keys take, and the newest segment.
    private static final long LEFT_BYTES = KEYS * 200L + 2 * SEGMENT_BYTES;

    private static final long PATIENCE_MS = 120_000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "A partition of 1 GB, records of 100 bytes under 100,000 keys of 8 bytes in segments of 16 MB, uncompressed and in lz4, is written with"
                + " cleanup.policy=delete, then set to compact: from there to the moment when its segments have no more than 52 MB."
                + " One thread on both sides, which looks every 100 ms when it has nothing to do.";
    }

    @Override
    public int roundSeconds() {
        return 120;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Node node = lab.fresh(side, settings(side));
        try (var control = node.connect()) {
            WarmUp.of(lab, node, 5);
            for (String codec : List.of("none", "lz4")) {
                String variant = "100 bytes " + codec;
                control.create(TOPIC + codec, 1, topic());
                fill(node, TOPIC + codec, codec, lab.amount(LOG_BYTES));
                long before = bytes(node, TOPIC + codec);
                lab.watch().begin(node, NAME);
                var meter = new Lab.Meter(node);
                long beginNs = System.nanoTime();
                compact(node, TOPIC + codec);
                long left = await(node, TOPIC + codec, LEFT_BYTES);
                double seconds = (System.nanoTime() - beginNs) / 1e9;
                meter.report(lab, NAME, variant, "GB", before / 1e9);
                lab.watch().end(node, NAME);
                lab.more(NAME, variant, "MB/s", side, before / seconds / 1e6);
                lab.note(NAME, variant, "MB before", side, before / 1e6);
                lab.note(NAME, variant, "MB left", side, left / 1e6);
            }
        } finally {
            lab.dispose(node);
        }
    }

    private static Map<String, String> topic() {
        return Map.of(
                "segment.bytes", Integer.toString(SEGMENT_BYTES),
                "min.cleanable.dirty.ratio", "0.01",
                "file.delete.delay.ms", "500");
    }

    private static Map<String, String> settings(Side side) {
        var settings = new HashMap<>(Throughput.settings(side));
        settings.put("log.cleaner.backoff.ms", "100");
        return settings;
    }

    private static void fill(Node node, String topic, String codec, long bytes) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + node.port(),
                "acks",
                "all",
                "compression.type",
                codec,
                "linger.ms",
                5,
                "batch.size",
                64 << 10);
        var random = new SplittableRandom(5);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (long sent = 0; sent < bytes; sent += VALUE_BYTES + Long.BYTES) {
                byte[] value = new byte[VALUE_BYTES];
                for (int i = 0; i < VALUE_BYTES; i++) {
                    value[i] = (byte) ('a' + random.nextInt(26));
                }
                byte[] key = ByteBuffer.allocate(Long.BYTES)
                        .putLong(random.nextInt(KEYS))
                        .array();
                producer.send(new ProducerRecord<>(topic, key, value));
            }
        }
    }

    private static void compact(Node node, String topic) throws IOException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + node.port()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException("the topic's settings cannot be changed: " + e.getCause(), e);
        }
    }

    private static long await(Node node, String topic, long mostBytes) throws IOException {
        long untilNs = System.nanoTime() + PATIENCE_MS * 1_000_000L;
        long now = bytes(node, topic);
        while (now > mostBytes) {
            if (System.nanoTime() > untilNs) {
                throw new IOException("after " + PATIENCE_MS / 1000 + " s the log has " + now + " bytes still");
            }
            Lab.pause(20);
            now = bytes(node, topic);
        }
        return now;
    }

    /// Bytes of the segments that count.
    private static long bytes(Node node, String topic) throws IOException {
        Path data = node.installation().data();
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".log")
                            && String.valueOf(file.getParent()).endsWith(topic + "-0"))
                    .mapToLong(Compaction::size)
                    .sum();
        } catch (UncheckedIOException e) {
            return Long.MAX_VALUE; // files came and went meanwhile
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
