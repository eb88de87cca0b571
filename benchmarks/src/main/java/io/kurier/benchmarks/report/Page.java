package io.kurier.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `docs/benchmarks.md`: what stands between the marks is made anew, what people wrote around it stays.
public final class Page {
    private static final String BEGIN = "<!-- bench: begin -->";
    private static final String END = "<!-- bench: end -->";
    private static final String FIRST = """
            # Kurier beside Apache Kafka

            %s
            %s

            ## What falls short, and why

            """;

    private Page() {}

    /// Writes the page and its drawings below this folder.
    public static void write(Path docs, Results results) throws IOException {
        Path page = docs.resolve("benchmarks.md");
        String old = Files.exists(page) ? Files.readString(page) : FIRST.formatted(BEGIN, END);
        Files.writeString(page, replaced(old, body(docs, results)));
    }

    /// The page with this text between the marks.
    ///
    /// @throws IllegalArgumentException if the marks are not there
    static String replaced(String page, String text) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("docs/benchmarks.md must have " + BEGIN + " before " + END);
        }
        return page.substring(0, begin + BEGIN.length()) + "\n\n" + text + "\n" + page.substring(end);
    }

    private static String body(Path docs, Results results) throws IOException {
        var text = new StringBuilder();
        results.facts().forEach((name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
        Map<String, List<Row>> scenarios = new LinkedHashMap<>();
        for (Row row : results.rows()) {
            scenarios.computeIfAbsent(row.scenario(), key -> new java.util.ArrayList<>()).add(row);
        }
        scenarios.forEach((name, rows) ->
                text.append("\n## ").append(name).append("\n\n").append(Tables.markdown(rows)));
        return text.toString();
    }
}
