package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Nodes;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A node with ten thousand partitions.
public final class ManyPartitions implements Scenario {
    private static final String NAME = "partitions";
    private static final int EACH = 1_000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Ten topics of 1,000 partitions are created, each partition gets a batch; then a clean stop, a start, a kill -9"
                + " and a start. A start has ended when metadata answers a leader for all partitions and a record produced to the"
                + " last topic is acknowledged. One round.";
    }

    @Override
    public int maxRounds() {
        return 1;
    }

    @Override
    public void run(Lab lab, Side side) throws IOException {
        List<String> topics = IntStream.range(0, (int) lab.amount(10))
                .mapToObj(i -> "wide-" + i)
                .toList();
        String variant = "%,d partitions".formatted(topics.size() * EACH);
        var installation = lab.nodes().install(side, Map.of());
        Node node = lab.nodes().startAndAwait(installation);
        try {
            long beginNs = System.nanoTime();
            try (var control = node.connect()) {
                for (String topic : topics) {
                    control.create(topic, EACH, Map.of());
                }
            }
            lab.less(NAME, variant, "create s", side, (System.nanoTime() - beginNs) / 1e9);
            for (String topic : topics) {
                touch(node, topic, EACH);
            }
            lab.less(NAME, variant, "RSS MB", side, ProcFiles.statusBytes(node.pid(), "VmRSS") / 1e6);
            lab.less(NAME, variant, "open files", side, ProcFiles.openFiles(node.pid()));
            lab.less(NAME, variant, "clean stop ms", side, node.stop());
            node = started(lab, installation, topics, "start after a clean stop ms");
            for (String topic : topics) {
                touch(node, topic, EACH);
            }
            node.close();
            node = started(lab, installation, topics, "start after kill -9 ms");
        } finally {
            node.close();
            Nodes.delete(installation.data());
        }
    }

    private static Node started(Lab lab, Nodes.Installation installation, List<String> topics, String metric)
            throws IOException {
        String variant = "%,d partitions".formatted(topics.size() * EACH);
        Node node = lab.nodes().start(installation);
        try (var control = node.connect()) {
            lab.watch().begin(node, metric);
            control.awaitLeaders(topics, EACH);
            touch(node, topics.getLast(), 1);
            lab.less(NAME, variant, metric, installation.side(), node.sinceStartMs());
            lab.less(NAME, variant, metric.replace(" ms", ", CPU s"), installation.side(), node.cpu().total());
            lab.watch().end(node, metric);
        } catch (IOException e) {
            node.close();
            throw e;
        }
        return node;
    }

    /// One batch to each of the topic's first partitions.
    private static void touch(Node node, String topic, int partitions) throws IOException {
        var load = new ProduceLoad(topic, partitions, Payload.plain(100), (short) -1, 10, Math.min(partitions, 100));
        load.once(node.port());
    }
}
