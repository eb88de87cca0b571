package io.kurier.cli.cluster;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `kurier cluster features`.
@Command(
        name = "features",
        description = "Which features are switched on, and which versions the node supports.",
        mixinStandardHelpOptions = true)
final class DescribeFeatures implements Runnable {
    @Mixin
    private Connection connection;

    @Override
    public void run() {
        Table table = new Table("feature", "level", "min", "max");
        try (Admin admin = connection.admin()) {
            FeatureMetadata features = connection.await(admin.describeFeatures().featureMetadata(), "The features");
            var names = new TreeSet<>(features.supportedFeatures().keySet());
            names.addAll(features.finalizedFeatures().keySet());
            for (String name : names) {
                var level = features.finalizedFeatures().get(name);
                var range = features.supportedFeatures().get(name);
                table.row(
                        name,
                        level == null ? 0 : level.maxVersionLevel(),
                        range == null ? null : range.minVersion(),
                        range == null ? null : range.maxVersion());
            }
        }
        connection.output().table(table, "The node names no features");
    }
}
