package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.EndToEnd;
import io.kurier.benchmarks.load.PacedLoad;
import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// How long a record takes when the node is not at its limit.
public final class Latency implements Scenario {
    private static final String NAME = "latency";
    private static final String CASE = "20,000/s x 200 B acks=all";
    private static final String BOTH_FSYNC = CASE + ", both fsync";
    private static final String NO_FSYNC = CASE + ", no fsync";
    private static final int RATE = 20_000;
    private static final int PARTITIONS = 6;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Payload PAYLOAD = Payload.plain(200);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "20,000 records of 200 bytes a second at acks=all to six partitions over one connection, 30 s after 10 s of"
                + " warm-up. What is due is sent at once, as with linger 0, while fewer than five requests are in flight. A"
                + " record's time counts from the moment at which it was due (no coordinated omission). Then one record at a time"
                + " from a producer to a waiting consumer.";
    }

    @Override
    public int rounds() {
        return 3;
    }

    @Override
    public int roundSeconds() {
        return 150;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Node node = lab.fresh(side, Map.of());
        try (var control = node.connect()) {
            control.create("paced", PARTITIONS, Map.of());
            var paced = new PacedLoad("paced", PARTITIONS, PAYLOAD, RATE);
            paced.run(node.port(), lab.amount(10 * SECOND_NS));
            String same = side == Side.KURIER ? BOTH_FSYNC : NO_FSYNC;
            measure(lab, node, List.of(CASE, same), paced, 30);
            control.create("other", PARTITIONS, fsyncTurned(side));
            String turned = side == Side.KURIER ? NO_FSYNC : BOTH_FSYNC;
            measure(lab, node, List.of(turned), new PacedLoad("other", PARTITIONS, PAYLOAD, RATE), 20);
            control.create("single", 1, Map.of());
            var histogram = EndToEnd.run(node.port(), "single", PAYLOAD, (int) lab.amount(8_000));
            lab.latency(NAME, "end to end, one at a time", side, histogram);
        } finally {
            lab.dispose(node);
        }
    }

    private static Map<String, String> fsyncTurned(Side side) {
        return side == Side.KURIER ? Map.of("kurier.durability", "memory") : Map.of("flush.messages", "1");
    }

    /// Measures once what stands under each of these variants.
    private static void measure(Lab lab, Node node, List<String> variants, PacedLoad load, int seconds)
            throws IOException {
        lab.watch().begin(node, variants.getFirst());
        var meter = new Lab.Meter(node);
        var histogram = load.run(node.port(), lab.amount(seconds * SECOND_NS));
        double millions = histogram.getTotalCount() / 1e6;
        var costs = meter.costs();
        lab.watch().end(node, variants.getFirst());
        for (String variant : variants) {
            costs.report(lab, NAME, variant, "million records", millions);
            lab.latency(NAME, variant, node.installation().side(), histogram);
        }
    }
}
