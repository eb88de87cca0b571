package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// What `kafka-topics --describe` prints: a line for each topic, then one for each of its partitions.
final class TopicLines {
    private final Call call;
    private final Connection connection;
    private final Admin admin;
    private final boolean onlySomePartitions;

    TopicLines(Call call, Connection connection, Admin admin) {
        this.call = call;
        this.connection = connection;
        this.admin = admin;
        onlySomePartitions = call.has("--under-replicated-partitions")
                || call.has("--unavailable-partitions")
                || call.has("--under-min-isr-partitions")
                || call.has("--at-min-isr-partitions");
    }

    void print(TopicCollection topics) {
        Collection<TopicDescription> found = topics instanceof TopicCollection.TopicNameCollection
                ? connection
                        .await(admin.describeTopics(topics).allTopicNames(), "A topic")
                        .values()
                : connection
                        .await(admin.describeTopics(topics).allTopicIds(), "A topic")
                        .values();
        List<TopicDescription> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing(TopicDescription::name));
        Map<ConfigResource, Config> configs = connection.await(
                admin.describeConfigs(sorted.stream()
                                .map(topic -> resource(topic.name()))
                                .toList())
                        .all(),
                "The topics' settings");
        for (TopicDescription topic : sorted) {
            topic(topic, configs.getOrDefault(resource(topic.name()), new Config(List.of())));
        }
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private void topic(TopicDescription topic, Config config) {
        String own = config.entries().stream()
                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .map(entry -> entry.name() + "=" + entry.value())
                .collect(Collectors.joining(","));
        boolean onlyOverrides = call.has("--topics-with-overrides");
        if (!onlySomePartitions && (!onlyOverrides || !own.isEmpty())) {
            int copies = topic.partitions().stream()
                    .mapToInt(partition -> partition.replicas().size())
                    .max()
                    .orElse(0);
            call.out()
                    .println("Topic: " + topic.name() + "\tTopicId: " + topic.topicId() + "\tPartitionCount: "
                            + topic.partitions().size() + "\tReplicationFactor: " + copies + "\tConfigs: " + own);
        }
        if (onlyOverrides) {
            return;
        }
        ConfigEntry minInSync = config.get("min.insync.replicas");
        int least = minInSync == null ? 1 : Integer.parseInt(minInSync.value());
        for (TopicPartitionInfo partition : topic.partitions()) {
            if (isWanted(partition, least)) {
                call.out().println(line(topic.name(), partition));
            }
        }
    }

    private boolean isWanted(TopicPartitionInfo partition, int minInSync) {
        int inSync = partition.isr().size();
        return !onlySomePartitions
                || (call.has("--under-replicated-partitions")
                        && inSync < partition.replicas().size())
                || (call.has("--unavailable-partitions") && isNone(partition.leader()))
                || (call.has("--under-min-isr-partitions") && inSync < minInSync)
                || (call.has("--at-min-isr-partitions") && inSync == minInSync);
    }

    private static boolean isNone(@Nullable Node leader) {
        return leader == null || leader.isEmpty();
    }

    private static String line(String topic, TopicPartitionInfo partition) {
        Node leader = partition.leader();
        return "\tTopic: " + topic + "\tPartition: " + partition.partition() + "\tLeader: "
                + (isNone(leader) || leader == null ? "none" : leader.idString()) + "\tReplicas: "
                + ids(partition.replicas()) + "\tIsr: " + ids(partition.isr()) + "\tElr: "
                + ids(partition.elr()) + "\tLastKnownElr: " + ids(partition.lastKnownElr());
    }

    private static String ids(@Nullable List<Node> nodes) {
        return nodes == null ? "N/A" : nodes.stream().map(Node::idString).collect(Collectors.joining(","));
    }
}
