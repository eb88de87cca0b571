package io.kurier.cluster.config.definition;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which clients a subscription to metrics is for: regular expressions that must all fit, each the whole value
/// (KIP-714). Immutable.
public final class ClientMatch {
    private static final int MAX_VALUE_CHARS = 255;
    private static final int MAX_STEPS = 20_000;

    private final Map<Attribute, Pattern> patterns;

    private ClientMatch(Map<Attribute, Pattern> patterns) {
        this.patterns = patterns;
    }

    /// What is known of a client.
    public enum Attribute {
        CLIENT_INSTANCE_ID,
        CLIENT_ID,
        CLIENT_SOFTWARE_NAME,
        CLIENT_SOFTWARE_VERSION,
        CLIENT_SOURCE_ADDRESS,
        CLIENT_SOURCE_PORT;

        private final String label = name().toLowerCase(Locale.ROOT);

        private static @Nullable Attribute named(String label) {
            for (Attribute attribute : values()) {
                if (attribute.label.equals(label)) {
                    return attribute;
                }
            }
            return null;
        }
    }

    static String names() {
        return Stream.of(Attribute.values()).map(attribute -> attribute.label).collect(Collectors.joining(", "));
    }

    static boolean isValid(List<String> pairs) {
        return parse(pairs) != null;
    }

    /// The match that a setting's value describes.
    ///
    /// @param pairs the elements of a value that is allowed
    /// @throws IllegalArgumentException if it is not
    public static ClientMatch of(List<String> pairs) {
        ClientMatch match = parse(pairs);
        if (match == null) {
            throw new IllegalArgumentException("no match of clients: " + pairs);
        }
        return match;
    }

    private static @Nullable ClientMatch parse(List<String> pairs) {
        Map<Attribute, Pattern> patterns = new EnumMap<>(Attribute.class);
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            Attribute attribute = equals < 0
                    ? null
                    : Attribute.named(pair.substring(0, equals).strip());
            if (attribute == null) {
                return null;
            }
            try {
                Pattern pattern = Pattern.compile(pair.substring(equals + 1).strip());
                if (patterns.put(attribute, pattern) != null) {
                    return null;
                }
            } catch (PatternSyntaxException notAnExpression) {
                return null;
            }
        }
        return new ClientMatch(patterns);
    }

    /// True if the client is meant. A value is looked at up to 255 characters, and an expression that takes too long on
    /// it does not fit: a client may choose its name so that a careless expression would run for years.
    public boolean fits(Function<Attribute, String> client) {
        for (Map.Entry<Attribute, Pattern> entry : patterns.entrySet()) {
            String value = client.apply(entry.getKey());
            String bounded = value.length() <= MAX_VALUE_CHARS ? value : value.substring(0, MAX_VALUE_CHARS);
            try {
                if (!entry.getValue().matcher(new Steps(bounded)).matches()) {
                    return false;
                }
            } catch (TooManySteps notInTime) {
                return false;
            }
        }
        return true;
    }

    /// Counts how often an expression looks at a character.
    private static final class Steps implements CharSequence {
        private final String text;
        private int left = MAX_STEPS;

        Steps(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManySteps() {
            super(null, null, false, false);
        }
    }
}
