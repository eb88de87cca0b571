package io.kurier.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/// Rows as lined-up text for a terminal and as a Markdown table.
public final class Tables {
    private static final List<String> HEAD =
            List.of("scenario", "case", "metric", "Kurier", "Apache Kafka", "ratio", "target", "met", "spread");

    private Tables() {}

    /// For a terminal.
    public static String text(List<Row> rows) {
        List<List<String>> cells = new ArrayList<>(List.of(HEAD));
        rows.forEach(row -> cells.add(cells(row)));
        int[] widths = new int[HEAD.size()];
        for (List<String> line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> line : cells) {
            var out = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String gap = " ".repeat(widths[i] - line.get(i).length());
                out.append(i == 0 ? "" : "  ")
                        .append(isNumber(i) ? gap : "")
                        .append(line.get(i))
                        .append(isNumber(i) ? "" : gap);
            }
            text.append(out.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /// For a page, without the column of the scenario.
    public static String markdown(List<Row> rows) {
        var text = new StringBuilder("|");
        HEAD.stream().skip(1).forEach(name -> text.append(' ').append(name).append(" |"));
        text.append("\n|");
        for (int i = 1; i < HEAD.size(); i++) {
            text.append(isNumber(i) ? "---:|" : "---|");
        }
        for (Row row : rows) {
            text.append("\n|");
            cells(row).stream()
                    .skip(1)
                    .forEach(cell -> text.append(' ').append(cell).append(" |"));
        }
        return text.append('\n').toString();
    }

    private static boolean isNumber(int column) {
        return column >= 3 && column != 6 && column != 7;
    }

    private static List<String> cells(Row row) {
        return List.of(
                row.scenario(),
                row.variant(),
                row.metric(),
                row.ours().text(),
                row.theirs().text(),
                row.ratioText(),
                row.target(),
                Target.of(row).map(target -> target.isMet(row) ? "yes" : "no").orElse(""),
                Row.number(row.spread()) + "x");
    }
}
