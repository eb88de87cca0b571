package io.kurier.cluster.image;

import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// One topic and its partitions.
///
/// @param partitions by number, from 0 on without holes
public record TopicImage(String name, Uuid id, List<PartitionImage> partitions) {
    /// The partition of this number, or null if there is none.
    public @Nullable PartitionImage partition(int number) {
        return number >= 0 && number < partitions.size() ? partitions.get(number) : null;
    }
}
