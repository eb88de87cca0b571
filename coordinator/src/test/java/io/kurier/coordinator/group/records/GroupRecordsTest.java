package io.kurier.coordinator.group.records;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The bytes are those that Apache Kafka 4.4.0 writes for the same facts.
class GroupRecordsTest {
    private static final String OFFSET_KEY = "000100016700017400000003";

    private static String hex(@Nullable ByteBuffer bytes) {
        byte[] copy = new byte[requireNonNull(bytes).remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static GroupRecord read(NewRecord record) {
        return GroupRecords.read(new LogRecord(0, 0, record.key(), record.value(), List.of()));
    }

    private static GroupRecord read(String key, @Nullable String value) {
        return read(new NewRecord(0, bytes(key), value == null ? null : bytes(value)));
    }

    private static OffsetCommitValue offset() {
        return new OffsetCommitValue()
                .setOffset(5)
                .setLeaderEpoch(2)
                .setMetadata("m")
                .setCommitTimestamp(99);
    }

    @Test
    void anOffset() {
        NewRecord record = GroupRecords.offset("g", "t", 3, offset(), 7);
        assertThat(record.timestampMs()).isEqualTo(7);
        assertThat(hex(record.key())).isEqualTo(OFFSET_KEY);
        assertThat(hex(record.value())).isEqualTo("0004000000000000000500000002026d000000000000006300");
        assertThat(read(record)).isEqualTo(new GroupRecord.Offset("g", "t", 3, offset()));
    }

    @Test
    void anOffsetWithItsTopicsId() {
        NewRecord record = GroupRecords.offset("g", "t", 3, offset().setTopicId(new Uuid(1, 2)), 7);
        assertThat(hex(record.value()))
                .isEqualTo(
                        "0004000000000000000500000002026d0000000000000063" + "01001000000000000000010000000000000002");
        assertThat(read(record)).isEqualTo(new GroupRecord.Offset("g", "t", 3, offset().setTopicId(new Uuid(1, 2))));
    }

    @Test
    void anOffsetWithATimeOfExpiry() {
        NewRecord record = GroupRecords.offset("g", "t", 3, offset().setExpireTimestamp(77), 7);
        assertThat(hex(record.value())).isEqualTo("0001000000000000000500016d0000000000000063000000000000004d");
    }

    @Test
    void aGroup() {
        GroupMetadataValue value = new GroupMetadataValue()
                .setProtocolType("consumer")
                .setGeneration(4)
                .setProtocol("range")
                .setLeader("m1")
                .setCurrentStateTimestamp(1234);
        NewRecord record = GroupRecords.group("g", value, 7);
        assertThat(hex(record.key())).isEqualTo("0002000167");
        assertThat(hex(record.value()))
                .isEqualTo("00030008636f6e73756d657200000004000572616e676500026d3100000000000004d200000000");
        assertThat(read(record)).isEqualTo(new GroupRecord.Group("g", value));
    }

    @Test
    void tombstones() {
        assertThat(read(GroupRecords.noOffset("g", "t", 3, 7))).isEqualTo(new GroupRecord.Offset("g", "t", 3, null));
        assertThat(read(GroupRecords.noGroup("g", 7))).isEqualTo(new GroupRecord.Group("g", null));
    }

    @Test
    void allOlderVersionsOfValuesAreRead() {
        String[] offsets = {
            "0000000000000000000500016d0000000000000063",
            "0001000000000000000500016d0000000000000063000000000000004d",
            "0002000000000000000500016d0000000000000063",
            "000300000000000000050000000200016d0000000000000063"
        };
        for (String value : offsets) {
            assertThat(read(OFFSET_KEY, value)).isInstanceOfSatisfying(GroupRecord.Offset.class, record -> {
                OffsetCommitValue offset = requireNonNull(record.value());
                assertThat(offset.offset()).isEqualTo(5);
                assertThat(offset.metadata()).isEqualTo("m");
                assertThat(offset.commitTimestamp()).isEqualTo(99);
            });
        }
        assertThat(read("0000" + OFFSET_KEY.substring(4), offsets[2])).isInstanceOf(GroupRecord.Offset.class);
        assertThat(read("0002000167", "00000008636f6e73756d657200000004000572616e676500026d3100000000"))
                .isInstanceOfSatisfying(
                        GroupRecord.Group.class,
                        record -> assertThat(requireNonNull(record.value()).currentStateTimestamp())
                                .isEqualTo(-1));
    }

    @Test
    void otherKindsOfGroupsAreKnownByName() {
        assertThat(read("00120002676700016d", "0000ffff"))
                .isEqualTo(new GroupRecord.Foreign("gg", (short) 18, bytes("00120002676700016d"), true));
        assertThat(read("00120002676700016d", null))
                .isInstanceOfSatisfying(
                        GroupRecord.Foreign.class,
                        record -> assertThat(record.present()).isFalse());
    }

    @Test
    void whatSaysNothingIsSkipped() {
        for (String key : List.of("", "00", "0063000167", "ffff000167", "0012", "00127fff67")) {
            assertThat(read(key, "00")).as(key).isInstanceOf(GroupRecord.Unknown.class);
        }
        assertThat(read(new NewRecord(0, null, null))).isInstanceOf(GroupRecord.Unknown.class);
    }

    @Test
    void anOffsetThatCannotBeReadIsNotSkipped() {
        for (String value : List.of("", "0009", "0003", "00030000000000000005000000027fff6d", "ffff")) {
            assertThatThrownBy(() -> read(OFFSET_KEY, value))
                    .as(value)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("offset 0");
        }
        assertThatThrownBy(() -> read("0001000167", null)).isInstanceOf(IllegalArgumentException.class);
    }
}
