package io.kurier.broker.api.configs;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// What happened in groups lately: who joined, left or was given up, when and why. Kafka's protocol has no request for
/// it, so it is asked for by DescribeConfigs, as a group whose name begins with [#ASKED]: no client shows it by
/// accident, and every administrator's client can ask.
@FunctionalInterface
public interface GroupEvents {
    /// Before the name of the group, in a question to any node.
    String ASKED = "kurier.group.events/";

    /// The same, in a question to the group's coordinator, which asks nobody else.
    String ASKED_HERE = "kurier.group.events.here/";

    /// Of a node that coordinates no groups.
    GroupEvents NONE = (groupId, here) -> CompletableFuture.completedFuture(List.of());

    /// The events, oldest first, as texts of five parts with tabs between them: milliseconds since the epoch, kind,
    /// generation or epoch of the group, member (empty for the whole group), and what there is to say.
    ///
    /// @param here only what this node knows; else the coordinator is asked
    /// @return fails if the coordinator cannot be asked now
    CompletableFuture<List<String>> of(String groupId, boolean here);
}
