package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.ClusterAdmin;
import io.kurier.benchmarks.load.PacedLoad;
import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.load.ProduceLoad.Pace;
import io.kurier.benchmarks.load.Workers;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.node.Trio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// What three replicas of each record cost three nodes, and how long a record takes to be acknowledged.
public final class Replication implements Scenario {
    private static final String NAME = "replication";
    private static final String PACED = "20,000/s x 1 KiB acks=all, 3 replicas";
    private static final short ALL = -1;
    private static final int PARTITIONS = 2;
    private static final int RATE = 20_000;
    private static final int RECORDS_PER_BATCH = 64;
    private static final int SMALL_BATCH_RECORDS = 16;
    private static final long GB = 1_000_000_000L;
    private static final long LAP_BYTES = 600_000_000L;
    /// With fewer, either side's compilers still take a tenth of the CPU and more.
    private static final int LAPS = 24;
    /// The first half of the laps has small requests: so many must come before Kurier's methods are optimised, and as
    /// many large ones would fill the disk.
    private static final int SMALL_LAPS = LAPS / 2;
    /// Few clients leave both sides waiting, many fill them: each side is better at one of the two.
    private static final int[] CONNECTIONS = {2, 4};
    private static final int IN_FLIGHT = 5;
    private static final long SECOND_NS = 1_000_000_000L;
    /// Another load than the laps': both sides' compilers begin once more, and need so long.
    private static final long PACED_WARM_UP_NS = 30 * SECOND_NS;
    private static final long LEADS_WITHIN_NS = 60 * SECOND_NS;
    private static final Payload PAYLOAD = Payload.plain(1024);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Three nodes with the defaults of each side; two partitions led by each, three replicas, min.insync.replicas 2. "
                + "Two, then four connections to each node with " + IN_FLIGHT
                + " requests of 64 KiB in flight on each, as fast as they answer: " + LAPS
                + " laps of 0.6 GB to warm up, half of them with requests of 16 KiB, then 1 GB with each. Then 20,000 records of 1 KiB a second over one connection to each"
                + " node, 20 s after 30 s of warm-up; a record's time counts from the moment at which it was due. CPU is the"
                + " sum of the three nodes. Kurier syncs on the leader and on each follower before it answers, Apache Kafka on"
                + " none.";
    }

    @Override
    public int rounds() {
        return 2;
    }

    @Override
    public int roundSeconds() {
        return 480;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        try (Trio trio = Trio.start(lab.nodes(), side, Throughput.settings(side));
                var admin = new ClusterAdmin(trio.bootstrap())) {
            admin.awaitVoters();
            for (int leader = 1; leader <= 3; leader++) {
                admin.create(topic(leader), PARTITIONS, leader);
                awaitLeader(trio, leader);
            }
            warmUp(lab, trio);
            for (int connections : CONNECTIONS) {
                bulk(lab, trio, connections);
            }
            paced(trio, lab.amount(PACED_WARM_UP_NS));
            paced(lab, trio);
        }
    }

    private static String topic(int leader) {
        return "led-by-" + leader;
    }

    /// Waits until the node has heard that it leads: it may do so later than the one that described the topic.
    private static void awaitLeader(Trio trio, int leader) throws IOException {
        long deadlineNs = System.nanoTime() + LEADS_WITHIN_NS;
        var first = new ProduceLoad(topic(leader), PARTITIONS, PAYLOAD, ALL, RECORDS_PER_BATCH, 1);
        while (true) {
            try {
                first.once(trio.node(leader).port());
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw notYet;
                }
                Lab.pause(50);
            }
        }
    }

    private static void warmUp(Lab lab, Trio trio) throws IOException {
        for (int lap = 0; lap < LAPS; lap++) {
            int records = lap < SMALL_LAPS ? SMALL_BATCH_RECORDS : RECORDS_PER_BATCH;
            bulk(trio, lab.amount(LAP_BYTES), CONNECTIONS[lap % CONNECTIONS.length], records);
        }
    }

    private static void bulk(Lab lab, Trio trio, int connections) throws IOException {
        String load = "1 KiB acks=all, 3 replicas, " + connections + " connections a node";
        watch(lab, trio, load, true);
        var meter = new Lab.Meter(trio.all());
        long beginNs = System.nanoTime();
        long bytes = bulk(trio, lab.amount(GB), connections, RECORDS_PER_BATCH);
        double seconds = (System.nanoTime() - beginNs) / 1e9;
        meter.report(lab, NAME, load, "GB", bytes / 1e9);
        watch(lab, trio, load, false);
        lab.more(NAME, load, "MB/s", trio.side(), bytes / seconds / 1e6);
        lab.more(NAME, load, "records/s", trio.side(), bytes / (double) PAYLOAD.recordBytes() / seconds);
    }

    /// Produces so many bytes in all; answers how many were acknowledged.
    private static long bulk(Trio trio, long bytes, int connections, int recordsPerBatch) throws IOException {
        long[] acknowledged = new long[3];
        onEach(leader -> {
            var load = new ProduceLoad(topic(leader), PARTITIONS, PAYLOAD, ALL, recordsPerBatch, 1);
            acknowledged[leader - 1] = load.run(trio.node(leader).port(), Pace.bytes(connections, IN_FLIGHT, bytes / 3))
                    .batchBytes();
        });
        return acknowledged[0] + acknowledged[1] + acknowledged[2];
    }

    private static void paced(Lab lab, Trio trio) throws IOException {
        watch(lab, trio, PACED, true);
        var meter = new Lab.Meter(trio.all());
        Histogram all = paced(trio, lab.amount(20 * SECOND_NS));
        meter.report(lab, NAME, PACED, "million records", all.getTotalCount() / 1e6);
        watch(lab, trio, PACED, false);
        lab.latency(NAME, PACED, trio.side(), all);
    }

    private static Histogram paced(Trio trio, long durationNs) throws IOException {
        List<Histogram> each = new ArrayList<>(List.of(new Histogram(3), new Histogram(3), new Histogram(3)));
        onEach(leader -> each.set(
                leader - 1,
                new PacedLoad(topic(leader), PARTITIONS, PAYLOAD, RATE / 3)
                        .run(trio.node(leader).port(), durationNs)));
        var all = new Histogram(3);
        each.forEach(all::add);
        return all;
    }

    /// Begins or ends looking at all nodes of a cluster.
    static void watch(Lab lab, Trio trio, String what, boolean begins) throws IOException {
        for (Node node : trio.all()) {
            if (begins) {
                lab.watch().begin(node, what + " on " + node.port());
            } else {
                lab.watch().end(node, what + " on " + node.port());
            }
        }
    }

    private interface OnNode {
        void run(int id) throws IOException;
    }

    private static void onEach(OnNode work) throws IOException {
        Workers.run(IntStream.rangeClosed(1, 3)
                .mapToObj(id -> (Workers.Work) () -> work.run(id))
                .toList());
    }
}
