package io.kurier.cli.alias.transactions;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// A table as Kafka's tool prints it: cells padded to the width of their column, each with a tab behind it.
final class Rows {
    private final List<List<String>> rows = new ArrayList<>();

    Rows(String... header) {
        rows.add(List.of(header));
    }

    void add(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
    }

    void print(PrintWriter out) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell).repeat(' ', width(column) - cell.length()).append('\t');
            }
            out.println(line);
        }
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
