package io.kurier.cli.cluster;

import io.kurier.cli.shell.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/// What a cluster is at a moment: its nodes, those that are down as well, who votes, and where partitions lie.
///
/// @param nodes by id
record ClusterState(String clusterId, Map<Integer, Node> nodes, QuorumInfo quorum, List<TopicDescription> topics) {
    /// Asks a cluster.
    static ClusterState read(Connection connection, Admin admin) {
        var cluster = admin.describeCluster(new DescribeClusterOptions().includeFencedBrokers(true));
        Map<Integer, Node> nodes = new TreeMap<>();
        connection.await(cluster.nodes(), "The cluster").forEach(node -> nodes.put(node.id(), node));
        List<String> names = new ArrayList<>(connection.await(
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names(), "The topics"));
        return new ClusterState(
                connection.await(cluster.clusterId(), "The cluster"),
                nodes,
                connection.await(admin.describeMetadataQuorum().quorumInfo(), "The quorum"),
                List.copyOf(connection
                        .await(admin.describeTopics(names).allTopicNames(), "The topics")
                        .values()));
    }

    /// The racks of the nodes that run; empty for none.
    Map<Integer, String> racks() {
        Map<Integer, String> racks = new TreeMap<>();
        nodes.values().stream()
                .filter(node -> !node.isFenced())
                .forEach(node -> racks.put(node.id(), Objects.requireNonNullElse(node.rack(), "")));
        return racks;
    }

    /// All partitions.
    Map<TopicPartition, TopicPartitionInfo> partitions() {
        Map<TopicPartition, TopicPartitionInfo> all = new LinkedHashMap<>();
        topics.forEach(topic ->
                topic.partitions().forEach(info -> all.put(new TopicPartition(topic.name(), info.partition()), info)));
        return all;
    }

    /// The replicas of all partitions.
    Map<TopicPartition, List<Integer>> replicas() {
        Map<TopicPartition, List<Integer>> all = new LinkedHashMap<>();
        partitions().forEach((partition, info) -> all.put(partition, ids(info.replicas())));
        return all;
    }

    /// True if this node votes on the metadata.
    boolean votes(int node) {
        return quorum.voters().stream().anyMatch(voter -> voter.replicaId() == node);
    }

    static List<Integer> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }
}
