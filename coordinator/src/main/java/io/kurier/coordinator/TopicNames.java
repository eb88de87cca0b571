package io.kurier.coordinator;

import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// The topics that exist, by name and by id, as this node sees the cluster now. Called from any thread; must not block.
public interface TopicNames {
    /// The name of the topic with this id; empty if there is none.
    Optional<String> nameOf(Uuid topicId);

    /// The id of the topic of this name; empty if there is none.
    Optional<Uuid> idOf(String name);
}
