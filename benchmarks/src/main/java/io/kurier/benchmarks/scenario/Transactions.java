package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.TransactionLoad;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// How many transactions a node ends in a second.
public final class Transactions implements Scenario {
    private static final String NAME = "transactions";
    private static final String TOPIC = "exactly-once";
    private static final int PARTITIONS = 6;
    private static final List<Integer> RECORDS = List.of(1, 10, 100);
    private static final int SECONDS = 10;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Eight transactional producers of Kafka's Java client, each on a thread of its own, commit one transaction after the other: of 1, 10 and 100"
                + " records of 100 bytes, spread over six partitions. Ten seconds each, after ten seconds of the same. Kurier syncs each step before"
                + " it answers, Apache Kafka does not. The client takes a large part of the machine on both sides.";
    }

    @Override
    public int roundSeconds() {
        return 90;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Node node = lab.fresh(side, Throughput.settings(side));
        try (var control = node.connect()) {
            control.create(TOPIC, PARTITIONS, Map.of());
            for (int records : RECORDS) {
                String variant = records == 1 ? "1 record" : records + " records";
                TransactionLoad load = new TransactionLoad(TOPIC, PARTITIONS, records);
                load.run(node.port(), (int) lab.amount(SECONDS));
                lab.watch().begin(node, NAME);
                var meter = new Lab.Meter(node);
                TransactionLoad.Outcome outcome = load.run(node.port(), (int) lab.amount(SECONDS));
                meter.report(lab, NAME, variant, "thousand transactions", outcome.transactions() / 1e3);
                lab.watch().end(node, NAME);
                lab.more(NAME, variant, "transactions/s", side, outcome.transactions() / (outcome.elapsedNs() / 1e9));
                lab.latency(NAME, variant, side, outcome.latencyNs());
            }
        } finally {
            lab.dispose(node);
        }
    }
}
