package io.kurier.cli.alias;

import io.kurier.cli.alias.reassign.KafkaReassignPartitions;
import io.kurier.cli.alias.records.KafkaConsoleConsumer;
import io.kurier.cli.alias.records.KafkaConsoleProducer;
import io.kurier.cli.alias.records.KafkaConsoleShareConsumer;
import io.kurier.cli.alias.transactions.KafkaTransactions;
import io.kurier.cli.shell.Command;
import java.util.List;

/// All the tools, by name.
public final class KafkaTools {
    private KafkaTools() {}

    /// The commands; each stands beside Kurier's own, and `bin/` has a link of its name.
    public static List<Command> all() {
        return List.of(
                KafkaTopics.COMMAND,
                KafkaConsoleProducer.COMMAND,
                KafkaConsoleConsumer.COMMAND,
                KafkaConsoleShareConsumer.COMMAND,
                KafkaConfigs.COMMAND,
                KafkaConsumerGroups.COMMAND,
                KafkaShareGroups.COMMAND,
                KafkaGetOffsets.COMMAND,
                KafkaDeleteRecords.COMMAND,
                KafkaLogDirs.COMMAND,
                KafkaDumpLog.COMMAND,
                KafkaStorage.COMMAND,
                KafkaMetadataQuorum.COMMAND,
                KafkaFeatures.COMMAND,
                KafkaReassignPartitions.COMMAND,
                KafkaBrokerApiVersions.COMMAND,
                KafkaTransactions.COMMAND);
    }
}
