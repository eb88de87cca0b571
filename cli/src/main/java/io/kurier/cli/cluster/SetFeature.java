package io.kurier.cli.cluster;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Settings;
import io.kurier.cli.shell.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;

/// `kurier cluster set-feature`.
final class SetFeature {
    static final Command COMMAND = Command.connected(
                    "set-feature", "Switch features to another level.", SetFeature::run)
            .withOperands("NAME=LEVEL...", 1)
            .with(
                    Option.flag("--down", "Also to a lower level, if nothing is lost by it."),
                    Option.flag("--unsafe", "Also to a lower level that loses metadata."),
                    Option.flag("--dry-run", "Only check whether it could be done."));

    private SetFeature() {}

    private static void run(Call call) {
        FeatureUpdate.UpgradeType type = call.has("--unsafe")
                ? FeatureUpdate.UpgradeType.UNSAFE_DOWNGRADE
                : call.has("--down") ? FeatureUpdate.UpgradeType.SAFE_DOWNGRADE : FeatureUpdate.UpgradeType.UPGRADE;
        Map<String, FeatureUpdate> updates = new LinkedHashMap<>();
        Settings.parse(call.operands()).forEach((name, level) -> updates.put(name, update(name, level, type)));
        Connection connection = call.connection();
        try (Admin admin = connection.admin()) {
            connection.await(
                    admin.updateFeatures(updates, new UpdateFeaturesOptions().validateOnly(call.has("--dry-run")))
                            .all(),
                    "The features");
        }
        call.output()
                .done(
                        (call.has("--dry-run") ? "Could set " : "Set ") + String.join(", ", call.operands()),
                        Map.of("features", call.operands()));
    }

    private static FeatureUpdate update(String name, String level, FeatureUpdate.UpgradeType type) {
        try {
            return new FeatureUpdate(
                    name.equals(ReleaseLevels.METADATA) ? ReleaseLevels.level(level) : Short.parseShort(level), type);
        } catch (NumberFormatException e) {
            throw new UsageException("'" + level + "' is no level of " + name);
        }
    }
}
