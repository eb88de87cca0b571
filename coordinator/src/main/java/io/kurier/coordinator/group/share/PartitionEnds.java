package io.kurier.coordinator.group.share;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.CompletableFuture;

/// Where partitions end, as their leaders see it. Must not block; no future fails.
@FunctionalInterface
public interface PartitionEnds {
    /// The offset behind the last record that consumers can read; of partitions that are not in the answer nobody can
    /// tell now.
    CompletableFuture<Map<Place, Long>> of(NavigableSet<Place> places);
}
