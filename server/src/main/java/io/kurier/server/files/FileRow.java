package io.kurier.server.files;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One thing that lies in a file: its fields by the names that Kafka's tools give them, in their order.
///
/// @param kind what it is
/// @param fields values are numbers, texts, booleans, lists of texts, or null
public record FileRow(Kind kind, Map<String, @Nullable Object> fields) {
    /// What a row is.
    public enum Kind {
        BATCH,
        RECORD,
        /// Of an index, a snapshot of producers or an index of transactions.
        ENTRY,
        /// Something that should not be so.
        PROBLEM
    }

    /// `name: value` for each field. What a name ending in a blank holds stands behind it without a colon.
    public String text() {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + (field.getKey().endsWith(" ") ? "" : ": ") + field.getValue())
                .collect(Collectors.joining(" "));
    }

    static FileRow of(Kind kind, @Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return new FileRow(kind, fields);
    }
}
