package io.kurier.cluster.controller.command;

import io.kurier.cluster.image.ClusterImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.NoOpRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// What the first leader of a new cluster writes: the feature levels, `metadata.version` first, because it says how
/// everything behind it is to be read.
public final class FirstRecords {
    private FirstRecords() {}

    /// The records for an image that holds nothing yet; none for any other image.
    ///
    /// @param levels the level of each feature; `kraft.version` is not among them. A level of 0 is left out
    public static List<ApiMessage> of(ClusterImage image, Map<String, Short> levels) {
        if (image.metadataVersion() != 0) {
            return List.of();
        }
        List<ApiMessage> records = new ArrayList<>();
        records.add(
                level(ClusterImage.METADATA_VERSION, levels.getOrDefault(ClusterImage.METADATA_VERSION, (short) 0)));
        levels.forEach((name, level) -> {
            if (level != 0 && !name.equals(ClusterImage.METADATA_VERSION)) {
                records.add(level(name, level));
            }
        });
        records.add(new NoOpRecord());
        return records;
    }

    private static FeatureLevelRecord level(String name, short level) {
        return new FeatureLevelRecord().setName(name).setFeatureLevel(level);
    }
}
