package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Nodes;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.node.TimeLimit;
import io.kurier.benchmarks.node.TookTooLongException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A node with ten thousand partitions.
public final class ManyPartitions implements Scenario {
    private static final String NAME = "partitions";
    private static final int EACH = 1_000;
    private static final int CREATE_LIMIT_SECONDS = 150;
    private static final int START_LIMIT_SECONDS = 120;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Ten topics of 1,000 partitions are created, each partition gets a batch; then a clean stop, a start, a kill -9"
                + " and a start. A start has ended when metadata answers a leader for all partitions and a record produced to the"
                + " last topic is acknowledged. Creating is given up after 150 s, a start after 120 s, a stop after 60 s.";
    }

    @Override
    public int roundSeconds() {
        return 150;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        var wide = new Wide(
                lab,
                lab.nodes().install(side, Map.of()),
                IntStream.range(0, (int) lab.amount(10))
                        .mapToObj(i -> "wide-" + i)
                        .toList());
        try {
            if (wide.create() && wide.stopAndStart()) {
                wide.touchAll();
            }
            if (wide.isCreated()) {
                lab.nodes().kill();
                wide.start("start after kill -9");
            }
        } finally {
            lab.nodes().kill();
            Nodes.delete(wide.installation.data());
        }
    }

    /// The topics on one side.
    private static final class Wide {
        private final Lab lab;
        private final Nodes.Installation installation;
        private final List<String> topics;
        private final String variant;
        private Node node;
        private boolean created;

        Wide(Lab lab, Nodes.Installation installation, List<String> topics) throws IOException {
            this.lab = lab;
            this.installation = installation;
            this.topics = topics;
            this.variant = "%,d partitions".formatted(topics.size() * EACH);
            this.node = lab.nodes().startAndAwait(installation);
        }

        boolean isCreated() {
            return created;
        }

        /// @return whether it ended within its limit
        boolean create() throws IOException {
            long beginNs = System.nanoTime();
            try {
                limited(CREATE_LIMIT_SECONDS, () -> {
                    try (var control = node.connect()) {
                        for (String topic : topics) {
                            control.create(topic, EACH, Map.of());
                        }
                    }
                });
            } catch (TookTooLongException e) {
                lab.moreThan(NAME, variant, "create s", installation.side(), e.seconds());
                return false;
            }
            created = true;
            lab.less(NAME, variant, "create s", installation.side(), (System.nanoTime() - beginNs) / 1e9);
            limited(CREATE_LIMIT_SECONDS, this::touchAll);
            lab.less(NAME, variant, "RSS MB", installation.side(), ProcFiles.statusBytes(node.pid(), "VmRSS") / 1e6);
            lab.less(NAME, variant, "open files", installation.side(), ProcFiles.openFiles(node.pid()));
            return true;
        }

        /// @return whether both ended within their limits
        boolean stopAndStart() throws IOException {
            try {
                lab.less(NAME, variant, "clean stop ms", installation.side(), node.stop());
            } catch (TookTooLongException e) {
                lab.moreThan(NAME, variant, "clean stop ms", installation.side(), e.seconds() * 1e3);
                return false;
            }
            return start("start after a clean stop");
        }

        /// @return whether it ended within its limit
        boolean start(String what) throws IOException {
            try {
                limited(START_LIMIT_SECONDS, () -> startNow(what));
                return true;
            } catch (TookTooLongException e) {
                lab.moreThan(NAME, variant, what + " ms", installation.side(), e.seconds() * 1e3);
                return false;
            }
        }

        private void startNow(String what) throws IOException {
            node = lab.nodes().start(installation);
            try (var control = node.connect()) {
                lab.watch().begin(node, what);
                control.awaitLeaders(topics, EACH);
                control.awaitServing(topics.getLast(), 1);
                touch(topics.getLast(), 1);
                double ms = node.sinceStartMs();
                double seconds = node.cpu().total();
                lab.watch().end(node, what);
                lab.less(NAME, variant, what + " ms", installation.side(), ms);
                lab.less(NAME, variant, what + ", CPU s", installation.side(), seconds);
            }
        }

        void touchAll() throws IOException {
            try (var control = node.connect()) {
                for (String topic : topics) {
                    control.awaitServing(topic, EACH);
                    touch(topic, EACH);
                }
            }
        }

        /// One batch to each of the topic's first partitions.
        private void touch(String topic, int partitions) throws IOException {
            var load =
                    new ProduceLoad(topic, partitions, Payload.plain(100), (short) -1, 10, Math.min(partitions, 100));
            load.once(node.port());
        }

        /// Ends the node when a step takes longer.
        private void limited(int seconds, Step step) throws IOException {
            try (var limit = new TimeLimit(seconds, lab.nodes()::kill)) {
                try {
                    step.run();
                } catch (IOException e) {
                    throw limit.explain(e);
                }
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }
}
