package io.kurier.cli.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `KEY=VALUE` words.
public final class Settings {
    private Settings() {}

    /// The words as a map, in order; values may be empty and may hold `=`.
    ///
    /// @throws Failure if a word has no `=` or no key
    public static Map<String, String> parse(List<String> words) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String word : words) {
            int at = word.indexOf('=');
            if (at < 1) {
                throw new Failure("'" + word + "' is not KEY=VALUE");
            }
            settings.put(word.substring(0, at), word.substring(at + 1));
        }
        return settings;
    }
}
