package io.kurier.coordinator.share;

import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.share.generated.CoordinatorRecordType;
import org.apache.kafka.coordinator.share.generated.ShareSnapshotKey;
import org.apache.kafka.coordinator.share.generated.ShareSnapshotValue;
import org.apache.kafka.coordinator.share.generated.ShareUpdateKey;
import org.apache.kafka.coordinator.share.generated.ShareUpdateValue;
import org.jspecify.annotations.Nullable;

/// Writes and reads the records of `__share_group_state` in Apache Kafka's layout: a 2-byte type before each key, a
/// 2-byte version before each value (docs/formats/share-group-state.md).
public final class ShareRecords {
    private static final short VERSION = 0;
    /// A batch without its record's key and value, rounded up.
    private static final int BATCH_BYTES = 100;

    private ShareRecords() {}

    /// One record, decoded.
    sealed interface Stored {
        /// All that is known of a share partition; null: nothing any more.
        record Snapshot(SharePartitionKey key, @Nullable ShareState state) implements Stored {}

        /// What has changed since the snapshot.
        record Update(SharePartitionKey key, ShareState.Update update) implements Stored {}

        /// A record that says nothing to this version.
        record Unknown(String reason) implements Stored {}
    }

    static NewRecord snapshot(SharePartitionKey of, ShareState state, long wallMs) {
        ShareSnapshotValue value = new ShareSnapshotValue()
                .setSnapshotEpoch(state.snapshotEpoch())
                .setStateEpoch(state.stateEpoch())
                .setLeaderEpoch(state.leaderEpoch())
                .setStartOffset(state.startOffset())
                .setDeliveryCompleteCount(state.deliveryCompleteCount())
                .setCreateTimestamp(state.createdMs())
                .setWriteTimestamp(state.snapshotMs())
                .setStateBatches(state.batches().stream()
                        .map(batch -> new ShareSnapshotValue.StateBatch()
                                .setFirstOffset(batch.firstOffset())
                                .setLastOffset(batch.lastOffset())
                                .setDeliveryState(batch.deliveryState())
                                .setDeliveryCount(batch.deliveryCount()))
                        .toList());
        WriteOrder.put(value, state.order());
        return new NewRecord(wallMs, key(of), MessageUtil.toVersionPrefixedByteBuffer(VERSION, value));
    }

    /// Takes a share partition's state back.
    static NewRecord none(SharePartitionKey of, long wallMs) {
        return new NewRecord(wallMs, key(of), null);
    }

    private static ByteBuffer key(SharePartitionKey of) {
        return MessageUtil.toVersionPrefixedByteBuffer(
                CoordinatorRecordType.SHARE_SNAPSHOT.id(),
                new ShareSnapshotKey()
                        .setGroupId(of.groupId())
                        .setTopicId(of.topicId())
                        .setPartition(of.partition()));
    }

    /// @param state after the update
    static NewRecord update(SharePartitionKey of, ShareState state, List<StateBatch> batches, long wallMs) {
        ShareUpdateValue value = new ShareUpdateValue()
                .setSnapshotEpoch(state.snapshotEpoch())
                .setLeaderEpoch(state.leaderEpoch())
                .setStartOffset(state.startOffset())
                .setDeliveryCompleteCount(state.deliveryCompleteCount())
                .setStateBatches(batches.stream()
                        .map(batch -> new ShareUpdateValue.StateBatch()
                                .setFirstOffset(batch.firstOffset())
                                .setLastOffset(batch.lastOffset())
                                .setDeliveryState(batch.deliveryState())
                                .setDeliveryCount(batch.deliveryCount()))
                        .toList());
        WriteOrder.put(value, state.order());
        ByteBuffer key = MessageUtil.toVersionPrefixedByteBuffer(
                CoordinatorRecordType.SHARE_UPDATE.id(),
                new ShareUpdateKey()
                        .setGroupId(of.groupId())
                        .setTopicId(of.topicId())
                        .setPartition(of.partition()));
        return new NewRecord(wallMs, key, MessageUtil.toVersionPrefixedByteBuffer(VERSION, value));
    }

    /// Bytes that a record takes in a batch, rounded up, as if it were the only one.
    static int storedBytes(NewRecord record) {
        return BATCH_BYTES + length(record.key()) + length(record.value());
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    /// Decodes a stored record.
    ///
    /// @throws IllegalArgumentException if it must be understood, and cannot be
    static Stored read(LogRecord record) {
        ByteBuffer key = view(record.key());
        ByteBuffer value = view(record.value());
        if (key == null || key.remaining() < 2) {
            return new Stored.Unknown("no key");
        }
        short type = key.getShort(key.position());
        try {
            if (type == CoordinatorRecordType.SHARE_SNAPSHOT.id()) {
                ShareSnapshotKey of = new ShareSnapshotKey(body(key), VERSION);
                return new Stored.Snapshot(
                        new SharePartitionKey(of.groupId(), of.topicId(), of.partition()),
                        value == null ? null : state(versioned(new ShareSnapshotValue(), value)));
            }
            if (type == CoordinatorRecordType.SHARE_UPDATE.id() && value != null) {
                ShareUpdateKey of = new ShareUpdateKey(body(key), VERSION);
                return new Stored.Update(
                        new SharePartitionKey(of.groupId(), of.topicId(), of.partition()),
                        update(versioned(new ShareUpdateValue(), value)));
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "the record at offset " + record.offset() + " cannot be read: " + e.getMessage(), e);
        }
        return new Stored.Unknown("key type " + type);
    }

    private static ShareState state(ShareSnapshotValue value) {
        List<StateBatch> batches = value.stateBatches().stream()
                .map(batch -> new StateBatch(
                        batch.firstOffset(), batch.lastOffset(), batch.deliveryState(), batch.deliveryCount()))
                .toList();
        return new ShareState(
                value.stateEpoch(),
                value.leaderEpoch(),
                value.snapshotEpoch(),
                0,
                value.startOffset(),
                value.deliveryCompleteCount(),
                Math.max(0, WriteOrder.of(value)),
                StateBatches.combine(List.of(), batches, value.startOffset()),
                value.createTimestamp(),
                value.writeTimestamp());
    }

    private static ShareState.Update update(ShareUpdateValue value) {
        return new ShareState.Update(
                value.leaderEpoch(),
                value.startOffset(),
                value.deliveryCompleteCount(),
                WriteOrder.of(value),
                value.stateBatches().stream()
                        .map(batch -> new StateBatch(
                                batch.firstOffset(), batch.lastOffset(), batch.deliveryState(), batch.deliveryCount()))
                        .toList());
    }

    private static @Nullable ByteBuffer view(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : bytes.slice();
    }

    private static ByteBufferAccessor body(ByteBuffer prefixed) {
        return new ByteBufferAccessor(prefixed.slice(2, prefixed.remaining() - 2));
    }

    private static <T extends ApiMessage> T versioned(T into, ByteBuffer value) {
        short version = value.getShort(value.position());
        if (version < into.lowestSupportedVersion() || version > into.highestSupportedVersion()) {
            throw new IllegalArgumentException("the value has version " + version + ", known are "
                    + into.lowestSupportedVersion() + " to " + into.highestSupportedVersion());
        }
        into.read(body(value), version);
        return into;
    }
}
