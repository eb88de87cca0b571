package io.kurier.tests.attacks.guided;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupConfigs;
import io.kurier.coordinator.group.GroupSettings;
import io.kurier.coordinator.group.GroupShard;
import io.kurier.coordinator.group.records.GroupRecordJson;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.coordinator.group.share.ShareProtocol;
import io.kurier.coordinator.group.share.ShareSettings;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue.MemberMetadata;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.jspecify.annotations.Nullable;

/// The records of a partition of `__consumer_offsets`, each with two bytes before it for the lengths of key and value
/// (255: none): shown to people, and loaded by a coordinator that then goes on. A record that must be understood and
/// cannot be is refused by an `IllegalArgumentException`.
final class GroupTarget implements Target {
    private static final int NONE = 255;
    private static final long ALLOWED_BYTES = 8 << 20;
    private static final long ALLOWED_PER_BYTE = 4096;

    private static final class NoTopics implements TopicMetadata {
        @Override
        public Optional<String> nameOf(Uuid topicId) {
            return Optional.empty();
        }

        @Override
        public Optional<Uuid> idOf(String name) {
            return Optional.empty();
        }

        @Override
        public int partitionsOf(Uuid topicId) {
            return 0;
        }

        @Override
        public Collection<String> names() {
            return List.of();
        }

        @Override
        public long version() {
            return 1;
        }
    }

    @Override
    public void accept(byte[] input) throws Exception {
        Allocation.bounded(ALLOWED_BYTES + ALLOWED_PER_BYTE * input.length, () -> load(input));
    }

    private static void load(byte[] input) {
        GroupShard shard = new GroupShard(
                GroupSettings.defaults(),
                GroupConfigs.NONE,
                new NoTopics(),
                new Random(1),
                new ShareProtocol(ShareSettings.defaults(), new NoTopics(), request -> {}));
        try {
            for (LogRecord record : records(ByteBuffer.wrap(input))) {
                show(record);
                shard.replay(record);
            }
            Moment now = new Moment(1_000, 1_700_000_000_000L);
            Effects out = new Effects();
            shard.loaded(now, out);
            Effects later = new Effects();
            out.wakes().forEach((key, _) -> shard.wake(key, now, later));
        } catch (IllegalArgumentException e) {
            // refused: the coordinator does not load
        }
    }

    private static void show(LogRecord record) {
        ByteBuffer key = record.key();
        if (key == null) {
            return;
        }
        try {
            GroupRecordJson.key(key);
            ByteBuffer value = record.value();
            if (value != null) {
                GroupRecordJson.value(key, value);
            }
        } catch (IllegalArgumentException e) {
            // shown as bytes
        }
    }

    private static List<LogRecord> records(ByteBuffer input) {
        List<LogRecord> records = new ArrayList<>();
        while (input.remaining() >= 2) {
            int keyBytes = input.get() & 255;
            int valueBytes = input.get() & 255;
            ByteBuffer key = take(input, keyBytes);
            records.add(new LogRecord(records.size(), 1, key, take(input, valueBytes), List.of()));
        }
        return records;
    }

    private static @Nullable ByteBuffer take(ByteBuffer input, int length) {
        if (length == NONE) {
            return null;
        }
        int taken = Math.min(length, input.remaining());
        ByteBuffer bytes = input.slice(input.position(), taken);
        input.position(input.position() + taken);
        return bytes;
    }

    @Override
    public List<byte[]> seeds() {
        NewRecord offset = GroupRecords.offset("g", "t", 1, new OffsetCommitValue().setOffset(5), 1);
        NewRecord expiring = GroupRecords.offset(
                "g", "t", 2, new OffsetCommitValue().setOffset(5).setExpireTimestamp(9), 1);
        GroupMetadataValue generation = new GroupMetadataValue()
                .setProtocolType("consumer")
                .setGeneration(3)
                .setProtocol("range")
                .setLeader("m")
                .setMembers(List.of(new MemberMetadata()
                        .setMemberId("m")
                        .setClientId("c")
                        .setClientHost("h")
                        .setSessionTimeout(10_000)
                        .setRebalanceTimeout(10_000)
                        .setSubscription(new byte[8])
                        .setAssignment(new byte[8])));
        NewRecord group = GroupRecords.group("g", generation, 1);
        return List.of(
                bytes(offset),
                bytes(group),
                bytes(consumers()),
                bytes(offset, expiring, group, GroupRecords.noOffset("g", "t", 1, 1), GroupRecords.noGroup("g", 1)));
    }

    /// Two members of the new protocol, the second with a pattern, and what the first one reads.
    private static NewRecord[] consumers() {
        return new NewRecord[] {
            record(3, new ConsumerGroupMetadataKey().setGroupId("c"), new ConsumerGroupMetadataValue().setEpoch(2)),
            record(5, memberKey("m"), member().setSubscribedTopicNames(List.of("t"))),
            record(5, memberKey("n"), member().setSubscribedTopicRegex("a.*")),
            record(
                    8,
                    new ConsumerGroupCurrentMemberAssignmentKey()
                            .setGroupId("c")
                            .setMemberId("m"),
                    new ConsumerGroupCurrentMemberAssignmentValue()
                            .setMemberEpoch(2)
                            .setPreviousMemberEpoch(1)
                            .setAssignedPartitions(List.of(new TopicPartitions()
                                    .setTopicId(new Uuid(1, 1))
                                    .setPartitions(List.of(0, 1))))
                            .setPartitionsPendingRevocation(List.of()))
        };
    }

    private static ConsumerGroupMemberMetadataKey memberKey(String memberId) {
        return new ConsumerGroupMemberMetadataKey().setGroupId("c").setMemberId(memberId);
    }

    private static ConsumerGroupMemberMetadataValue member() {
        return new ConsumerGroupMemberMetadataValue()
                .setClientId("c")
                .setClientHost("h")
                .setRebalanceTimeoutMs(1_000);
    }

    private static NewRecord record(int type, Message key, Message value) {
        return new NewRecord(
                1,
                MessageUtil.toVersionPrefixedByteBuffer((short) type, key),
                MessageUtil.toVersionPrefixedByteBuffer((short) 0, value));
    }

    private static byte[] bytes(NewRecord... records) {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        for (NewRecord record : records) {
            bytes.put(length(record.key())).put(length(record.value()));
            put(bytes, record.key());
            put(bytes, record.value());
        }
        return java.util.Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static byte length(@Nullable ByteBuffer bytes) {
        return (byte) (bytes == null ? NONE : bytes.remaining());
    }

    private static void put(ByteBuffer to, @Nullable ByteBuffer bytes) {
        if (bytes != null) {
            to.put(bytes.duplicate());
        }
    }
}
