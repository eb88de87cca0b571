package io.kurier.coordinator.group;

import io.kurier.coordinator.group.streams.StreamsSettings;
import io.kurier.coordinator.group.streams.topology.InternalTopic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.StreamsGroupDescribeRequestData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.KeyValue;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Subtopology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TopicInfo;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;

/// The streams groups of a [GroupFixture], whose internal topics are made at once, or not at all.
final class StreamsFixture {
    final GroupFixture groups;
    final StreamsGroups streams;
    /// What members join with.
    Topology topology = wordCount();
    /// Topics that were made, in order.
    final List<InternalTopic> made = new ArrayList<>();
    /// Topics that cannot be made, and why.
    final Map<String, String> failures = new HashMap<>();

    private long ids = 100;

    StreamsFixture(StreamsSettings settings) {
        this(new GroupFixture(GroupSettings.defaults().withStreams(settings)));
    }

    StreamsFixture(GroupFixture groups) {
        this.groups = groups;
        this.streams = groups.coordinator.streams(topics -> {
            Map<String, String> failed = new HashMap<>();
            for (InternalTopic topic : topics) {
                if (failures.containsKey(topic.name())) {
                    failed.put(topic.name(), failures.get(topic.name()));
                } else if (groups.idOf(topic.name()).isEmpty()) {
                    made.add(topic);
                    groups.createTopic(topic.name(), new Uuid(9, ids++));
                    groups.setPartitions(topic.name(), topic.partitions());
                }
            }
            return CompletableFuture.completedFuture(failed);
        });
    }

    /// Nobody waits for late comers.
    static StreamsFixture impatient() {
        return new StreamsFixture(StreamsSettings.defaults().withInitialRebalanceDelayMs(0));
    }

    StreamsThread thread(String process, String id) {
        return new StreamsThread(this, process, id);
    }

    DescribedGroup describe() {
        return groups.now(streams.describe(
                        new StreamsGroupDescribeRequestData().setGroupIds(List.of(GroupFixture.GROUP))))
                .groups()
                .getFirst();
    }

    /// Reads topic `t` (4 partitions), writes words to be counted by the second sub-topology, which keeps counts.
    static Topology wordCount() {
        return new Topology()
                .setEpoch(0)
                .setSubtopologies(List.of(
                        new Subtopology()
                                .setSubtopologyId("0")
                                .setSourceTopics(List.of("t"))
                                .setRepartitionSinkTopics(List.of("words")),
                        new Subtopology()
                                .setSubtopologyId("1")
                                .setRepartitionSourceTopics(List.of(info("words", 0)))
                                .setStateChangelogTopics(List.of(info("counts", 0, "cleanup.policy", "compact")))));
    }

    static TopicInfo info(String name, int partitions, String... configs) {
        List<KeyValue> pairs = new ArrayList<>();
        List<String> all = Arrays.asList(configs);
        for (int i = 0; i < all.size(); i += 2) {
            pairs.add(new KeyValue().setKey(all.get(i)).setValue(all.get(i + 1)));
        }
        return new TopicInfo().setName(name).setPartitions(partitions).setTopicConfigs(pairs);
    }
}
