package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.FetchLoad;
import io.kurier.benchmarks.node.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Loads a node until its JVM has compiled what is hot: laps over all shapes of requests, until the CPU time per GB of
/// two laps in a row differs by less than a tenth, or the bound is reached. The same rule for both sides.
final class WarmUp {
    private static final long BYTES_PER_SHAPE = 400_000_000L;
    private static final double ALIKE = 0.1;
    private static final int LEAST_LAPS = 5;

    private final List<Double> laps = new ArrayList<>();
    private double gigabytes;

    private WarmUp() {}

    /// Warms a node up with at most so many laps, and answers how that went.
    static WarmUp of(Lab lab, Node node, int mostLaps) throws IOException {
        var warmUp = new WarmUp();
        while (!warmUp.isEnough(mostLaps)) {
            warmUp.lap(lab, node);
        }
        return warmUp;
    }

    private boolean isEnough(int mostLaps) {
        int count = laps.size();
        return count >= mostLaps || count >= LEAST_LAPS && alike(laps.get(count - 2), laps.get(count - 1));
    }

    static boolean alike(double one, double other) {
        return Math.abs(one - other) < ALIKE * Math.max(one, other);
    }

    private void lap(Lab lab, Node node) throws IOException {
        var before = node.cpu();
        double inLap = 0;
        try (var control = node.connect()) {
            for (ProduceCase shape : ProduceCase.SHAPES) {
                String topic = "warm-up-" + ProduceCase.SHAPES.indexOf(shape);
                control.create(
                        topic,
                        ProduceCase.PARTITIONS,
                        shape.configs(node.installation().side()));
                var outcome = shape.load(topic).run(node.port(), ProduceCase.pace(lab.amount(BYTES_PER_SHAPE)));
                inLap += outcome.batchBytes() / 1e9;
                long[] ends = Throughput.ends(control, topic, outcome.records());
                new FetchLoad(topic, ProduceCase.PARTITIONS, 2)
                        .run(node.port(), new long[ProduceCase.PARTITIONS], ends);
            }
            for (int i = 0; i < ProduceCase.SHAPES.size(); i++) {
                control.delete("warm-up-" + i);
            }
        }
        Throughput.settle(lab, node);
        gigabytes += inLap;
        laps.add(node.cpu().since(before).total() / inLap);
        lab.progress("  %-12s warm-up lap %d: %.2f s of CPU per GB"
                .formatted(node.installation().side().title(), laps.size(), laps.getLast()));
    }

    /// GB produced, and read again.
    double gigabytes() {
        return gigabytes;
    }

    /// Seconds of the node's CPU per GB in each lap.
    List<Double> laps() {
        return List.copyOf(laps);
    }
}
