package io.kurier.cluster.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.NoOpRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRecordsTest {
    private static ClusterImage replayed(List<MetadataRecord> records) {
        ImageBuilder builder = new ImageBuilder(ClusterImage.empty("cluster"));
        records.forEach(record -> builder.replay(record.message(), record.version()));
        return builder.build();
    }

    private static List<MetadataRecord> records(ClusterImage image) {
        List<MetadataRecord> records = new ArrayList<>();
        ImageRecords.write(image, RandomRecords.NEWEST, records::add);
        return records;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anImageAsRecordsIsTheSameImage(long seed) {
        RandomRecords random = new RandomRecords(seed);
        ClusterImage image = ClusterImage.empty("cluster");
        for (int i = 0; i < 600; i++) {
            ImageBuilder builder = new ImageBuilder(image);
            for (ApiMessage record : random.next(image)) {
                builder.replay(record, record.highestSupportedVersion());
            }
            image = builder.build();
        }
        ClusterImage again = replayed(records(image));
        assertThat(again.sameContent(image)).isTrue();
        assertThat(again.partitionCount())
                .isEqualTo(image.partitionCount())
                .isEqualTo(image.topics().stream()
                        .mapToInt(topic -> topic.partitions().size())
                        .sum());
    }

    @Test
    void differentImagesAreNotTheSame() {
        ClusterImage empty = ClusterImage.empty("cluster");
        ImageBuilder builder = new ImageBuilder(empty);
        builder.replay(new FeatureLevelRecord().setName("group.version").setFeatureLevel((short) 1), (short) 0);
        assertThat(builder.build().sameContent(empty)).isFalse();
    }

    @Test
    void theMetadataVersionComesFirst() {
        ImageBuilder builder = new ImageBuilder(ClusterImage.empty("cluster"));
        builder.replay(new FeatureLevelRecord().setName("group.version").setFeatureLevel((short) 1), (short) 0);
        builder.replay(new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 33), (short) 0);
        builder.replay(new NoOpRecord(), (short) 0);
        assertThat(records(builder.build()).stream().map(record -> ((FeatureLevelRecord) record.message()).name()))
                .containsExactly("metadata.version", "group.version");
    }
}
