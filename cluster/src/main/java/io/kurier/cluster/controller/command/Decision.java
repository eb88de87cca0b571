package io.kurier.cluster.controller.command;

import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;

/// What the controller decided about a command: the answer, and the records that make it true. Nothing has changed yet;
/// the answer may be given once the records are committed.
///
/// @param records of `org.apache.kafka.common.metadata`, committed all or none, in this order; empty if nothing changes
public record Decision<R extends ApiMessage>(R response, List<ApiMessage> records) {
    /// A decision that changes nothing.
    public static <R extends ApiMessage> Decision<R> unchanged(R response) {
        return new Decision<>(response, List.of());
    }
}
