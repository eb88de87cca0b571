package io.kurier.cluster.config.definition;

import java.util.ArrayList;
import java.util.List;

/// What a setting's value is, with the number that DescribeConfigs has for it (KIP-569).
public enum SettingType {
    BOOLEAN(1, "true or false"),
    STRING(2, "any text"),
    INT(3, "a whole number"),
    SHORT(4, "a whole number"),
    LONG(5, "a whole number"),
    DOUBLE(6, "a number"),
    LIST(7, "a comma-separated list"),
    CLASS(8, "a class name"),
    PASSWORD(9, "a secret");

    private final byte id;
    private final String description;

    SettingType(int id, String description) {
        this.id = (byte) id;
        this.description = description;
    }

    /// The type's number in DescribeConfigs.
    public byte id() {
        return id;
    }

    /// What a value of the type is, in words that complete "allowed is ...".
    public String describe() {
        return description;
    }

    /// The smallest number of the type; meaningless for types that are not numbers.
    long smallest() {
        return this == INT ? Integer.MIN_VALUE : this == SHORT ? Short.MIN_VALUE : Long.MIN_VALUE;
    }

    /// The largest number of the type; meaningless for types that are not numbers.
    long largest() {
        return this == INT ? Integer.MAX_VALUE : this == SHORT ? Short.MAX_VALUE : Long.MAX_VALUE;
    }

    /// True if values are whole numbers.
    boolean isWhole() {
        return this == INT || this == SHORT || this == LONG;
    }

    /// The elements of a list in its text form: separated by commas, blanks around them dropped; none for an empty
    /// text.
    public static List<String> elements(String text) {
        if (text.isBlank()) return List.of();
        List<String> elements = new ArrayList<>();
        for (String element : text.split(",", -1)) elements.add(element.strip());
        return elements;
    }

    /// The value in the one form in which it is kept and shown.
    ///
    /// @throws IllegalArgumentException if the text is no value of this type
    String normalize(String text) {
        String trimmed = text.strip();
        return switch (this) {
            case BOOLEAN -> bool(trimmed);
            case INT, SHORT, LONG -> whole(trimmed);
            case DOUBLE -> decimal(trimmed);
            case LIST -> String.join(",", elements(trimmed));
            case STRING, CLASS, PASSWORD -> trimmed;
        };
    }

    private static String bool(String text) {
        if (text.equalsIgnoreCase("true")) return "true";
        if (text.equalsIgnoreCase("false")) return "false";
        throw new IllegalArgumentException("neither true nor false");
    }

    private String whole(String text) {
        long value = Long.parseLong(text);
        if (value < smallest() || value > largest()) throw new IllegalArgumentException("out of the type's range");
        return Long.toString(value);
    }

    private static String decimal(String text) {
        double value = Double.parseDouble(text);
        if (Double.isNaN(value)) throw new IllegalArgumentException("not a number");
        return Double.toString(value);
    }
}
