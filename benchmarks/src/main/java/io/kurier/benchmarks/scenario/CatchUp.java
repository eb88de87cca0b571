package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.FetchLoad;
import io.kurier.benchmarks.load.PacedLoad;
import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.load.ProduceLoad.Pace;
import io.kurier.benchmarks.node.ColdFiles;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;

/// A consumer that reads what is no longer in memory, beside a producer.
public final class CatchUp implements Scenario {
    private static final String NAME = "catch-up";
    private static final int PARTITIONS = 6;
    private static final int RATE = 5_000;
    private static final long SECOND_NS = 1_000_000_000L;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "4 GB in one topic are dropped from the page cache (posix_fadvise DONTNEED, checked by mincore) and read again by one"
                + " connection, while another topic gets 5,000 records of 200 bytes a second at acks=all for 10 s. The producer's latency alone and"
                + " beside the reader, and the reader's speed; beside stands how much of what was read the kernel had to"
                + " fetch from disk for the node (/proc/PID/io).";
    }

    @Override
    public int rounds() {
        return 2;
    }

    @Override
    public int roundSeconds() {
        return 100;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        Node node = lab.fresh(side, Map.of());
        try (var control = node.connect()) {
            control.create("cold", PARTITIONS, Map.of());
            var fill = new ProduceLoad("cold", PARTITIONS, Payload.plain(1024), (short) 1, 64, 1);
            fill.run(node.port(), Pace.bytes(4, 5, lab.amount(4_000_000_000L)));
            long[] ends = control.endOffsets("cold", PARTITIONS);
            control.create("hot", PARTITIONS, Map.of());
            var paced = new PacedLoad("hot", PARTITIONS, Payload.plain(200), RATE);
            paced.run(node.port(), lab.amount(5 * SECOND_NS));
            lab.latency(NAME, "producer alone", side, paced.run(node.port(), lab.amount(10 * SECOND_NS)));
            var cold = new ColdFiles(logs(node.installation().data().resolve("data")));
            double resident = (double) cold.drop() / cold.bytes();
            lab.note(NAME, "reader", "% in memory before", side, resident * 100);
            beside(lab, node, paced, ends);
        } finally {
            lab.dispose(node);
        }
    }

    private static void beside(Lab lab, Node node, PacedLoad paced, long[] ends) throws IOException {
        Side side = node.installation().side();
        var producer = new FutureTask<Histogram>(() -> paced.run(node.port(), lab.amount(10 * SECOND_NS)));
        Thread.ofPlatform().name("paced").daemon(true).start(producer);
        lab.watch().begin(node, NAME);
        long diskBefore = ProcFiles.diskReadBytes(node.pid());
        var outcome = new FetchLoad("cold", PARTITIONS, 1).run(node.port(), new long[PARTITIONS], ends);
        try {
            lab.latency(NAME, "producer beside the reader", side, producer.get());
        } catch (ExecutionException e) {
            throw new IOException("the producer failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        lab.watch().end(node, NAME);
        double fromDisk = ProcFiles.diskReadBytes(node.pid()) - diskBefore;
        lab.note(NAME, "reader", "% that came from disk", side, fromDisk / outcome.recordBytes() * 100);
        lab.more(NAME, "reader", "MB/s", side, outcome.recordBytes() / (outcome.elapsedNs() / 1e9) / 1e6);
    }

    private static List<Path> logs(Path data) throws IOException {
        try (var all = Files.walk(data)) {
            return all.filter(file -> file.toString().endsWith(".log")
                            && String.valueOf(file.getParent()).contains("cold-"))
                    .toList();
        }
    }
}
