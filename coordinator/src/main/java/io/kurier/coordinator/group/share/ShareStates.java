package io.kurier.coordinator.group.share;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;

/// The state of share groups, kept by share coordinators wherever they are. Must not block; no future fails: errors are
/// in the answers, one for each share partition that was asked for.
public interface ShareStates {
    /// Begins states; those that have begun in the same epoch stay as they are.
    CompletableFuture<InitializeShareGroupStateResponseData> initialise(InitializeShareGroupStateRequestData request);

    /// Ends states, also of partitions that have none; answers which have none now for sure.
    CompletableFuture<Set<Place>> delete(String groupId, NavigableSet<Place> places);

    /// How far a group is; of partitions that are not in the answer nobody can tell now.
    CompletableFuture<Map<Place, Progress>> progress(String groupId, NavigableSet<Place> places);

    /// How far a group is in one partition.
    ///
    /// @param startOffset below it all is done; -1 if nobody has read there yet
    /// @param leaderEpoch of the partition's leader that said so last
    record Progress(long startOffset, int leaderEpoch) {}
}
