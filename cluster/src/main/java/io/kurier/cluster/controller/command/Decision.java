package io.kurier.cluster.controller.command;

import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;

/// What the controller decided about a command: the answer, and the records that make it true. Nothing has changed yet;
/// the answer may be given once the records are committed.
///
/// @param records of `org.apache.kafka.common.metadata`, committed all or none, in this order; empty if nothing changes
/// @param kraftVersion the level that `kraft.version` is raised to before that, which the log's control records hold; 0
///     if it stays
public record Decision<R extends ApiMessage>(R response, List<ApiMessage> records, short kraftVersion) {
    /// A decision that leaves `kraft.version` as it is.
    public Decision(R response, List<ApiMessage> records) {
        this(response, records, (short) 0);
    }

    /// A decision that changes nothing.
    public static <R extends ApiMessage> Decision<R> unchanged(R response) {
        return new Decision<>(response, List.of());
    }
}
