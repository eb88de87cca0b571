package io.kurier.coordinator.group.offsets;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// All committed offsets of one group, by topic and partition.
public final class GroupOffsets {
    private final Map<String, Map<Integer, CommittedOffset>> byTopic = new TreeMap<>();

    /// Sets a partition's offset.
    public void put(String topic, int partition, CommittedOffset offset) {
        byTopic.computeIfAbsent(topic, name -> new TreeMap<>()).put(partition, offset);
    }

    /// Forgets a partition's offset. False if there was none.
    public boolean remove(String topic, int partition) {
        Map<Integer, CommittedOffset> partitions = byTopic.get(topic);
        if (partitions == null || partitions.remove(partition) == null) {
            return false;
        }
        if (partitions.isEmpty()) {
            byTopic.remove(topic);
        }
        return true;
    }

    /// A partition's offset, or null.
    public @Nullable CommittedOffset find(String topic, int partition) {
        Map<Integer, CommittedOffset> partitions = byTopic.get(topic);
        return partitions == null ? null : partitions.get(partition);
    }

    /// Everything, by topic and partition; a view.
    public Map<String, Map<Integer, CommittedOffset>> all() {
        return byTopic;
    }

    /// True if there are none.
    public boolean isEmpty() {
        return byTopic.isEmpty();
    }

    /// The partitions whose offsets answer a question.
    public List<TopicPartition> where(BiPredicate<TopicPartition, CommittedOffset> question) {
        List<TopicPartition> found = new ArrayList<>();
        byTopic.forEach((topic, partitions) -> partitions.forEach((partition, offset) -> {
            TopicPartition of = new TopicPartition(topic, partition);
            if (question.test(of, offset)) {
                found.add(of);
            }
        }));
        return found;
    }
}
