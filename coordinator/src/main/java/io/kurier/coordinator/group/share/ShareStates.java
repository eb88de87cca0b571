package io.kurier.coordinator.group.share;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;

/// The state of share groups, kept by share coordinators wherever they are. Must not block; no future fails: errors are
/// in the answers, one for each share partition that was asked for.
public interface ShareStates {
    /// Begins states; those that have begun in the same epoch stay as they are.
    CompletableFuture<InitializeShareGroupStateResponseData> initialise(InitializeShareGroupStateRequestData request);
}
