package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.ControlClient;
import io.kurier.benchmarks.load.FetchLoad;
import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.load.ProduceLoad.Pace;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How much goes in and out, and what a gigabyte costs the broker.
public final class Throughput implements Scenario {
    static final int PARTITIONS = 6;
    private static final int CONNECTIONS = 4;
    private static final int IN_FLIGHT = 5;
    private static final int BATCH_BYTES = 64 << 10;
    private static final long GB = 1_000_000_000L;
    private static final String NAME = "produce";

    /// One way of producing.
    ///
    /// @param perRequest partitions in a request
    /// @param fsync whether it differs from the defaults: both sync, or none does
    private record Case(String name, Payload payload, short acks, int perRequest, String fsync, boolean thenConsume) {
        int recordsPerBatch() {
            return Math.max(1, BATCH_BYTES / perRequest / payload.recordBytes());
        }

        Map<String, String> configs(Side side) {
            return switch (fsync) {
                case "both" -> side == Side.KAFKA ? Map.of("flush.messages", "1") : Map.of();
                case "none" -> side == Side.KURIER ? Map.of("kurier.durability", "memory") : Map.of();
                default -> Map.of();
            };
        }
    }

    private static final Payload LARGE = Payload.plain(1024);
    private static final Payload SMALL = Payload.plain(100);
    private static final short ALL = -1;
    private static final short ONE = 1;
    private static final List<Case> CASES = List.of(
            new Case("1 KiB none acks=all", LARGE, ALL, 1, "", true),
            new Case("1 KiB none acks=1", LARGE, ONE, 1, "", false),
            new Case("1 KiB lz4 acks=all", LARGE.compressed(), ALL, 1, "", true),
            new Case("1 KiB lz4 acks=1", LARGE.compressed(), ONE, 1, "", false),
            new Case("100 B none acks=all", SMALL, ALL, 1, "", true),
            new Case("100 B none acks=1", SMALL, ONE, 1, "", false),
            new Case("100 B lz4 acks=all", SMALL.compressed(), ALL, 1, "", false),
            new Case("100 B lz4 acks=1", SMALL.compressed(), ONE, 1, "", false),
            new Case("1 KiB none acks=all keyed", LARGE.withKeys(), ALL, PARTITIONS, "", false),
            new Case("100 B none acks=all keyed", SMALL.withKeys(), ALL, PARTITIONS, "", false),
            new Case("1 KiB none acks=all, both fsync", LARGE, ALL, 1, "both", false),
            new Case("1 KiB none acks=all, no fsync", LARGE, ALL, 1, "none", false));

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Four connections with five requests of 64 KiB in flight each, as fast as the node answers, to six partitions,"
                + " 1 GB a case after a warm-up of 3 GB; a request brings one batch, or with keys one for each partition. Kurier"
                + " syncs before it answers acks=all and Apache Kafka does not, unless a case says otherwise. Then what was"
                + " produced is read from the page cache by two connections. A GB is 10^9 bytes of batches as they are stored.";
    }

    @Override
    public void run(Lab lab, Side side) throws IOException {
        Node node = lab.fresh(side, Map.of());
        try {
            warmUp(lab, node);
            for (Case each : CASES) {
                one(lab, node, each);
            }
            lab.less(
                    "idle",
                    "after the throughput load",
                    "RSS MB",
                    side,
                    ProcFiles.statusBytes(node.pid(), "VmRSS") / 1e6);
        } finally {
            lab.dispose(node);
        }
    }

    /// Enough of everything that the JVM compiles what is hot.
    static void warmUp(Lab lab, Node node) throws IOException {
        for (Payload payload : List.of(LARGE, SMALL.compressed(), LARGE.withKeys())) {
            int perRequest = payload.keyed() ? PARTITIONS : 1;
            var each = new Case("warm-up", payload, ALL, perRequest, "none", true);
            try (var control = node.connect()) {
                control.create("warm-up", PARTITIONS, configs(each, node.installation().side()));
                load(each, "warm-up").run(node.port(), pace(lab.amount(GB)));
                long[] ends = control.endOffsets("warm-up", PARTITIONS);
                new FetchLoad("warm-up", PARTITIONS, 2).run(node.port(), new long[PARTITIONS], ends);
                control.delete("warm-up");
            }
            settle(node);
        }
    }

    private static void one(Lab lab, Node node, Case each) throws IOException {
        Side side = node.installation().side();
        lab.pageCache().fill();
        try (var control = node.connect()) {
            String topic = "t" + CASES.indexOf(each);
            control.create(topic, PARTITIONS, configs(each, side));
            lab.watch().begin(node, each.name());
            var meter = new Lab.Meter(node);
            var outcome = load(each, topic).run(node.port(), pace(lab.amount(GB)));
            double gigabytes = outcome.batchBytes() / 1e9;
            meter.report(lab, NAME, each.name(), "GB", gigabytes);
            lab.watch().end(node, each.name());
            double seconds = outcome.elapsedNs() / 1e9;
            lab.more(NAME, each.name(), "thousand records/s", side, outcome.records() / seconds / 1e3);
            lab.more(NAME, each.name(), "MB/s", side, outcome.batchBytes() / seconds / 1e6);
            long[] ends = ends(control, topic, outcome.records());
            if (each.thenConsume()) {
                consume(lab, node, topic, each, ends);
            }
            control.delete(topic);
        }
        settle(node);
    }

    /// The ends of the partitions when all records can be read: at acks=1 that may come a little after the answer.
    private static long[] ends(ControlClient control, String topic, long records) throws IOException {
        for (int i = 0; ; i++) {
            long[] ends = control.endOffsets(topic, PARTITIONS);
            long found = Arrays.stream(ends).sum();
            if (found == records) {
                return ends;
            }
            if (found > records || i == 500) {
                throw new IOException("acknowledged " + records + " records, the log has " + found);
            }
            Lab.pause(20);
        }
    }

    private static void consume(Lab lab, Node node, String topic, Case each, long[] ends) throws IOException {
        Side side = node.installation().side();
        String name = each.name().replaceAll(" acks.*", "");
        var meter = new Lab.Meter(node);
        var outcome = new FetchLoad(topic, PARTITIONS, 2).run(node.port(), new long[PARTITIONS], ends);
        meter.report(lab, "consume", name, "GB", outcome.recordBytes() / 1e9);
        double seconds = outcome.elapsedNs() / 1e9;
        lab.more("consume", name, "thousand records/s", side, outcome.records() / seconds / 1e3);
        lab.more("consume", name, "MB/s", side, outcome.recordBytes() / seconds / 1e6);
    }

    private static Pace pace(long bytes) {
        return Pace.bytes(CONNECTIONS, IN_FLIGHT, bytes);
    }

    private static ProduceLoad load(Case each, String topic) {
        return new ProduceLoad(
                topic, PARTITIONS, each.payload(), each.acks(), each.recordsPerBatch(), each.perRequest());
    }

    private static Map<String, String> configs(Case each, Side side) {
        var configs = new HashMap<>(each.configs(side));
        configs.put("file.delete.delay.ms", "500");
        return configs;
    }

    /// Waits until the files of a deleted topic are gone, so that their writing back does not fall into the next case.
    static void settle(Node node) throws IOException {
        for (int i = 0; i < 50; i++) {
            Lab.pause(200);
            try (var all = Files.walk(node.installation().data().resolve("data"))) {
                long bytes = all.filter(Files::isRegularFile)
                        .filter(file -> file.toString().endsWith(".log"))
                        .mapToLong(file -> file.toFile().length())
                        .sum();
                if (bytes < 50_000_000L) {
                    return;
                }
            } catch (UncheckedIOException vanished) {
                if (!(vanished.getCause() instanceof NoSuchFileException)) {
                    throw vanished;
                }
            }
        }
    }
}
