package io.kurier.cluster.controller.command;

import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.controller.FeatureRules;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// What a command is decided on: everything that a decision may depend on besides the request itself.
///
/// @param image the metadata as it will be once all earlier decisions are committed
/// @param nextOffset the offset that the decision's first record will get
public record Situation(
        ClusterImage image,
        ControllerSettings settings,
        ConfigRules rules,
        FeatureRules features,
        RandomGenerator random,
        long nextOffset) {

    /// The situation in which these records hold as well.
    public Situation after(List<? extends ApiMessage> records) {
        ImageBuilder next = new ImageBuilder(image);
        records.forEach(record -> next.replay(record, record.highestSupportedVersion()));
        return new Situation(next.build(), settings, rules, features, random, nextOffset + records.size());
    }

    /// Refuses what would not fit one batch of the metadata log.
    ///
    /// @param records that the command would cause so far
    /// @throws Refusal with POLICY_VIOLATION
    public void checkSize(long records) throws Refusal {
        if (records > settings.maxRecordsPerCommand()) {
            throw new Refusal(
                    Errors.POLICY_VIOLATION,
                    "Excessively large number of changes in one request: it may make at most "
                            + settings.maxRecordsPerCommand() + " partitions and settings. Split it.");
        }
    }

    /// A new random id (version 4), never one of Kafka's reserved ones and never one whose text begins with a dash.
    public Uuid newId() {
        while (true) {
            long most = (random.nextLong() & ~0xF000L) | 0x4000L;
            long least = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
            Uuid id = new Uuid(most, least);
            if (!Uuid.RESERVED.contains(id) && !id.toString().startsWith("-")) {
                return id;
            }
        }
    }
}
