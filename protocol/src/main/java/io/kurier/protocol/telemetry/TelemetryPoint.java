package io.kurier.protocol.telemetry;

import java.util.Map;

/// One value that a client measured.
///
/// @param name such as `org.apache.kafka.producer.connection.creation.total`
/// @param attributes what the value belongs to (`node.id`, `topic`), those of the client itself before the point's own
public record TelemetryPoint(String name, Kind kind, Map<String, String> attributes, double value) {
    /// What a value is.
    public enum Kind {
        /// It goes up and down.
        GAUGE,
        /// All that was counted since the client began.
        TOTAL,
        /// What was counted since the last push.
        DELTA
    }
}
