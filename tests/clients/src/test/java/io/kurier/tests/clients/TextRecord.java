package io.kurier.tests.clients;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record of real text on its way into a partition.
record TextRecord(
        int partition,
        long timestampMs,
        @Nullable String key,
        @Nullable String value,
        List<TextHeader> headers) {

    record TextHeader(String name, @Nullable String value) {}
}
