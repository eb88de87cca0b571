package io.kurier.coordinator.group;

import io.kurier.coordinator.group.classic.ClassicGroup;
import io.kurier.coordinator.group.classic.GroupHistory;
import io.kurier.coordinator.group.classic.GroupState;
import io.kurier.coordinator.group.consumer.ConsumerGroup;
import io.kurier.coordinator.group.consumer.ConsumerProtocol;
import io.kurier.coordinator.group.offsets.CommittedOffset;
import io.kurier.coordinator.group.offsets.GroupOffsets;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.coordinator.group.share.ShareEpochs;
import io.kurier.coordinator.group.share.ShareGroup;
import io.kurier.coordinator.group.share.ShareProtocol;
import io.kurier.coordinator.group.streams.StreamsGroup;
import io.kurier.coordinator.group.streams.StreamsProtocol;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// All that is known under one group's name: its members, its offsets, and what Apache Kafka stored of a group of
/// another kind.
final class Group {
    final String id;
    final GroupOffsets offsets = new GroupOffsets();
    final GroupHistory history = new GroupHistory();
    private final ShareEpochs shareEpochs;
    ClassicGroup classic;
    /// What it is since members of the new protocol came; null for a classic group.
    @Nullable
    ConsumerGroup consumer;
    /// What it is since members of a Kafka Streams application came; null for other kinds.
    @Nullable
    StreamsGroup streams;
    /// What it is if it is a share group.
    @Nullable
    ShareGroup share;
    /// Keys of records of other kinds of groups, those with the highest type first: in that order Apache Kafka takes
    /// them back.
    private final NavigableSet<ByteBuffer> foreignKeys = new TreeSet<>(Comparator.reverseOrder());

    /// @param shareEpochs of share groups that there were
    Group(String id, ShareEpochs shareEpochs) {
        this.id = id;
        this.shareEpochs = shareEpochs;
        this.classic = new ClassicGroup(id, history);
    }

    boolean isEmpty() {
        return classic.state() == GroupState.EMPTY
                && (consumer == null || consumer.isEmpty())
                && (streams == null || streams.isEmpty())
                && (share == null || share.isEmpty());
    }

    /// True if nobody is in it, nor about to join, and it lives by its offsets: a share group is kept until it is
    /// deleted.
    boolean isIdle() {
        return classic.isIdle()
                && (consumer == null || consumer.isEmpty())
                && (streams == null || streams.isEmpty())
                && share == null;
    }

    /// True if a member reads this topic, or if nobody can tell.
    boolean isSubscribedTo(String topic) {
        return classic.isSubscribedTo(topic)
                || consumer != null && consumer.isSubscribedTo(topic)
                || streams != null && streams.isSubscribedTo(topic)
                || share != null && share.isSubscribedTo(topic);
    }

    /// True if its members, if any, are consumers.
    boolean isOfConsumers() {
        return consumer != null || streams != null || classic.isConsumerGroup();
    }

    /// True if it holds nothing that anybody could ask for.
    boolean isNothing() {
        return offsets.isEmpty()
                && foreignKeys.isEmpty()
                && classic.isBlank()
                && (consumer == null || consumer.isBlank())
                && (streams == null || streams.isBlank())
                && (share == null || share.isBlank());
    }

    void foreign(ByteBuffer key, boolean present) {
        if (present) {
            foreignKeys.add(key);
        } else {
            foreignKeys.remove(key);
        }
    }

    boolean isForeign() {
        return !foreignKeys.isEmpty();
    }

    /// From now on it is a classic group: what is stored of it as another kind is taken back. It has no members.
    void becomeClassic(Moment now, Effects out) {
        takeForeignBack(now, out);
        if (consumer != null) {
            ConsumerProtocol.delete(consumer, now, out);
            consumer = null;
        }
        takeStreamsBack(now, out);
    }

    /// From now on it is a consumer group: what is stored of it as another kind is taken back. It has no members of
    /// another kind.
    ConsumerGroup becomeConsumer(Moment now, Effects out) {
        ConsumerGroup known = consumer;
        if (known == null) {
            takeForeignBack(now, out);
            takeClassicBack(now, out);
            takeStreamsBack(now, out);
            known = ConsumerGroup.empty(id, history);
            consumer = known;
        }
        return known;
    }

    /// From now on it is a streams group: what is stored of it as another kind is taken back. It has no members of
    /// another kind.
    StreamsGroup becomeStreams(Moment now, Effects out) {
        StreamsGroup known = streams;
        if (known == null) {
            becomeClassic(now, out);
            takeClassicBack(now, out);
            known = StreamsGroup.empty(id, history);
            streams = known;
        }
        return known;
    }

    private void takeStreamsBack(Moment now, Effects out) {
        if (streams != null) {
            StreamsProtocol.delete(streams, now, out);
            streams = null;
        }
    }

    /// The share group of this name, which has been one or nothing up to now.
    ShareGroup becomeShare() {
        ShareGroup known = share == null ? new ShareGroup(id, history, shareEpochs) : share;
        share = known;
        return known;
    }

    private void takeForeignBack(Moment now, Effects out) {
        foreignKeys.forEach(key -> out.write(GroupRecords.noForeign(key, now.wallMs())));
        foreignKeys.clear();
    }

    private void takeClassicBack(Moment now, Effects out) {
        if (classic.isStored()) {
            out.write(GroupRecords.noGroup(id, now.wallMs()));
        }
        classic = new ClassicGroup(id, history);
    }

    void commit(TopicPartition partition, CommittedOffset offset) {
        offsets.put(partition.topic(), partition.partition(), offset);
    }

    /// Takes offsets back, in memory and in the log.
    void removeOffsets(List<TopicPartition> partitions, Moment now, Effects out) {
        for (TopicPartition partition : partitions) {
            if (offsets.remove(partition.topic(), partition.partition())) {
                out.write(GroupRecords.noOffset(id, partition.topic(), partition.partition(), now.wallMs()));
            }
        }
    }

    /// Takes everything back, in memory and in the log.
    void delete(Moment now, Effects out) {
        removeOffsets(offsets.where((partition, offset) -> true), now, out);
        if (share != null) {
            ShareProtocol.delete(share, now, out);
            shareEpochs.gone(share);
            share = null;
        }
        becomeClassic(now, out);
        takeClassicBack(now, out);
    }
}
