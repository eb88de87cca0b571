package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.EndToEnd;
import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.load.ProduceLoad.Pace;
import io.kurier.benchmarks.node.Node;
import io.kurier.benchmarks.node.Nodes;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import java.io.IOException;
import java.util.Map;

/// How long until a new process serves, and what it holds in memory then.
public final class Start implements Scenario {
    private static final double MB = 1e6;
    private static final int STARTS = 3;
    private static final long SETTLE_MS = 20_000;
    private static final String NAME = "start";
    private static final String IDLE = "idle";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "From starting the process to the first acknowledged record (acks=all, a new topic) and to the first consumed"
                + " one, three times a round; then, but for even rounds, resident memory (VmRSS) at once and after 20 s without load."
                + " Apache Kafka's storage is formatted before; Kurier starts on an empty folder.";
    }

    @Override
    public int rounds() {
        return 3;
    }

    @Override
    public int roundSeconds() {
        return 80;
    }

    @Override
    public void run(Lab lab, Side side, int round) throws IOException {
        for (int i = 0; i < STARTS; i++) {
            lab.pageCache().fill();
            var installation = lab.nodes().install(side, Map.of());
            try (Node node = lab.nodes().start(installation)) {
                one(lab, node, i == STARTS - 1 && round % 2 == 1);
            }
            Nodes.delete(installation.data());
        }
    }

    private static void one(Lab lab, Node node, boolean thenMemory) throws IOException {
        Side side = node.installation().side();
        try (var control = node.connect()) {
            lab.note(NAME, "empty", "answers metadata ms", side, node.sinceStartMs());
            control.create("first", 1, Map.of());
            new ProduceLoad("first", 1, Payload.plain(100), (short) -1, 1, 1).run(node.port(), Pace.bytes(1, 1, 1));
            lab.less(NAME, "empty", "first acknowledged ms", side, node.sinceStartMs());
            EndToEnd.run(node.port(), "first", Payload.plain(100), 1);
            lab.less(NAME, "empty", "first consumed ms", side, node.sinceStartMs());
            lab.less(NAME, "empty", "broker CPU s", side, node.cpu().total());
            if (thenMemory) {
                memory(lab, node);
            }
        }
        lab.less(NAME, "empty", "clean stop ms", side, node.stop());
    }

    private static void memory(Lab lab, Node node) throws IOException {
        Side side = node.installation().side();
        lab.less(IDLE, "after start", "RSS MB", side, ProcFiles.statusBytes(node.pid(), "VmRSS") / MB);
        Lab.pause(lab.amount(SETTLE_MS));
        lab.less(IDLE, "after 20 s", "settled RSS MB", side, ProcFiles.statusBytes(node.pid(), "VmRSS") / MB);
        lab.note(IDLE, "after 20 s", "of it anonymous MB", side, ProcFiles.statusBytes(node.pid(), "RssAnon") / MB);
        var before = node.cpu();
        Lab.pause(lab.amount(8_000));
        double seconds = lab.amount(8_000) / 1e3;
        lab.less(
                IDLE,
                "after 20 s",
                "CPU ms each second",
                side,
                node.cpu().since(before).total() * 1e3 / seconds);
    }
}
