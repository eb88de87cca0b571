package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What a tool left behind when it ended.
///
/// @param exitCode the smallest int if it did not end
record Printed(List<String> arguments, int exitCode, String out, String err) {
    private static final int SHOWN = 4_000;

    /// The tool succeeded and said nothing on stderr: no warning, no error, no exception.
    Printed ok() {
        return okSaying();
    }

    /// The tool succeeded and said nothing on stderr but these lines, in this order; each is a regular expression.
    Printed okSaying(String... stderr) {
        assertThat(exitCode).as("exit code of %s", this).isZero();
        assertStderr(List.of(stderr));
        return this;
    }

    /// The tool ended with exit code 1 and says why somewhere.
    Printed failsSaying(String why) {
        assertThat(exitCode).as("exit code of %s", this).isEqualTo(1);
        assertThat(out + err).as("%s", this).contains(why);
        return this;
    }

    private void assertStderr(List<String> expected) {
        List<String> lines =
                err.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        assertThat(lines).as("stderr of %s", this).hasSameSizeAs(expected);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).as("stderr of %s", this).matches(expected.get(i));
        }
    }

    /// The lines of stdout that are not blank, without white space around them.
    List<String> lines() {
        return out.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    /// The only line of stdout that is not blank.
    String line() {
        assertThat(lines()).as("%s", this).hasSize(1);
        return lines().getFirst();
    }

    /// The table whose head line begins with `firstColumn`: each row by the names of its columns. Columns are separated
    /// by white space, so a cell with a blank in it must be in the last column.
    List<Map<String, String>> table(String firstColumn) {
        List<String> lines = lines();
        int head = IntStream.range(0, lines.size())
                .filter(line -> lines.get(line).startsWith(firstColumn))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no table with column " + firstColumn + ": " + this));
        String[] columns = lines.get(head).split("\\s+");
        return lines.stream()
                .skip(head + 1L)
                .filter(line -> !line.startsWith(firstColumn))
                .map(line -> row(columns, line))
                .toList();
    }

    private static Map<String, String> row(String[] columns, String line) {
        String[] cells = line.split("\\s+", columns.length);
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < cells.length; i++) {
            row.put(columns[i], cells[i]);
        }
        return row;
    }

    @Override
    public String toString() {
        return String.join(" ", arguments) + "\nexit code " + exitCode + "\n--- stderr\n" + err + "--- stdout\n"
                + out.substring(0, Math.min(out.length(), SHOWN));
    }
}
