package io.kurier.coordinator.group.streams.topology;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Creates the internal topics of applications.
public interface InternalTopicMaker {
    /// Creates those that do not exist. Never blocks; never fails.
    ///
    /// @return when it is over, and this node knows the topics: for each one that could not be made, why
    CompletableFuture<Map<String, String>> make(Collection<InternalTopic> topics);
}
