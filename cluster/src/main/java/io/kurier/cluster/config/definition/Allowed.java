package io.kurier.cluster.config.definition;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Which of its type's values a setting may have. Values come in the form of [SettingType#normalize(String)].
public sealed interface Allowed {
    /// True if the value may be set.
    boolean permits(String value);

    /// What may be set, in words that complete "allowed is ..."; empty where the type says it all.
    String describe();

    /// Every value of the type.
    record Anything() implements Allowed {
        @Override
        public boolean permits(String value) {
            return true;
        }

        @Override
        public String describe() {
            return "";
        }
    }

    /// Whole numbers from `smallest` to `largest`, both included, and `beside`; `beside` is `smallest` where there is
    /// no other.
    record Whole(long smallest, long largest, long beside) implements Allowed {
        @Override
        public boolean permits(String value) {
            long number = Long.parseLong(value);
            return number == beside || (number >= smallest && number <= largest);
        }

        @Override
        public String describe() {
            boolean everyNumber = smallest == Long.MIN_VALUE || smallest == Integer.MIN_VALUE;
            if (everyNumber) return "a whole number";
            String from = "a whole number from " + smallest;
            String range = largest == Long.MAX_VALUE ? from + " up" : from + " to " + largest;
            return beside == smallest ? range : range + ", or " + beside;
        }
    }

    /// Numbers from `smallest` to `largest`, both included.
    record Decimal(double smallest, double largest) implements Allowed {
        @Override
        public boolean permits(String value) {
            double number = Double.parseDouble(value);
            return number >= smallest && number <= largest;
        }

        @Override
        public String describe() {
            return "a number from " + plain(smallest) + " to " + plain(largest);
        }

        private static String plain(double number) {
            return number == Math.rint(number) ? String.format(Locale.ROOT, "%.0f", number) : Double.toString(number);
        }
    }

    /// One of some words.
    record Word(List<String> words, boolean anyCase) implements Allowed {
        @Override
        public boolean permits(String value) {
            if (!anyCase) return words.contains(value);
            for (String word : words) if (word.equalsIgnoreCase(value)) return true;
            return false;
        }

        @Override
        public String describe() {
            return "one of " + String.join(", ", words);
        }
    }

    /// A list of some words; it may be empty.
    record Words(List<String> words) implements Allowed {
        @Override
        public boolean permits(String value) {
            return words.containsAll(SettingType.elements(value));
        }

        @Override
        public String describe() {
            return "a comma-separated list of " + String.join(", ", words);
        }
    }

    /// Anything but nothing.
    record NotEmpty() implements Allowed {
        @Override
        public boolean permits(String value) {
            return !value.isEmpty();
        }

        @Override
        public String describe() {
            return "any text but an empty one";
        }
    }

    /// Which clients a subscription to metrics is for (KIP-714).
    record Matching() implements Allowed {
        @Override
        public boolean permits(String value) {
            return ClientMatch.isValid(SettingType.elements(value));
        }

        @Override
        public String describe() {
            return "a comma-separated list of NAME=REGULAR_EXPRESSION pairs, each NAME once and one of "
                    + ClientMatch.names();
        }
    }

    /// Texts of one shape.
    ///
    /// @param description the shape in words
    record Shape(Pattern pattern, String description) implements Allowed {
        /// Replicas as `partition:broker` pairs, or all of them as `*` (KIP-73).
        static final Shape REPLICAS =
                of("|\\*|\\d+:\\d+(,\\d+:\\d+)*", "* or a comma-separated list of PARTITION:BROKER pairs");
        /// Where a share group starts (KIP-932).
        static final Shape OFFSET_RESET = of(
                "earliest|latest|by_duration:P(?=.)(\\d+D)?(T(?=.)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?",
                "earliest, latest or by_duration:PnDTnHnMn.nS");

        private static Shape of(String pattern, String description) throws PatternSyntaxException {
            return new Shape(Pattern.compile(pattern), description);
        }

        @Override
        public boolean permits(String value) {
            return pattern.matcher(value).matches();
        }

        @Override
        public String describe() {
            return description;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Shape shape && shape.pattern.pattern().equals(pattern.pattern());
        }

        @Override
        public int hashCode() {
            return pattern.pattern().hashCode();
        }
    }
}
