package io.kurier.coordinator.group.consumer.assignor;

import java.util.Comparator;
import org.apache.kafka.common.Uuid;

/// One partition of a topic that is named by its id.
public record Place(Uuid topicId, int partition) implements Comparable<Place> {
    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::topicId).thenComparingInt(Place::partition);

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
