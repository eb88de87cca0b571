package io.kurier.tests.clients;

import java.util.Locale;

/// The compression codecs of Kafka's record batches.
enum Codec {
    NONE,
    GZIP,
    SNAPPY,
    LZ4,
    ZSTD;

    /// As `compression.type` spells it.
    String typeName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
