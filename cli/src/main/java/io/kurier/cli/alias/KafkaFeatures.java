package io.kurier.cli.alias;

import io.kurier.cli.cluster.ReleaseLevels;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.admin.UpdateFeaturesResult;

/// `kafka-features`: `kurier cluster features` and `kurier cluster set-feature` with Kafka's flags and lines.
final class KafkaFeatures {
    static final Command COMMAND = Command.kafka(
                    "kafka-features",
                    "describe, upgrade, downgrade, disable: the features of the cluster. version-mapping: their levels"
                            + " in a release.",
                    call -> new KafkaFeatures(call).run())
            .with(
                    Option.values("--feature", "NAME=LEVEL", "A feature and its level; for disable only its name."),
                    Option.value("--metadata", "VERSION", "The level of metadata.version, as 4.1-IV0 or a number."),
                    Option.value("--release-version", "VERSION", "The levels of a release, such as 4.1."),
                    Option.flag("--unsafe", "With downgrade and disable: even if it loses metadata."),
                    Option.flag("--dry-run", "Only say what would happen."),
                    Flags.CONTROLLER,
                    Flags.SERVER,
                    Flags.CONFIG)
            .withOperands("describe|upgrade|downgrade|disable|version-mapping|feature-dependencies", 1, 1);

    private final Call call;
    private final Connection connection;

    private KafkaFeatures(Call call) {
        this.call = call;
        connection = Flags.controller(call);
    }

    private void run() {
        switch (call.operands().getFirst()) {
            case "describe" -> describe();
            case "version-mapping" -> mapping();
            case "feature-dependencies" -> dependencies();
            case "upgrade" -> update("upgrade", FeatureUpdate.UpgradeType.UPGRADE);
            case "downgrade" -> update("downgrade", down());
            case "disable" -> update("disable", down());
            default ->
                throw new UsageException("'" + call.operands().getFirst() + "' is not there: say describe, upgrade,"
                        + " downgrade, disable, version-mapping or feature-dependencies");
        }
    }

    private FeatureUpdate.UpgradeType down() {
        return call.has("--unsafe")
                ? FeatureUpdate.UpgradeType.UNSAFE_DOWNGRADE
                : FeatureUpdate.UpgradeType.SAFE_DOWNGRADE;
    }

    private void describe() {
        FeatureMetadata features;
        try (Admin admin = connection.admin()) {
            features = connection.await(admin.describeFeatures().featureMetadata(), "The features");
        }
        TreeSet<String> names = new TreeSet<>(features.supportedFeatures().keySet());
        names.addAll(features.finalizedFeatures().keySet());
        for (String name : names) {
            var range = features.supportedFeatures().get(name);
            var level = features.finalizedFeatures().get(name);
            call.out()
                    .printf(
                            "Feature: %-42sSupportedMinVersion: %-17sSupportedMaxVersion: %-17s"
                                    + "FinalizedVersionLevel: %-17sEpoch: %s%n",
                            name,
                            range == null ? "-" : shown(name, range.minVersion()),
                            range == null ? "-" : shown(name, range.maxVersion()),
                            shown(name, level == null ? 0 : level.maxVersionLevel()),
                            features.finalizedFeaturesEpoch()
                                    .map(String::valueOf)
                                    .orElse("-"));
        }
    }

    private static String shown(String feature, short level) {
        return feature.equals(ReleaseLevels.METADATA) ? ReleaseLevels.name(level) : String.valueOf(level);
    }

    private void mapping() {
        String release = call.text("--release-version", ReleaseLevels.NEWEST);
        Map<String, Short> levels = ReleaseLevels.of(release);
        levels.forEach((name, level) -> call.out()
                .println(name + "=" + level
                        + (name.equals(ReleaseLevels.METADATA)
                                ? " (" + call.text("--release-version", ReleaseLevels.name(level)) + ")"
                                : "")));
    }

    private void dependencies() {
        if (call.texts("--feature").isEmpty()) {
            throw new UsageException("Missing required option: --feature NAME=LEVEL");
        }
        call.texts("--feature").forEach(word -> {
            boolean depends = word.equals("eligible.leader.replicas.version=1");
            call.out()
                    .println(
                            depends
                                    ? word + " requires:\n\tmetadata.version=23 (4.0-IV1)"
                                    : word + " has no dependencies.");
        });
    }

    private Map<String, Short> wanted(String action) {
        Map<String, Short> wanted = new TreeMap<>();
        String release = call.text("--release-version");
        if (release != null) {
            wanted.putAll(ReleaseLevels.of(release));
        }
        String metadata = call.text("--metadata");
        if (metadata != null) {
            wanted.put(ReleaseLevels.METADATA, ReleaseLevels.level(metadata));
        }
        for (String word : call.texts("--feature")) {
            int at = word.indexOf('=');
            if (action.equals("disable")) {
                wanted.put(word, (short) 0);
                continue;
            }
            try {
                wanted.put(
                        word.substring(0, at),
                        Short.valueOf(word.substring(at + 1).strip()));
            } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
                throw new UsageException("Can't parse feature=level string " + word);
            }
        }
        if (wanted.isEmpty()) {
            throw new UsageException("You must specify at least one feature to " + action);
        }
        return wanted;
    }

    private void update(String action, FeatureUpdate.UpgradeType type) {
        Map<String, Short> wanted = wanted(action);
        Map<String, FeatureUpdate> updates = new TreeMap<>();
        wanted.forEach((name, level) -> updates.put(name, new FeatureUpdate(level, type)));
        boolean dryRun = call.has("--dry-run");
        int failures = 0;
        try (Admin admin = connection.admin()) {
            UpdateFeaturesResult results =
                    admin.updateFeatures(updates, new UpdateFeaturesOptions().validateOnly(dryRun));
            for (Map.Entry<String, Short> one : wanted.entrySet()) {
                String to = action.equals("disable") ? "" : " to " + one.getValue();
                Throwable refusal = connection.refusal(results.values().get(one.getKey()));
                if (refusal == null) {
                    String verb = action.equals("disable") ? "disabled" : action + "d";
                    call.out().println(one.getKey() + (dryRun ? " can be " : " was ") + verb + to + ".");
                } else {
                    failures++;
                    call.out()
                            .println((dryRun ? "Can not " : "Could not ") + action + " " + one.getKey() + to + ". "
                                    + refusal.getMessage());
                }
            }
        }
        if (failures > 0) {
            call.out().flush();
            throw new Failure(failures + " out of " + wanted.size() + " operation(s) failed.");
        }
    }
}
