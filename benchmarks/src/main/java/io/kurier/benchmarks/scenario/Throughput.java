package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.ControlClient;
import io.kurier.benchmarks.load.FetchLoad;
import io.kurier.benchmarks.load.JavaProducer;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.scenario.ProduceCase.Trait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Map;

/// How much goes in and out, and what a gigabyte costs the broker.
public final class Throughput implements Scenario {
    private static final int PARTITIONS = ProduceCase.PARTITIONS;
    private static final long GB = 1_000_000_000L;
    private static final int MOST_LAPS = 8;
    private static final int JAVA_BATCH_BYTES = 64 << 10;
    private static final String NAME = "produce";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Four connections with five requests of 64 KiB in flight each, as fast as the node answers, to six partitions,"
                + " 1 GB a case; a request brings one batch, or with keys one for each partition. Kurier syncs before it answers"
                + " acks=all and Apache Kafka does not, unless a case says otherwise. Then what was produced is read from the page"
                + " cache by two connections. Before, both are warmed up by the same rule: laps of 1.6 GB over all shapes of"
                + " requests, produced and read, at least five and at most eight, until the CPU per GB of two laps in a row"
                + " differs by less than 10 %; what the laps took stands beside. Later rounds begin with other cases and leave"
                + " some out. \"Idempotent\" batches carry a producer's id and sequences. \"Java producer\" is a"
                + " cross-check by `kafka-clients` (idempotent, linger 5 ms, 64 KiB, 0.4 GB of values), where the client is the"
                + " bottleneck. A GB is 10^9 bytes of batches as they are stored.";
    }

    @Override
    public int rounds() {
        return 3;
    }

    @Override
    public int roundSeconds() {
        return 200;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Node node = lab.fresh(side, settings(side));
        try {
            var warmUp = WarmUp.of(lab, node, MOST_LAPS);
            lab.note(NAME, "warm-up", "GB", side, warmUp.gigabytes());
            lab.note(
                    NAME,
                    "warm-up",
                    "CPU s/GB of the first lap",
                    side,
                    warmUp.laps().getFirst());
            lab.note(
                    NAME,
                    "warm-up",
                    "CPU s/GB of the last lap",
                    side,
                    warmUp.laps().getLast());
            for (ProduceCase each : ProduceCase.ofRound(round)) {
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

    private static void one(Lab lab, Node node, ProduceCase each) throws IOException {
        lab.pageCache().fill();
        try (var control = node.connect()) {
            String topic = "t" + ProduceCase.ALL_CASES.indexOf(each);
            control.create(topic, PARTITIONS, each.configs(node.installation().side()));
            long before = 0;
            if (each.has(Trait.JAVA_CLIENT)) {
                before = new JavaProducer(topic, each.payload(), JAVA_BATCH_BYTES)
                        .run(node.port(), lab.amount(GB / 10))
                        .records();
            }
            lab.watch().begin(node, each.name());
            var meter = new Lab.Meter(node);
            long records = each.has(Trait.JAVA_CLIENT)
                    ? byJavaProducer(lab, node, each, topic, meter)
                    : byFrames(lab, node, each, topic, meter);
            lab.watch().end(node, each.name());
            long[] ends = ends(control, topic, before + records);
            if (each.has(Trait.CONSUMED)) {
                consume(lab, node, topic, each, ends);
            }
            control.delete(topic);
        }
        settle(lab, node);
    }

    private static long byFrames(Lab lab, Node node, ProduceCase each, String topic, Lab.Meter meter)
            throws IOException {
        var outcome = each.load(topic).run(node.port(), ProduceCase.pace(lab.amount(GB)));
        report(lab, meter, NAME, each.name(), new Moved(outcome.records(), outcome.batchBytes(), outcome.elapsedNs()));
        return outcome.records();
    }

    private static long byJavaProducer(Lab lab, Node node, ProduceCase each, String topic, Lab.Meter meter)
            throws IOException {
        var outcome =
                new JavaProducer(topic, each.payload(), JAVA_BATCH_BYTES).run(node.port(), lab.amount(GB * 4 / 10));
        report(lab, meter, NAME, each.name(), new Moved(outcome.records(), outcome.sentBytes(), outcome.elapsedNs()));
        return outcome.records();
    }

    private static void consume(Lab lab, Node node, String topic, ProduceCase each, long[] ends) throws IOException {
        String name = each.name().replaceAll(" acks.*", "");
        lab.watch().begin(node, "consume " + name);
        var meter = new Lab.Meter(node);
        var outcome = new FetchLoad(topic, PARTITIONS, 2).run(node.port(), new long[PARTITIONS], ends);
        report(lab, meter, "consume", name, new Moved(outcome.records(), outcome.recordBytes(), outcome.elapsedNs()));
        lab.watch().end(node, "consume " + name);
    }

    private record Moved(long records, long bytes, long elapsedNs) {}

    private static void report(Lab lab, Lab.Meter meter, String scenario, String name, Moved moved) throws IOException {
        meter.report(lab, scenario, name, "GB", moved.bytes() / 1e9);
        double seconds = moved.elapsedNs() / 1e9;
        lab.note(scenario, name, "thousand records/s", meter.side(), moved.records() / seconds / 1e3);
        lab.more(scenario, name, "MB/s", meter.side(), moved.bytes() / seconds / 1e6);
    }

    /// The ends of the partitions when all records can be read: at acks=1 that may come a little after the answer.
    static long[] ends(ControlClient control, String topic, long records) throws IOException {
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

    /// Waits until the files of a deleted topic are gone, so that their writing back does not fall into the next case.
    static void settle(Lab lab, Node node) throws IOException {
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
        lab.progress("  the files of a deleted topic are still there after 10 s");
    }

    /// Has the files of deleted topics go soon: Apache Kafka waits a minute by default, and begins 30 s after its
    /// start.
    static Map<String, String> settings(Side side) {
        return side == Side.KAFKA
                ? Map.of("log.segment.delete.delay.ms", "500", "log.initial.task.delay.ms", "1000")
                : Map.of();
    }
}
