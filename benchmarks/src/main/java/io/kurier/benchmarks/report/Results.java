package io.kurier.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Measure.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// All figures of a run, kept as JSON and put together to rows.
public final class Results {
    private final List<Measure> measures = new ArrayList<>();
    private final List<Curve> curves = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    /// The JSON form.
    ///
    /// @param facts about the machine and the run
    public record Stored(Map<String, String> facts, List<Measure> measures, List<Curve> curves) {}

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

    /// All curves.
    public List<Curve> curves() {
        return List.copyOf(curves);
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
                            List.of(measure.scenario(), measure.variant(), measure.metric()),
                            key -> new ArrayList<>())
                    .add(measure);
        }
        return groups.values().stream().map(Row::of).toList();
    }

    /// Writes everything as JSON.
    public void write(Path file) throws IOException {
        Files.writeString(
                file,
                new ObjectMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(new Stored(facts, measures, curves)));
    }

    /// Adds what an earlier run wrote.
    public void read(Path file) throws IOException {
        Stored stored = new ObjectMapper().readValue(file.toFile(), Stored.class);
        facts.putAll(stored.facts());
        measures.addAll(stored.measures());
        curves.addAll(stored.curves());
    }
}
