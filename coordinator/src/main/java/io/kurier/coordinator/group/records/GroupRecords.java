package io.kurier.coordinator.group.records;

import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.apache.kafka.coordinator.group.generated.GroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.jspecify.annotations.Nullable;

/// Writes and reads the records of `__consumer_offsets` in Apache Kafka's layouts: a 2-byte type before each key, a
/// 2-byte version before each value (docs/formats/consumer-offsets.md).
public final class GroupRecords {
    private static final short LEGACY_OFFSET = 0;
    private static final short OFFSET = 1;
    private static final short GROUP = 2;
    private static final Set<Short> CONSUMER =
            Set.of((short) 3, (short) 5, (short) 6, (short) 7, (short) 8, (short) 16);
    private static final Set<Short> STREAMS =
            Set.of((short) 17, (short) 19, (short) 20, (short) 21, (short) 22, (short) 23);
    private static final short FIRST_SHARE = 10;
    private static final short LAST_SHARE = 15;
    private static final short LAST_FOREIGN = 23;

    /// The version of offset values; the one before it has no topic id.
    private static final short OFFSET_VALUE_VERSION = 4;
    /// The only version of offset values with a time of expiry of its own.
    private static final short OFFSET_VALUE_WITH_EXPIRY = 1;

    private static final short GROUP_VALUE_VERSION = 3;
    /// A batch without its record's key and value, rounded up.
    private static final int BATCH_BYTES = 100;

    private GroupRecords() {}

    /// A committed offset. A value with an expiry is written in the one version that has room for it.
    public static NewRecord offset(String groupId, String topic, int partition, OffsetCommitValue value, long wallMs) {
        short version = value.expireTimestamp() >= 0 ? OFFSET_VALUE_WITH_EXPIRY : OFFSET_VALUE_VERSION;
        return new NewRecord(
                wallMs, offsetKey(groupId, topic, partition), MessageUtil.toVersionPrefixedByteBuffer(version, value));
    }

    /// Takes a committed offset back.
    public static NewRecord noOffset(String groupId, String topic, int partition, long wallMs) {
        return new NewRecord(wallMs, offsetKey(groupId, topic, partition), null);
    }

    private static ByteBuffer offsetKey(String groupId, String topic, int partition) {
        return MessageUtil.toVersionPrefixedByteBuffer(
                OFFSET, new OffsetCommitKey().setGroup(groupId).setTopic(topic).setPartition(partition));
    }

    /// A classic group's generation.
    public static NewRecord group(String groupId, GroupMetadataValue value, long wallMs) {
        return new NewRecord(
                wallMs, groupKey(groupId), MessageUtil.toVersionPrefixedByteBuffer(GROUP_VALUE_VERSION, value));
    }

    /// Takes a classic group back.
    public static NewRecord noGroup(String groupId, long wallMs) {
        return new NewRecord(wallMs, groupKey(groupId), null);
    }

    private static ByteBuffer groupKey(String groupId) {
        return MessageUtil.toVersionPrefixedByteBuffer(GROUP, new GroupMetadataKey().setGroup(groupId));
    }

    /// Takes a record of another kind of group back.
    public static NewRecord noForeign(ByteBuffer key, long wallMs) {
        return new NewRecord(wallMs, key, null);
    }

    /// Bytes that a record takes in a batch, rounded up, as if it were the only one.
    public static int storedBytes(NewRecord record) {
        return BATCH_BYTES + length(record.key()) + length(record.value());
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    /// Decodes a stored record.
    ///
    /// @throws IllegalArgumentException if it is of a kind that must be understood, and cannot be: skipping it
    ///     could make a committed offset look like none
    public static GroupRecord read(LogRecord record) {
        ByteBuffer key = view(record.key());
        ByteBuffer value = view(record.value());
        if (key == null || key.remaining() < 2) {
            return new GroupRecord.Unknown("no key");
        }
        short type = key.getShort(key.position());
        try {
            if (type == LEGACY_OFFSET || type == OFFSET) {
                OffsetCommitKey of = new OffsetCommitKey(body(key), (short) 0);
                return new GroupRecord.Offset(
                        of.group(),
                        of.topic(),
                        of.partition(),
                        value == null ? null : versioned(new OffsetCommitValue(), value));
            }
            if (type == GROUP) {
                String groupId = new GroupMetadataKey(body(key), (short) 0).group();
                return new GroupRecord.Group(
                        groupId, value == null ? null : versioned(new GroupMetadataValue(), value));
            }
            if (CONSUMER.contains(type)) {
                return new GroupRecord.Consumer(groupOf(key), part(type, key), partValue(type, value));
            }
            if (STREAMS.contains(type)) {
                return new GroupRecord.Streams(groupOf(key), part(type, key), partValue(type, value));
            }
            if (type >= FIRST_SHARE && type <= LAST_SHARE) {
                return new GroupRecord.Share(groupOf(key), part(type, key), partValue(type, value));
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "the record at offset " + record.offset() + " cannot be read: " + e.getMessage(), e);
        }
        return foreign(type, key, value != null);
    }

    private static ApiMessage part(short type, ByteBuffer key) {
        ApiMessage part = CoordinatorRecordType.fromId(type).newRecordKey();
        part.read(body(key), (short) 0);
        return part;
    }

    private static @Nullable ApiMessage partValue(short type, @Nullable ByteBuffer value) {
        return value == null
                ? null
                : versioned(CoordinatorRecordType.fromId(type).newRecordValue(), value);
    }

    private static @Nullable ByteBuffer view(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : bytes.slice();
    }

    private static ByteBufferAccessor body(ByteBuffer prefixed) {
        return new ByteBufferAccessor(prefixed.slice(2, prefixed.remaining() - 2));
    }

    private static <T extends Message> T versioned(T into, ByteBuffer value) {
        if (value.remaining() < 2) {
            throw new IllegalArgumentException("the value has no version");
        }
        short version = value.getShort(value.position());
        if (version < into.lowestSupportedVersion() || version > into.highestSupportedVersion()) {
            throw new IllegalArgumentException("the value has version " + version + ", known are "
                    + into.lowestSupportedVersion() + " to " + into.highestSupportedVersion());
        }
        into.read(body(value), version);
        return into;
    }

    /// All other kinds of keys start with their group's name.
    private static GroupRecord foreign(short type, ByteBuffer key, boolean present) {
        if (type < 0 || type > LAST_FOREIGN || key.remaining() < 4) {
            return new GroupRecord.Unknown("key type " + type);
        }
        String groupId;
        try {
            groupId = groupOf(key);
        } catch (IllegalArgumentException e) {
            return new GroupRecord.Unknown("key type " + type + " without a group");
        }
        ByteBuffer copy =
                ByteBuffer.allocate(key.remaining()).put(key.duplicate()).flip();
        return new GroupRecord.Foreign(groupId, type, copy, present);
    }

    private static String groupOf(ByteBuffer key) {
        int length = key.getShort(key.position() + 2);
        if (length < 0 || length > key.remaining() - 4) {
            throw new IllegalArgumentException("the key names no group");
        }
        byte[] name = new byte[length];
        key.get(key.position() + 4, name);
        return new String(name, StandardCharsets.UTF_8);
    }
}
