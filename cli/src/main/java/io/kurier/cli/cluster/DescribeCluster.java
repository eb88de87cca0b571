package io.kurier.cli.cluster;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `kurier cluster describe`.
@Command(name = "describe", description = "Which nodes there are.", mixinStandardHelpOptions = true)
final class DescribeCluster implements Runnable {
    @Mixin
    private Connection connection;

    @Override
    public void run() {
        Table table = new Table("node", "host", "port", "rack");
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        try (Admin admin = connection.admin()) {
            DescribeClusterResult result = admin.describeCluster();
            value.put("clusterId", connection.await(result.clusterId(), "The cluster"));
            Node controller = connection.await(result.controller(), "The cluster");
            value.put("controller", controller == null || controller.isEmpty() ? null : controller.id());
            connection.await(result.nodes(), "The cluster").stream()
                    .sorted(Comparator.comparingInt(Node::id))
                    .forEach(node -> table.row(node.id(), node.host(), node.port(), node.rack()));
        }
        value.put("nodes", table.objects());
        connection
                .output()
                .answer(
                        "Cluster " + value.get("clusterId") + ", controller " + value.get("controller") + "\n"
                                + table.text(),
                        value);
    }
}
