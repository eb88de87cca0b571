package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.JavaProducer;
import io.kurier.benchmarks.load.PacedLoad;
import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.node.Trio;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What the first gigabyte, and a small steady load after it, cost three nodes that were just started.
public final class FirstLoad implements Scenario {
    private static final String NAME = "first-load";
    private static final String BULK = "Java producer, 1 KiB acks=all, 3 replicas";
    private static final String PACED = "20,000/s x 200 B acks=all, 3 replicas, just started";
    private static final String TOPIC = "first";
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 1024;
    private static final long RECORDS = 1_000_000;
    private static final int BATCH_BYTES = 128 << 10;
    private static final int RATE = 20_000;
    private static final long PACED_NS = 30_000_000_000L;
    private boolean isWarm;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Three nodes that were just started, with the defaults of each side; three replicas, min.insync.replicas 2. Apache Kafka's"
                + " Java producer, which is warm, sends a million records of 1 KiB to six partitions, with linger 5 ms and batches of up"
                + " to 128 KiB. Then 20,000 records of 200 bytes a second, over one connection to each node, for 30 s. Nothing is warmed"
                + " up: it is what a cluster costs in its first minute. CPU is the sum of the three nodes. Kurier syncs on the"
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
            for (int leader = 1; leader <= 3; leader++) {
                admin.create(topic(leader), 2, leader);
            }
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
        } finally {
            lab.dispose(node);
        }
    }

    private static JavaProducer producer() {
        return new JavaProducer(TOPIC, Payload.plain(RECORD_BYTES), BATCH_BYTES);
    }

    private static String topic(int leader) {
        return "led-by-" + leader;
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
        List<Histogram> each = List.of(new Histogram(3), new Histogram(3), new Histogram(3));
        Replication.onEach(leader -> each.get(leader - 1)
                .add(new PacedLoad(topic(leader), 2, Payload.plain(200), RATE / 3)
                        .run(trio.node(leader).port(), lab.amount(PACED_NS))));
        var all = new Histogram(3);
        each.forEach(all::add);
        meter.report(lab, NAME, PACED, "million records", all.getTotalCount() / 1e6);
        Replication.watch(lab, trio, PACED, false);
        lab.latency(NAME, PACED, trio.side(), all);
    }
}
