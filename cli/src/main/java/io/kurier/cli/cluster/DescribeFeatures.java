package io.kurier.cli.cluster;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;

/// `kurier cluster features`.
final class DescribeFeatures {
    static final Command COMMAND = Command.connected(
            "features",
            "Which features are switched on, and which versions the node supports.",
            call -> new DescribeFeatures(call).run());

    private final Call call;
    private final Connection connection;

    private DescribeFeatures(Call call) {
        this.call = call;
        connection = call.connection();
    }

    private void run() {
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
        call.output().table(table, "The node names no features");
    }
}
