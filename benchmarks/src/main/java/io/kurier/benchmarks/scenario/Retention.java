package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.load.ProduceLoad.Pace;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Producing past the retention limit, so that old segments are deleted all the time.
public final class Retention implements Scenario {
    private static final String NAME = "retention";
    private static final int PARTITIONS = 6;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "3 GB of 1 KiB records at acks=all into six partitions with segments of 16 MB and retention.bytes of 64 MB, looked"
                + " at every second on both sides (log.retention.check.interval.ms=1000), deleted files go after 0.5 s.";
    }

    @Override
    public int roundSeconds() {
        return 90;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Node node = lab.fresh(side, settings(side));
        try (var control = node.connect()) {
            WarmUp.of(lab, node, 5);
            control.create(
                    "short",
                    PARTITIONS,
                    Map.of(
                            "segment.bytes", "16000000",
                            "retention.bytes", "64000000",
                            "file.delete.delay.ms", "500"));
            var load = new ProduceLoad("short", PARTITIONS, Payload.plain(1024), (short) -1, 64, 1);
            lab.watch().begin(node, NAME);
            var meter = new Lab.Meter(node);
            var outcome = load.run(node.port(), Pace.bytes(4, 5, lab.amount(3_000_000_000L)));
            meter.report(lab, NAME, "1 KiB none acks=all", "GB", outcome.batchBytes() / 1e9);
            lab.watch().end(node, NAME);
            lab.more(
                    NAME,
                    "1 KiB none acks=all",
                    "MB/s",
                    side,
                    outcome.batchBytes() / (outcome.elapsedNs() / 1e9) / 1e6);
            lab.less(
                    NAME,
                    "1 KiB none acks=all",
                    "p99 ms of a request",
                    side,
                    outcome.requestNs().getValueAtPercentile(99) / 1e6);
            long deleted =
                    Arrays.stream(control.startOffsets("short", PARTITIONS)).sum();
            lab.note(NAME, "1 KiB none acks=all", "thousand records deleted meanwhile", side, deleted / 1e3);
        } finally {
            lab.dispose(node);
        }
    }

    private static Map<String, String> settings(Side side) {
        var settings = new HashMap<>(Throughput.settings(side));
        settings.put("log.retention.check.interval.ms", "1000");
        return settings;
    }
}
