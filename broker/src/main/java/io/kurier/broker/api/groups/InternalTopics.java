package io.kurier.broker.api.groups;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.Errors;

/// The internal topics of coordinators, made on first use.
public interface InternalTopics {
    /// Sees to it that the topic exists, as settings such as `offsets.topic.num.partitions` say.
    ///
    /// @return NONE when it exists, at once or after it was made; else why it cannot be made. Never fails
    CompletionStage<Errors> ensure(String topic);

    /// How many partitions the topic has, or will have if it does not exist yet.
    int partitionsOf(String topic);
}
