package io.kurier.cli.topic;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `kurier topic alter`: more partitions, other settings.
@Command(
        name = "alter",
        description = "Add partitions to a topic, or change its settings.",
        mixinStandardHelpOptions = true)
final class AlterTopic implements Runnable {
    @Mixin
    private Connection connection;

    @Parameters(arity = "1", paramLabel = "TOPIC")
    private String topic;

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "How many partitions it shall have; never fewer than now.")
    private @Nullable Integer partitions;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "KEY=VALUE",
            description = "A setting. Repeatable.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--delete-config", paramLabel = "KEY", description = "Back to the default. Repeatable.")
    private List<String> removed = new ArrayList<>();

    @Override
    public void run() {
        List<AlterConfigOp> changes = new ArrayList<>();
        Settings.parse(settings)
                .forEach((key, value) ->
                        changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        removed.forEach(key -> changes.add(new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE)));
        if (partitions == null && changes.isEmpty()) {
            throw new Failure("Say what to change: --partitions, --config or --delete-config");
        }
        String subject = "Topic " + topic;
        Map<String, Object> done = new LinkedHashMap<>(Map.of("topic", topic));
        try (Admin admin = connection.admin()) {
            if (!changes.isEmpty()) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
                connection.await(
                        admin.incrementalAlterConfigs(Map.of(resource, changes)).all(), subject);
                done.put("settings", changes.size());
            }
            if (partitions != null) {
                connection.await(
                        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                                .all(),
                        subject);
                done.put("partitions", partitions);
            }
        }
        connection.output().done("Changed topic " + topic, done);
    }
}
