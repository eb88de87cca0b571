package io.kurier.cli.cluster;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.NodeApiVersions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;

/// Asks each node which requests it answers: what every client asks first, with its own code for connections and
/// logins.
public final class NodeApis {
    private static final int TIMEOUT_MS = 5000;

    private NodeApis() {}

    /// The answers of all nodes of the cluster, by their numbers.
    ///
    /// @throws Failure if a node does not answer
    public static Map<Node, NodeApiVersions> ask(Connection connection) {
        Properties properties = connection.properties();
        List<Node> nodes;
        try (Admin admin = Admin.create(properties)) {
            nodes = connection.await(admin.describeCluster().nodes(), "The cluster").stream()
                    .sorted(Comparator.comparingInt(Node::id))
                    .toList();
        }
        AdminClientConfig config = new AdminClientConfig(properties);
        ApiVersions versions = new ApiVersions();
        Map<Node, NodeApiVersions> answers = new LinkedHashMap<>();
        try (NetworkClient client = client(config, versions)) {
            for (Node node : nodes) {
                NetworkClientUtils.awaitReady(client, node, Time.SYSTEM, TIMEOUT_MS);
                answers.put(node, versions.get(node.idString()));
            }
            return answers;
        } catch (IOException e) {
            throw connection.failure(e, "The node");
        }
    }

    private static NetworkClient client(AdminClientConfig config, ApiVersions versions) {
        return ClientUtils.createNetworkClient(
                config,
                List.of(),
                "kurier",
                new Metrics(),
                "kurier",
                new LogContext(),
                versions,
                Time.SYSTEM,
                1,
                TIMEOUT_MS,
                null,
                new ManualMetadataUpdater(),
                new DefaultHostResolver(),
                null,
                null);
    }
}
