package io.kurier.benchmarks.report;

import io.kurier.benchmarks.report.Measure.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// `docs/benchmarks.md`: what stands between the marks is made anew, what people wrote around it stays.
public final class Page {
    private static final String BEGIN = "<!-- bench: begin -->";
    private static final String END = "<!-- bench: end -->";
    private static final String CLUSTER_BEGIN = "<!-- bench cluster: begin -->";
    private static final String CLUSTER_END = "<!-- bench cluster: end -->";
    private static final String CLUSTER_INTRODUCTION = """
            ## Three nodes

            Made by `bin/bench cluster`: three nodes of each side on this machine, each broker and controller, one side after the other,
            A B A B. Clients and all three nodes share its cores, so that throughput is bounded by CPU.

            """;
    private static final String FIRST = "# Kurier beside Apache Kafka\n\n" + BEGIN + "\n" + END
            + "\n\n## What falls short, and why\n\nNothing has been looked into yet.\n";
    private static final String INTRODUCTION = """
            Made by `bin/bench`. Both nodes ran in turn on one machine, never together, with the same load generator on the same
            two ends of a loopback connection, on the same JVM. A ratio says how many times better Kurier is; below 1x it is worse.
            Absolute figures hold for this machine only. "Spread" is the largest by the smallest of the rounds, of the side where
            they differ more: a ratio within it says nothing. "More than" stands where a step was given up at its limit of time.

            """;
    private static final String INNER = """
            Steps inside our node for one batch of 64 KiB (64 records of 1 KiB), by JMH, on one thread and a disk in memory; "±" is half
            of the 99.9 % confidence interval.

            """;
    private static final String METHOD = """

            ## How it was measured, and what was not

            - Kurier as users start it: `bin/kurier start`, 256 MB of heap, its cache of classes, acks=all answered after `fdatasync`.
            - Apache Kafka from its jars in Maven Central with its own default flags (`-Xms1G -Xmx1G`, G1) and its default
              `server.properties` of a KRaft node; no log of collections, no JMX port, log4j quiet; it does not sync before it answers.
            - Requests are encoded before the clock runs and sent again and again over plain sockets, so that a client costs little;
              error codes, the order of offsets and the number of records in the end are checked.
            - Both nodes are loaded in the same way until they are warm: see "Produce". Rounds begin with another case each.
            - Spare memory is taken first, but for 6 GB, so that the page cache uses the same pages again and again, as on a server that has
              run for a day. Otherwise the first touch of each page costs about 2 s of system time per GB on a virtual machine, for
              whichever process needs it.
            - "Kernel and others" is what the machine's cores did outside the node and the client: writing back, mostly. `fdatasync` does
              it in the node's own time, so that part of Apache Kafka's work is there.
            - A GB is 10^9 bytes of batches as they are stored.
            - Not measured here: networks, TLS, transactions, other codecs than lz4, groups, disks that are slow to
              sync, runs of hours.
            """;

    private Page() {}

    /// Writes the page and its drawings below this folder.
    ///
    /// @param descriptions of scenarios, by name
    public static void write(Path docs, Results results, Map<String, String> descriptions) throws IOException {
        Path page = docs.resolve("benchmarks.md");
        Files.createDirectories(docs.resolve("benchmarks"));
        String old = Files.exists(page) ? Files.readString(page) : FIRST;
        Files.writeString(page, replaced(old, body(docs, results, descriptions)));
    }

    /// Writes the section about clusters and its drawings; the rest of the page stays.
    ///
    /// @param descriptions of scenarios, by name
    public static void writeCluster(Path docs, Results results, Map<String, String> descriptions) throws IOException {
        Path page = docs.resolve("benchmarks.md");
        Files.createDirectories(docs.resolve("benchmarks"));
        String old = Files.exists(page) ? Files.readString(page) : FIRST;
        if (!old.contains(CLUSTER_BEGIN)) {
            old = old.replace(END, END + "\n\n" + CLUSTER_BEGIN + "\n" + CLUSTER_END);
        }
        var text = new StringBuilder(CLUSTER_INTRODUCTION);
        facts(results, text);
        scenarios(docs, results, descriptions, text);
        Files.writeString(page, replaced(old, text.toString(), CLUSTER_BEGIN, CLUSTER_END));
    }

