package io.kurier.coordinator;

import java.util.Collection;
import org.apache.kafka.common.Uuid;

/// What a coordinator has to know of topics to hand out their partitions. Called from any thread; must not block.
public interface TopicMetadata extends TopicNames {
    /// How many partitions the topic has; 0 if there is none of this id.
    int partitionsOf(Uuid topicId);

    /// The names of all topics that members may ask for by a pattern.
    Collection<String> names();

    /// Grows whenever anything about any topic may have changed.
    long version();
}
