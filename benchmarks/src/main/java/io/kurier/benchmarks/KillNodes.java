package io.kurier.benchmarks;

import io.kurier.benchmarks.node.Nodes;
import io.kurier.benchmarks.node.PageCache;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Results;
import io.kurier.benchmarks.report.Tables;
import io.kurier.benchmarks.scenario.FailOver;
import io.kurier.benchmarks.scenario.Lab;
import io.kurier.benchmarks.scenario.Victim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bin/failover`: takes nodes of a cluster away under load and says how long a client noticed, and that nothing is
/// lost.
@Command(
        name = "failover",
        description = "Kill and freeze nodes of a cluster of three under load: how long a client waits, what is lost.",
        mixinStandardHelpOptions = true)
public final class KillNodes implements Callable<Integer> {
    @Option(
            names = "--times",
            description = "How often each is done on this node's side. Default: ${DEFAULT-VALUE}",
            defaultValue = "50")
    private int times;

    @Option(
            names = "--kafka-times",
            description = "How often on Apache Kafka's, which takes half a minute each. Default: ${DEFAULT-VALUE}",
            defaultValue = "5")
    private int kafkaTimes;

    @Option(
            names = "--victims",
            split = ",",
            paramLabel = "VICTIM",
            description = "${COMPLETION-CANDIDATES}. Default: those that are killed",
            defaultValue = "LEADER,CONTROLLER,BOTH")
    private List<Victim> victims = List.of();

    @Option(
            names = "--side",
            split = ",",
            paramLabel = "SIDE",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}",
            defaultValue = "KURIER")
    private List<Side> sides = List.of();

    /// Exit codes: 0 this node lost nothing, 1 it did, or something did not go to its end, 2 asked wrongly.
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new KillNodes())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Path root = Path.of(System.getProperty("kurier.root"));
        Path folder = root.resolve(
                "benchmarks/target/failover-" + ProcessHandle.current().pid());
        var results = new Results();
        Map<Side, Integer> each = new EnumMap<>(Side.class);
        each.put(Side.KURIER, times);
        each.put(Side.KAFKA, kafkaTimes);
        var failOver = new FailOver(victims, each);
        try (var nodes = new Nodes(root, folder);
                var cache = new PageCache(false)) {
            var lab = new Lab(nodes, cache, results, false, Lab.NONE);
            for (Side side : sides) {
                failOver.run(lab, side, 1);
            }
        } finally {
            System.out.print(Tables.text(results.rows()));
        }
        return 0;
    }
}
