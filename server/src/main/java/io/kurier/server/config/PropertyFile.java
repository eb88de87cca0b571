package io.kurier.server.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the text of a `.properties` file as `java.util.Properties` does, but remembers the lines: comments with `#` or
/// `!`, keys ended by `=`, `:` or a blank, a backslash at a line's end to go on in the next, and escapes (`\t`, `\n`,
/// `\r`, `\f`, `\` and `u` with four hexadecimal digits).
final class PropertyFile {
    /// One setting.
    ///
    /// @param line where it begins, from 1
    record Entry(String key, String value, int line) {}

    private final String text;
    private int at;
    private int line = 1;

    private PropertyFile(String text) {
        this.text = text;
    }

    /// All settings, in the order of the text; a key may come more than once.
    ///
    /// @throws IllegalArgumentException if an escape is malformed; the message names the line
    static List<Entry> parse(String text) {
        return new PropertyFile(text).entries();
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        while (at < text.length()) {
            int begin = line;
            String logical = logicalLine();
            if (logical != null) entries.add(entry(logical, begin));
        }
        return entries;
    }

    /// The next line with those that continue it, blanks at the beginning of each dropped; null for a comment and
    /// for an empty line.
    private @Nullable String logicalLine() {
        StringBuilder logical = new StringBuilder();
        boolean goesOn = true;
        while (goesOn && at < text.length()) {
            String natural = naturalLine();
            boolean nothingYet = logical.isEmpty();
            if (nothingYet && (natural.isEmpty() || natural.startsWith("#") || natural.startsWith("!"))) return null;
            int backslashes = 0;
            while (backslashes < natural.length() && natural.charAt(natural.length() - 1 - backslashes) == '\\')
                backslashes++;
            goesOn = backslashes % 2 == 1;
            logical.append(natural, 0, goesOn ? natural.length() - 1 : natural.length());
        }
        boolean cutOff = goesOn && !text.endsWith("\r\n");
        return logical.isEmpty() && !cutOff ? null : logical.toString();
    }

    private String naturalLine() {
        int begin = at;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') at++;
        int end = at;
        if (text.startsWith("\r\n", at)) at += 2;
        else if (at < text.length()) at++;
        line++;
        while (begin < end && isBlank(text.charAt(begin))) begin++;
        return text.substring(begin, end);
    }

    private static Entry entry(String logical, int line) {
        int end = 0;
        while (end < logical.length() && !isBlank(logical.charAt(end)) && "=:".indexOf(logical.charAt(end)) < 0)
            end += logical.charAt(end) == '\\' ? 2 : 1;
        end = Math.min(end, logical.length());
        int value = end;
        while (value < logical.length() && isBlank(logical.charAt(value))) value++;
        if (value < logical.length() && "=:".indexOf(logical.charAt(value)) >= 0) {
            value++;
            while (value < logical.length() && isBlank(logical.charAt(value))) value++;
        }
        return new Entry(unescaped(logical.substring(0, end), line), unescaped(logical.substring(value), line), line);
    }

    private static String unescaped(String raw, int line) {
        if (raw.indexOf('\\') < 0) return raw;
        StringBuilder plain = new StringBuilder();
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c != '\\' || i == raw.length()) {
                if (c != '\\') plain.append(c);
                continue;
            }
            char escape = raw.charAt(i++);
            if (escape == 'u') {
                plain.append(codeUnit(raw, i, line));
                i += 4;
            } else {
                int known = "tnrf".indexOf(escape);
                plain.append(known < 0 ? escape : "\t\n\r\f".charAt(known));
            }
        }
        return plain.toString();
    }

    private static char codeUnit(String raw, int at, int line) {
        String digits = raw.substring(at, Math.min(at + 4, raw.length()));
        if (!digits.matches("[0-9A-Fa-f]{4}"))
            throw new IllegalArgumentException("line " + line + ": \\u needs four hexadecimal digits");
        return (char) Integer.parseInt(digits, 16);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\f';
    }
}
