package io.kurier.benchmarks;

import io.kurier.benchmarks.node.Nodes;
import io.kurier.benchmarks.node.PageCache;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Page;
import io.kurier.benchmarks.report.Results;
import io.kurier.benchmarks.report.Tables;
import io.kurier.benchmarks.scenario.Lab;
import io.kurier.benchmarks.scenario.Scenario;
import io.kurier.benchmarks.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bin/bench`: runs the scenarios on Kurier and on Apache Kafka in turn, prints the ratios, and writes the page.
@Command(
        name = "bench",
        description = "Measure Kurier and Apache Kafka in turn on this machine and print the ratios.",
        mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Only these scenarios; the page is left alone unless --page is given. Known: ${COMPLETION-CANDIDATES}",
            completionCandidates = Scenarios.Names.class)
    private List<String> only = new ArrayList<>();

    @Option(names = "--side", paramLabel = "SIDE", description = "Only this side: ${COMPLETION-CANDIDATES}")
    private @Nullable Side side;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of both, in turn. Default: 2")
    private int rounds = 2;

    @Option(names = "--quick", description = "A tenth of everything, one round: to try the tool, not to measure.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures there.")
    private @Nullable Path json;

    @Option(
            names = "--from",
            paramLabel = "FILE",
            description = "Take figures from --json of an earlier run. Repeatable.")
    private List<Path> from = new ArrayList<>();

    @Option(names = "--page", description = "Write docs/benchmarks.md also when not everything was run.")
    private boolean page;

    @Option(names = "--no-fill", description = "Do not take the machine's spare memory before measuring.")
    private boolean noFill;

    @Option(
            names = "--profile",
            paramLabel = "FOLDER",
            description = "Profile our node in every measured load and write flame graphs there.")
    private @Nullable Path profile;

    /// Exit codes: 0 measured, 1 a node failed, 2 asked wrongly.
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Path root = Path.of(System.getProperty("kurier.root"));
        var results = new Results();
        for (Path file : from) {
            results.read(file);
        }
        if (from.isEmpty() || !only.isEmpty()) {
            measure(root, results);
        }
        System.out.println();
        System.out.print(Tables.text(results.rows()));
        if (json != null) {
            results.write(json);
        }
        if (page || (only.isEmpty() && !quick && side == null)) {
            Page.write(root.resolve("docs"), results, Scenarios.descriptions());
        }
        return 0;
    }

    private void measure(Path root, Results results) throws IOException {
        List<Scenario> scenarios = Scenarios.named(only);
        Path folder =
                root.resolve("benchmarks/target/run-" + ProcessHandle.current().pid());
        facts(root, results);
        try (var nodes = new Nodes(root, folder);
                var cache = new PageCache(!noFill && !quick)) {
            var lab = new Lab(nodes, cache, results, quick, profile == null ? Lab.NONE : new Profiler(profile));
            for (Scenario scenario : scenarios) {
                int most = quick ? 1 : Math.min(rounds, scenario.maxRounds());
                for (int round = 1; round <= most; round++) {
                    for (Side each : side == null ? List.of(Side.values()) : List.of(side)) {
                        System.err.printf("%s, round %d of %d: %s%n", scenario.name(), round, most, each.title());
                        scenario.run(lab, each);
                    }
                }
            }
        }
    }

    private void facts(Path root, Results results) throws IOException {
        results.fact("date", LocalDate.now(ZoneOffset.UTC).toString());
        List<String> machine = ProcFiles.machine();
        results.fact("machine", String.join(", ", machine));
        results.fact("file system", Files.getFileStore(root).type());
        results.fact("Apache Kafka", System.getProperty("kafka.peer.version", "unknown"));
        results.fact("rounds", quick ? "a quick try, worthless as a measurement" : Integer.toString(rounds));
    }
}
