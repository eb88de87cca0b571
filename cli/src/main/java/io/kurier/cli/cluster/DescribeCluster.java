package io.kurier.cli.cluster;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/// `kurier cluster describe`.
final class DescribeCluster {
    static final Command COMMAND =
            Command.connected("describe", "Which nodes there are.", call -> new DescribeCluster(call).run());

    private final Call call;
    private final Connection connection;

    private DescribeCluster(Call call) {
        this.call = call;
        connection = call.connection();
    }

    private void run() {
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
        call.output()
                .answer(
                        "Cluster " + value.get("clusterId") + ", controller " + value.get("controller") + "\n"
                                + table.text(),
                        value);
    }
}
