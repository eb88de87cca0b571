package io.kurier.coordinator.group.records;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.jspecify.annotations.Nullable;

/// One record of `__consumer_offsets`, decoded. A null value takes back what the key said before.
public sealed interface GroupRecord {
    /// A committed offset (key type 0 or 1).
    record Offset(
            String groupId,
            String topic,
            int partition,
            @Nullable OffsetCommitValue value) implements GroupRecord {}

    /// A classic group's last generation (key type 2).
    record Group(String groupId, @Nullable GroupMetadataValue value) implements GroupRecord {}

    /// A part of what is stored of a consumer group (key types 3, 5 to 8 and 16; KIP-848).
    record Consumer(
            String groupId, ApiMessage key, @Nullable ApiMessage value) implements GroupRecord {}

    /// A part of what is stored of a streams group (key types 17 and 19 to 23; KIP-1071).
    record Streams(String groupId, ApiMessage key, @Nullable ApiMessage value) implements GroupRecord {}

    /// A part of what is stored of a share group (key types 10 to 15; KIP-932).
    record Share(String groupId, ApiMessage key, @Nullable ApiMessage value) implements GroupRecord {}

    /// A record of another kind of group, written by Apache Kafka (other key types up to 23): known by its group alone.
    ///
    /// @param type the key's type
    /// @param key the whole key, type included
    /// @param present false for a tombstone
    record Foreign(String groupId, short type, ByteBuffer key, boolean present) implements GroupRecord {}

    /// A record that says nothing to this version.
    record Unknown(String reason) implements GroupRecord {}
}
