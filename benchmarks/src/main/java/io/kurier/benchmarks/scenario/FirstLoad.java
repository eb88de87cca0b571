package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.ClusterAdmin;
import io.kurier.benchmarks.load.JavaProducer;
import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.node.Trio;
import java.io.IOException;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What the first gigabyte, and a small steady load after it, cost three nodes that were just started.
public final class FirstLoad implements Scenario {
    private static final String NAME = "first-load";
    private static final String BULK = "Java producer, 1 KiB acks=all, 3 replicas";
    private static final String PACED = "Java producer, 20,000/s x 200 B acks=all, 3 replicas";
    private static final String TOPIC = "first";
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 1024;
    private static final long RECORDS = 1_000_000;
    private static final int BATCH_BYTES = 128 << 10;
    private static final int RATE = 20_000;
    private static final int PACED_RECORD_BYTES = 200;
    /// The client's default.
    private static final int PACED_BATCH_BYTES = 16 << 10;
    private static final long PACED_NS = 30_000_000_000L;
    private static final long WARM_UP_NS = 10_000_000_000L;
    private boolean isWarm;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Three nodes that were just started, with the defaults of each side; three replicas, min.insync.replicas 2. Apache Kafka's"
                + " Java producer, which is warm, sends a million records of 1 KiB to six partitions, with linger 5 ms and batches of up"
                + " to 128 KiB. Then it sends 20,000 records of 200 bytes a second for 30 s, with linger 0; a record's time counts from the"
                + " moment at which it was due. The nodes are not warmed up: it is what a cluster costs in its first minute. CPU is the sum of the three nodes. Kurier syncs on the"
                + " leader and on each follower before it answers, Apache Kafka on none.";
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
        warmClient(lab);
        try (Trio trio = Trio.start(lab.nodes(), side, Throughput.settings(side));
                var admin = new ClusterAdmin(trio.bootstrap())) {
            admin.awaitVoters();
            admin.createSpread(TOPIC, PARTITIONS);
            bulk(lab, trio);
            paced(lab, trio);
        }
    }

    /// The producer's own code would be slow in the first round only.
    private void warmClient(Lab lab) throws IOException {
        if (isWarm) {
            return;
        }
        isWarm = true;
        Node node = lab.fresh(Side.KURIER, Throughput.settings(Side.KURIER));
        try (var control = node.connect()) {
            control.create(TOPIC, PARTITIONS, Map.of());
            producer().run(node.port(), lab.amount(RECORDS * RECORD_BYTES));
            pacedProducer().paced(node.port(), RATE, lab.amount(WARM_UP_NS));
        } finally {
            lab.dispose(node);
        }
    }

    private static JavaProducer producer() {
        return new JavaProducer(TOPIC, Payload.plain(RECORD_BYTES), BATCH_BYTES);
    }

    private static JavaProducer pacedProducer() {
        return new JavaProducer(TOPIC, Payload.plain(PACED_RECORD_BYTES), PACED_BATCH_BYTES);
    }

    private static void bulk(Lab lab, Trio trio) throws IOException {
        Replication.watch(lab, trio, BULK, true);
        var meter = new Lab.Meter(trio.all());
        var outcome = producer().run(trio.node(1).port(), lab.amount(RECORDS * RECORD_BYTES));
        meter.report(lab, NAME, BULK, "GB", outcome.records() * RECORD_BYTES / 1e9);
        Replication.watch(lab, trio, BULK, false);
        double seconds = outcome.elapsedNs() / 1e9;
        lab.more(NAME, BULK, "MB/s", trio.side(), outcome.records() * RECORD_BYTES / seconds / 1e6);
        lab.more(NAME, BULK, "records/s", trio.side(), outcome.records() / seconds);
    }

    private static void paced(Lab lab, Trio trio) throws IOException {
        Replication.watch(lab, trio, PACED, true);
        var meter = new Lab.Meter(trio.all());
        Histogram all = pacedProducer().paced(trio.node(1).port(), RATE, lab.amount(PACED_NS));
        meter.report(lab, NAME, PACED, "million records", all.getTotalCount() / 1e6);
        Replication.watch(lab, trio, PACED, false);
        lab.latency(NAME, PACED, trio.side(), all);
    }
}