    /// The page with this text between the marks.
    ///
    /// @throws IllegalArgumentException if the marks are not there
    static String replaced(String page, String text) {
        return replaced(page, text, BEGIN, END);
    }

    private static String replaced(String page, String text, String beginMark, String endMark) {
        int begin = page.indexOf(beginMark);
        int end = page.indexOf(endMark);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("docs/benchmarks.md must have " + beginMark + " before " + endMark);
        }
        return page.substring(0, begin + beginMark.length()) + "\n\n" + text + "\n" + page.substring(end);
    }

    private static String body(Path docs, Results results, Map<String, String> descriptions) throws IOException {
        var text = new StringBuilder(INTRODUCTION);
        facts(results, text);
        List<Row> rows = results.rows();
        List<Row> targets =
                rows.stream().filter(row -> Target.of(row).isPresent()).toList();
        text.append("\n## Against the targets\n\n").append(Tables.markdown(targets));
        draw(docs, "targets", Optional.of(Charts.ratios(targets)), text);
        scenarios(docs, results, descriptions, text);
        if (!results.innerParts().isEmpty()) {
            text.append("\n## Inner parts\n\n").append(INNER).append(InnerPart.markdown(results.innerParts()));
        }
        return text.append(METHOD).toString();
    }

    private static void scenarios(Path docs, Results results, Map<String, String> descriptions, StringBuilder text)
            throws IOException {
        List<Row> rows = results.rows();
        Map<String, List<Row>> scenarios = new LinkedHashMap<>();
        rows.forEach(row -> scenarios
                .computeIfAbsent(row.scenario(), key -> new ArrayList<>())
                .add(row));
        for (var scenario : scenarios.entrySet()) {
            String name = scenario.getKey();
            text.append("\n## ")
                    .append(name.substring(0, 1).toUpperCase(Locale.ROOT))
                    .append(name.substring(1));
            text.append("\n\n")
                    .append(descriptions.getOrDefault(name, "Measured along with the others."))
                    .append("\n\n");
            tables(scenario.getValue(), text);
            draw(docs, name, Optional.of(Charts.ratios(scenario.getValue())), text);
            draw(docs, name + "-percentiles", firstCurves(results, name), text);
        }
    }

    private static void facts(Results results, StringBuilder text) {
        results.facts()
                .forEach((name, value) -> text.append("- ")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
        if (!results.rounds().isEmpty()) {
            text.append("- rounds: ")
                    .append(results.rounds().entrySet().stream()
                            .map(round -> round.getKey() + " " + round.getValue())
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        results.failures()
                .forEach(what -> text.append("- not finished: ").append(what).append('\n'));
    }

    /// What can be compared, and below it, folded, what stands beside.
    private static void tables(List<Row> rows, StringBuilder text) {
        Map<Boolean, List<Row>> parts =
                rows.stream().collect(Collectors.partitioningBy(row -> row.better() != Better.NEITHER));
        text.append(Tables.markdown(parts.getOrDefault(true, List.of())));
        List<Row> beside = parts.getOrDefault(false, List.of());
        if (!beside.isEmpty()) {
            text.append("\n<details><summary>What stands beside, without a ratio</summary>\n\n")
                    .append(Tables.markdown(beside))
                    .append("\n</details>\n");
        }
    }

    /// The curves of a scenario's first case.
    private static Optional<String> firstCurves(Results results, String scenario) {
        List<Curve> all = results.curves().stream()
                .filter(curve -> curve.scenario().equals(scenario))
                .toList();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        String variant = all.getFirst().variant();
        return Optional.of(Charts.curves(
                all.stream().filter(curve -> curve.variant().equals(variant)).toList()));
    }

    private static void draw(Path docs, String name, Optional<String> svg, StringBuilder text) throws IOException {
        if (svg.isPresent()) {
            Files.writeString(docs.resolve("benchmarks").resolve(name + ".svg"), svg.get());
            text.append("\n![")
                    .append(name)
                    .append("](benchmarks/")
                    .append(name)
                    .append(".svg)\n");
        }
    }
}
