package io.kurier.cluster.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.image.MetadataRecord;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordFramesTest {
    private final RecordFrames frames = new RecordFrames();

    private ByteBuffer write(MetadataRecord record) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer bytes = ByteBuffer.allocate(frames.recordSize(record, cache));
        frames.write(record, cache, new ByteBufferAccessor(bytes));
        assertThat(bytes.hasRemaining()).isFalse();
        return bytes.flip();
    }

    private MetadataRecord read(ByteBuffer bytes) {
        return frames.read(new ByteBufferAccessor(bytes), bytes.remaining());
    }

    @Test
    void aFrameIsVersionTypeVersionAndTheRecord() {
        MetadataRecord record = new MetadataRecord(
                new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 33), (short) 0);
        assertThat(HexFormat.of().formatHex(write(record).array()))
                .isEqualTo("01" + "0c" + "00" + "11" + "6d657461646174612e76657273696f6e" + "0021" + "00");
    }

    @ParameterizedTest
    @EnumSource(MetadataRecordType.class)
    void everyRecordComesBackInEveryVersion(MetadataRecordType type) {
        for (short version = type.lowestSupportedVersion(); version <= type.highestSupportedVersion(); version++) {
            MetadataRecord record = new MetadataRecord(type.newMetadataRecord(), version);
            MetadataRecord again = read(write(record));
            assertThat(again.message()).isEqualTo(record.message());
            assertThat(again.version()).isEqualTo(version);
        }
    }

    @Test
    void damagedFramesAreRefused() {
        for (String hex : List.of("", "02", "017f00", "010c05", "01")) {
            ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
            assertThatThrownBy(() -> read(bytes)).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void recordsFitTheMetadataVersionOfTheCluster() {
        PartitionRecord partition = new PartitionRecord()
                .setDirectories(List.of(new Uuid(1, 1)))
                .setEligibleLeaderReplicas(List.of(1))
                .setReplicas(List.of(1));
        for (short level = 7; level <= 33; level++) {
            MetadataRecord fit = FeatureLevels.recordVersions().fit(partition.duplicate(), level);
            assertThat(read(write(fit)).message()).isEqualTo(fit.message());
            assertThat(fit.version()).isEqualTo((short) (level >= 23 ? 2 : level >= 17 ? 1 : 0));
        }
    }
}
