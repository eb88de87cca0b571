package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.load.ProduceLoad.Pace;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.Map;

/// Fifty producers with small batches over a thousand partitions.
public final class ManyProducers implements Scenario {
    private static final String NAME = "producers";
    private static final int CONNECTIONS = 50;
    private static final int PARTITIONS = 1_000;
    private static final int PER_REQUEST = 5;
    private static final int RECORDS_PER_BATCH = 5;
    private static final long SECOND_NS = 1_000_000_000L;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Fifty connections with one request in flight each; a request brings five batches of five records of 100 bytes to"
                + " five of 1,000 partitions, at acks=all, for 10 s after 5 s of warm-up.";
    }

    @Override
    public int rounds() {
        return 2;
    }

    @Override
    public int roundSeconds() {
        return 80;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Node node = lab.fresh(side, Map.of());
        try (var control = node.connect()) {
            control.create("many", PARTITIONS, Map.of());
            measure(lab, node, "many", "defaults");
            control.create("even", PARTITIONS, side == Side.KURIER ? Map.of("kurier.durability", "memory") : Map.of());
            measure(lab, node, "even", "no fsync");
        } finally {
            lab.dispose(node);
        }
    }

    private static void measure(Lab lab, Node node, String topic, String variant) throws IOException {
        Side side = node.installation().side();
        var load = new ProduceLoad(topic, PARTITIONS, Payload.plain(100), (short) -1, RECORDS_PER_BATCH, PER_REQUEST);
        load.run(node.port(), new Pace(CONNECTIONS, 1, Long.MAX_VALUE / 2, lab.amount(5 * SECOND_NS)));
        lab.watch().begin(node, NAME + " " + variant);
        var meter = new Lab.Meter(node);
        var outcome = load.run(node.port(), new Pace(CONNECTIONS, 1, Long.MAX_VALUE / 2, lab.amount(10 * SECOND_NS)));
        meter.report(lab, NAME, variant, "million records", outcome.records() / 1e6);
        lab.watch().end(node, NAME + " " + variant);
        lab.more(NAME, variant, "thousand records/s", side, outcome.records() / (outcome.elapsedNs() / 1e9) / 1e3);
        lab.latency(NAME, variant, side, outcome.requestNs());
    }
}
