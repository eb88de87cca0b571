package io.kurier.cli.topic;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
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

/// `kurier topic alter`: more partitions, other settings.
final class AlterTopic {
    static final Command COMMAND = Command.connected(
                    "alter", "Add partitions to a topic, or change its settings.", call -> new AlterTopic(call).run())
            .withOperands("TOPIC", 1, 1)
            .with(
                    Option.value("-p --partitions", "N", "How many partitions it shall have; never fewer than now."),
                    Option.values("-c --config", "KEY=VALUE", "A setting. Repeatable."),
                    Option.values("--delete-config", "KEY", "Back to the default. Repeatable."));

    private final Call call;
    private final Connection connection;
    private final String topic;
    private final @Nullable Integer partitions;
    private final List<String> settings;
    private final List<String> removed;

    private AlterTopic(Call call) {
        this.call = call;
        connection = call.connection();
        topic = call.operands().getFirst();
        partitions = call.integer("--partitions");
        settings = call.texts("--config");
        removed = call.texts("--delete-config");
    }

    private void run() {
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
        call.output().done("Changed topic " + topic, done);
    }
}
