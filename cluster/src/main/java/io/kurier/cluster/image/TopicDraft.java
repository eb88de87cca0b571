package io.kurier.cluster.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// A topic while records change it. Partitions may come in any order, as in Kafka's snapshots.
final class TopicDraft {
    /// Far more partitions than one node can serve; a number beyond it is damage, not a topic.
    static final int MAX_PARTITIONS = 10_000_000;

    private final String name;
    private final Uuid id;
    private final List<@Nullable PartitionImage> partitions;
    private int size;

    TopicDraft(String name, Uuid id) {
        this.name = name;
        this.id = id;
        this.partitions = new ArrayList<>();
    }

    TopicDraft(TopicImage base) {
        this.name = base.name();
        this.id = base.id();
        this.partitions = new ArrayList<>(base.partitions());
        this.size = partitions.size();
    }

    String name() {
        return name;
    }

    int size() {
        return size;
    }

    @Nullable
    PartitionImage get(int number) {
        return number >= 0 && number < partitions.size() ? partitions.get(number) : null;
    }

    /// Sets a partition. True if it is new.
    boolean put(int number, PartitionImage partition) {
        if (number < 0 || number > MAX_PARTITIONS) {
            throw new MetadataFormatException("The topic " + name + " cannot have a partition " + number);
        }
        while (partitions.size() <= number) {
            partitions.add(null);
        }
        boolean isNew = partitions.set(number, partition) == null;
        if (isNew) {
            size++;
        }
        return isNew;
    }

    TopicImage build() {
        List<PartitionImage> all = new ArrayList<>(partitions.size());
        for (PartitionImage partition : partitions) {
            if (partition == null) {
                throw new MetadataFormatException(
                        "The topic " + name + " lacks its partition " + all.size() + " of " + partitions.size());
            }
            all.add(partition);
        }
        return new TopicImage(name, id, Collections.unmodifiableList(all));
    }
}
