package io.kurier.benchmarks;

import io.kurier.benchmarks.node.Nodes;
import io.kurier.benchmarks.node.PageCache;
import io.kurier.benchmarks.node.ProcFiles;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.InnerPart;
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
import picocli.CommandLine.Parameters;

/// `bin/bench`: runs the scenarios on Kurier and on Apache Kafka in turn, prints the ratios, and writes the page.
@Command(
        name = "bench",
        description = "Measure Kurier and Apache Kafka in turn on this machine and print the ratios.",
        mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {
    /// What is measured.
    enum Subject {
        /// One node of each side.
        NODE,
        /// Three nodes of each side.
        CLUSTER
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "WHAT",
            description = "node or cluster: one node of each side, or three. Default: ${DEFAULT-VALUE}",
            defaultValue = "NODE")
    private Subject subject = Subject.NODE;

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

    @Option(names = "--rounds", paramLabel = "N", description = "So many rounds of each instead of the plan's.")
    private @Nullable Integer rounds;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Time for all of it: further rounds that would not fit are left out. Default: ${DEFAULT-VALUE}",
            defaultValue = "28")
    private int minutes;

    @Option(names = "--quick", description = "A tenth of everything, one round: to try the tool, not to measure.")
    private boolean quick;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Keep all figures there, also those of a run that does not end. Default when something is"
                    + " measured: benchmarks/target/results.json")
    private @Nullable Path json;

    @Option(names = "--inner", paramLabel = "FILE", description = "Take JMH's figures from a JSON file of --micro.")
    private @Nullable Path inner;

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

    /// Exit codes: 0 measured, 1 something did not go to its end, 2 asked wrongly.
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
        if (inner != null) {
            results.innerParts(InnerPart.read(inner));
        }
        boolean measured = (from.isEmpty() && inner == null) || !only.isEmpty();
        boolean whole = !measured || measure(root, results);
        System.out.println();
        System.out.print(Tables.text(results.rows()));
        if (!measured && json != null) {
            results.write(json);
        }
        if (page || (measured && only.isEmpty() && !quick && side == null)) {
            if (subject == Subject.CLUSTER) {
                Page.writeCluster(root.resolve("docs"), results, Scenarios.descriptions());
            } else {
                Page.write(root.resolve("docs"), results, Scenarios.descriptions());
            }
        }
        results.failures().forEach(what -> System.err.println("not finished: " + what));
        return whole ? 0 : 1;
    }

    private boolean measure(Path root, Results results) throws IOException {
        List<Scenario> scenarios =
                subject == Subject.CLUSTER && only.isEmpty() ? Scenarios.CLUSTER : Scenarios.named(only);
        Path target = root.resolve("benchmarks/target");
        Path kept = json == null ? target.resolve(subject == Subject.CLUSTER ? "cluster.json" : "results.json") : json;
        Path folder = target.resolve("run-" + ProcessHandle.current().pid());
        facts(root, results);
        System.err.println("figures are kept in " + kept);
        try (var nodes = new Nodes(root, folder);
                var cache = new PageCache(!noFill && !quick)) {
            var lab = new Lab(nodes, cache, results, quick, profile == null ? Lab.NONE : new Profiler(profile));
            List<Side> sides = side == null ? List.of(Side.values()) : List.of(side);
            return new Series(scenarios, sides, kept).run(plan(scenarios), lab);
        }
    }

    private Plan plan(List<Scenario> scenarios) {
        return new Plan(
                scenarios.stream()
                        .map(scenario -> new Plan.Entry(
                                scenario.name(),
                                quick ? 1 : rounds == null ? scenario.rounds() : rounds,
                                scenario.roundSeconds() / (quick ? 4.0 : 1.0)))
                        .toList(),
                minutes * 60.0);
    }

    private void facts(Path root, Results results) throws IOException {
        results.fact("date", LocalDate.now(ZoneOffset.UTC).toString());
        List<String> machine = ProcFiles.machine();
        results.fact("machine", String.join(", ", machine));
        results.fact("file system", Files.getFileStore(root).type());
        results.fact("Apache Kafka", System.getProperty("kafka.peer.version", "unknown"));
        if (quick) {
            results.fact("quick", "a try, worthless as a measurement");
        }
    }
}
