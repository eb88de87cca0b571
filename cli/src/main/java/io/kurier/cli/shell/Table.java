package io.kurier.cli.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Rows under named columns: aligned text for people, objects for scripts. Columns are named in words (`log end`); the
/// heading is the words in capitals, the JSON key the words in camel case.
public final class Table {
    private static final String GAP = "  ";

    private final List<String> columns;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    /// An empty table.
    public Table(String... columns) {
        this.columns = List.of(columns);
    }

    /// Adds a row; as many cells as columns. A null is shown as `-`, a collection with commas.
    public Table row(@Nullable Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        List<@Nullable Object> row = new ArrayList<>(cells.length);
        for (Object cell : cells) {
            row.add(cell);
        }
        rows.add(row);
        return this;
    }

    /// Whether it has no rows.
    public boolean isEmpty() {
        return rows.isEmpty();
    }

    /// The rows as objects, keyed by column.
    public List<Map<String, @Nullable Object>> objects() {
        List<Map<String, @Nullable Object>> objects = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                object.put(camelCase(columns.get(i)), row.get(i));
            }
            objects.add(object);
        }
        return objects;
    }

    /// A heading and one line for each row, each ended by a newline; numbers to the right, all else to the left.
    public String text() {
        int[] widths = new int[columns.size()];
        boolean[] numeric = new boolean[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            numeric[i] =
                    !rows.isEmpty() && rows.stream().map(row -> row.get(column)).allMatch(Table::isNumeric);
            widths[i] = Math.max(
                    columns.get(i).length(),
                    rows.stream()
                            .mapToInt(row -> show(row.get(column)).length())
                            .max()
                            .orElse(0));
        }
        StringBuilder text = new StringBuilder();
        line(text, columns.stream().map(name -> name.toUpperCase(Locale.ROOT)).toList(), widths, numeric);
        for (List<@Nullable Object> row : rows) {
            line(text, row.stream().map(Table::show).toList(), widths, numeric);
        }
        return text.toString();
    }

    private static boolean isNumeric(@Nullable Object cell) {
        return cell == null || cell instanceof Number;
    }

    private static void line(StringBuilder text, List<String> cells, int[] widths, boolean[] numeric) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i == 0 ? "" : GAP)
                    .append(numeric[i] ? padding : "")
                    .append(cells.get(i))
                    .append(numeric[i] ? "" : padding);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static String show(@Nullable Object cell) {
        if (cell == null) {
            return "-";
        }
        if (cell instanceof Collection<?> many) {
            return many.isEmpty() ? "-" : many.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return cell.toString().replace("\n", "\\n");
    }

    private static String camelCase(String words) {
        StringBuilder name = new StringBuilder();
        for (String word : words.split(" ", -1)) {
            name.append(name.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return name.toString();
    }
}
