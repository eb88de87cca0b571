package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.HeartbeatLoad;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.Map;

/// How many members of a large group a node keeps.
public final class Heartbeats implements Scenario {
    private static final String NAME = "heartbeats";
    private static final String VARIANT = "1,000 members";
    private static final String TOPIC = "read-by-many";
    private static final int MEMBERS = 1_000;
    private static final int SECONDS = 10;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "A consumer group of the new protocol (KIP-848) with 1,000 members on 1,000 partitions, 125 on a connection. All join, and report until"
                + " each has its partition; then they report one after the other on eight connections as fast as the node answers, for ten seconds,"
                + " after ten seconds of the same.";
    }

    @Override
    public int roundSeconds() {
        return 60;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Node node = lab.fresh(side, Throughput.settings(side));
        try (var control = node.connect()) {
            control.create(TOPIC, MEMBERS, Map.of());
            try (var load = new HeartbeatLoad(node.port(), TOPIC, MEMBERS)) {
                lab.less(NAME, VARIANT, "all have joined ms", side, load.settleNs() / 1e6);
                load.run((int) lab.amount(SECONDS));
                lab.watch().begin(node, NAME);
                var meter = new Lab.Meter(node);
                HeartbeatLoad.Outcome outcome = load.run((int) lab.amount(SECONDS));
                meter.report(lab, NAME, VARIANT, "million heartbeats", outcome.heartbeats() / 1e6);
                lab.watch().end(node, NAME);
                lab.more(
                        NAME,
                        VARIANT,
                        "thousand heartbeats/s",
                        side,
                        outcome.heartbeats() / (outcome.elapsedNs() / 1e9) / 1e3);
                lab.latency(NAME, VARIANT, side, outcome.latencyNs());
            }
        } finally {
            lab.dispose(node);
        }
    }
}
