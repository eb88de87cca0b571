package io.kurier.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Measure.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// All figures of a run, kept as JSON and put together to rows.
public final class Results {
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final Map<String, Integer> rounds = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<Measure> measures = new ArrayList<>();
    private final List<Curve> curves = new ArrayList<>();
    private final List<InnerPart> innerParts = new ArrayList<>();

    /// The JSON form. Older files lack what came later.
    ///
    /// @param facts about the machine and the run
    /// @param rounds how many rounds of each scenario went to their end on both sides
    /// @param failures what did not, and why
    public record Stored(
            Map<String, String> facts,
            @Nullable Map<String, Integer> rounds,
            @Nullable List<String> failures,
            List<Measure> measures,
            List<Curve> curves,
            @Nullable List<InnerPart> innerParts) {}

    /// Notes a figure.
    public void add(Measure measure) {
        measures.add(measure);
    }

    /// Notes a fact about the machine or the run; what is noted again is replaced.
    public void fact(String name, String value) {
        facts.put(name, value);
    }

    /// The facts, in the order of noting.
    public Map<String, String> facts() {
        return facts;
    }

    /// Notes that a round of a scenario went to its end.
    public void round(String scenario) {
        rounds.merge(scenario, 1, Integer::sum);
    }

    /// How many rounds each scenario has.
    public Map<String, Integer> rounds() {
        return rounds;
    }

    /// Notes what did not go to its end, in a line.
    public void failure(String what) {
        failures.add(what);
    }

    /// What did not go to its end.
    public List<String> failures() {
        return failures;
    }

    /// All curves.
    public List<Curve> curves() {
        return List.copyOf(curves);
    }

    /// Notes what JMH found; what was known is replaced.
    public void innerParts(List<InnerPart> parts) {
        innerParts.clear();
        innerParts.addAll(parts);
    }

    /// What JMH found.
    public List<InnerPart> innerParts() {
        return innerParts;
    }

    /// Notes p50, p99 and p99.9 of a distribution in nanoseconds, and its curve.
    public void latency(String scenario, String variant, Side side, Histogram ns) {
        for (String percentile : List.of("50", "99", "99.9")) {
            double ms = ns.getValueAtPercentile(Double.parseDouble(percentile)) / 1e6;
            add(new Measure(scenario, variant, "p" + percentile + " ms", Better.LESS, side, ms));
        }
        curves.add(new Curve(
                scenario,
                variant,
                side,
                Curve.PERCENTILES.stream()
                        .map(percentile -> ns.getValueAtPercentile(percentile) / 1e6)
                        .toList()));
    }

    /// One row for each scenario, variant and metric, in the order in which they came.
    public List<Row> rows() {
        Map<List<String>, List<Measure>> groups = new LinkedHashMap<>();
        for (Measure measure : measures) {
            groups.computeIfAbsent(
                            List.of(measure.scenario(), measure.variant(), measure.metric()), key -> new ArrayList<>())
                    .add(measure);
        }
        return groups.values().stream().map(Row::of).toList();
    }

    /// Writes everything as JSON: the file is whole at any time, the old one or the new one.
    public void write(Path file) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                beside,
                new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(new Stored(facts, rounds, failures, measures, curves, innerParts)));
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Adds what an earlier run wrote.
    public void read(Path file) throws IOException {
        Stored stored = new ObjectMapper().readValue(file.toFile(), Stored.class);
        facts.putAll(stored.facts());
        if (stored.rounds() != null) {
            stored.rounds().forEach((scenario, count) -> rounds.merge(scenario, count, Integer::sum));
        }
        if (stored.failures() != null) {
            failures.addAll(stored.failures());
        }
        measures.addAll(stored.measures());
        curves.addAll(stored.curves());
        if (stored.innerParts() != null && !stored.innerParts().isEmpty()) {
            innerParts(stored.innerParts());
        }
    }
}
