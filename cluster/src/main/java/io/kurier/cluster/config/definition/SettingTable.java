package io.kurier.cluster.config.definition;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the `.table` files of settings; the head of each says what its columns are. A mistake in one ends the
/// start-up: they are part of the program. Every node reads them first of all, so this does without regular expressions
/// and streams, which a fresh JVM has to warm up for.
final class SettingTable {
    private SettingTable() {}

    /// The settings of a table, in its order.
    static List<Setting> read(String table) {
        List<Setting> settings = new ArrayList<>();
        for (String[] cells : rows(table, 7)) {
            try {
                settings.add(setting(cells));
            } catch (IllegalArgumentException malformed) {
                throw new IllegalStateException(table + ": " + String.join(" | ", cells), malformed);
            }
        }
        return settings;
    }

    /// The cells of a table, in its order, comments and empty lines left out.
    static List<String[]> rows(String table, int columns) {
        String text;
        try (InputStream in = SettingTable.class.getResourceAsStream(table)) {
            if (in == null) throw new IllegalStateException("resource " + table + " is missing");
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        List<String[]> rows = new ArrayList<>();
        int end;
        for (int begin = 0; begin < text.length(); begin = end + 1) {
            end = text.indexOf('\n', begin);
            if (end < 0) end = text.length();
            if (begin < end && text.charAt(begin) != '#') rows.add(cells(text.substring(begin, end), columns));
        }
        return rows;
    }

    private static String[] cells(String line, int columns) {
        String[] cells = new String[columns];
        int begin = 0;
        for (int i = 0; i < columns; i++) {
            int end = i == columns - 1 ? line.length() : line.indexOf('|', begin);
            if (end < 0) throw new IllegalStateException("too few columns: " + line);
            cells[i] = line.substring(begin, end).strip();
            begin = end + 1;
        }
        return cells;
    }

    private static Setting setting(String[] cells) {
        SettingType type = SettingType.valueOf(cells[1]);
        Allowed allowed = allowed(type, cells[3]);
        String defaultValue = defaultValue(type, allowed, cells[2]);
        Update update = update(cells[4]);
        return new Setting(
                cells[0],
                new Setting.Rule(type, defaultValue, allowed),
                update == null ? Update.CLUSTER_WIDE : update,
                Effect.valueOf(cells[5]),
                update == null ? brokerNames(cells[4]) : List.of(),
                cells[6]);
    }

    private static @Nullable Update update(String cell) {
        for (Update update : Update.values()) if (update.name().equals(cell)) return update;
        return null;
    }

    private static @Nullable String defaultValue(SettingType type, Allowed allowed, String cell) {
        if (cell.equals("-")) return null;
        String value = type.normalize(cell);
        if (!value.equals(cell) && type != SettingType.DOUBLE)
            throw new IllegalArgumentException("default is not in its normal form");
        if (!allowed.permits(value)) throw new IllegalArgumentException("default is not allowed");
        return value;
    }

    private static Allowed allowed(SettingType type, String cell) {
        if (cell.equals("not empty")) return new Allowed.NotEmpty();
        if (cell.equals("replicas")) return Allowed.Shape.REPLICAS;
        if (cell.equals("offset reset")) return Allowed.Shape.OFFSET_RESET;
        if (cell.equals("client match")) return new Allowed.Matching();
        if (cell.endsWith("}")) {
            List<String> words = SettingType.elements(cell.substring(cell.indexOf('{') + 1, cell.length() - 1));
            return type == SettingType.LIST ? new Allowed.Words(words) : new Allowed.Word(words, cell.startsWith("~"));
        }
        if (cell.equals("-"))
            return type.isWhole()
                    ? new Allowed.Whole(type.smallest(), type.largest(), type.smallest())
                    : new Allowed.Anything();
        return range(type, cell);
    }

    /// `1..`, `0..1` or `1..9 or -1`.
    private static Allowed range(SettingType type, String cell) {
        int dots = cell.indexOf("..");
        if (dots < 0) throw new IllegalArgumentException("'" + cell + "' says nothing about what is allowed");
        int or = cell.indexOf(" or ");
        String smallest = cell.substring(0, dots);
        String largest = cell.substring(dots + 2, or < 0 ? cell.length() : or);
        if (type == SettingType.DOUBLE)
            return new Allowed.Decimal(Double.parseDouble(smallest), Double.parseDouble(largest));
        long from = Long.parseLong(smallest);
        return new Allowed.Whole(
                from,
                largest.isEmpty() ? type.largest() : Long.parseLong(largest),
                or < 0 ? from : Long.parseLong(cell.substring(or + 4)));
    }

    private static List<BrokerName> brokerNames(String cell) {
        if (cell.equals("-")) return List.of();
        List<BrokerName> names = new ArrayList<>();
        for (String element : SettingType.elements(cell)) {
            int times = element.indexOf('*');
            names.add(
                    times < 0
                            ? new BrokerName(element, 1)
                            : new BrokerName(
                                    element.substring(0, times), Long.parseLong(element.substring(times + 1))));
        }
        return List.copyOf(names);
    }
}
