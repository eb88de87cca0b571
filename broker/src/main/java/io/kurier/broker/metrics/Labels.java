package io.kurier.broker.metrics;

/// Names and labels in the form that Prometheus reads: `topic="orders",partition="0"`.
public final class Labels {
    private Labels() {}

    /// One or more labels.
    ///
    /// @param namesAndValues in turn; names must be valid
    public static String of(String... namesAndValues) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            add(text, namesAndValues[i], namesAndValues[i + 1]);
        }
        return text.toString();
    }

    /// Two lists of labels as one.
    public static String join(String first, String second) {
        return first.isEmpty() ? second : second.isEmpty() ? first : first + "," + second;
    }

    /// Adds a label, with a comma if it is not the first.
    public static void add(StringBuilder text, String name, String value) {
        if (!text.isEmpty()) {
            text.append(',');
        }
        text.append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c < ' ' ? '\uFFFD' : c);
            }
        }
        text.append('"');
    }

    /// Any text as a valid name: what is no letter, digit or underscore becomes an underscore.
    public static String name(String text) {
        StringBuilder name = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            boolean digit = c >= '0' && c <= '9';
            if (digit && name.isEmpty()) {
                name.append('_');
            }
            name.append(letter || digit ? c : '_');
        }
        return name.toString();
    }
}
