package io.kurier.cluster;

import io.kurier.cluster.image.ClusterImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.protocol.ApiMessage;

/// What commands on topics do, in the simplest words: each topic's number of partitions and its one setting.
record TopicModel(Map<String, String> topics) {
    static final String SETTING = "retention.ms";

    static TopicModel empty() {
        return new TopicModel(Map.of());
    }

    static TopicModel of(ClusterImage image) {
        Map<String, String> topics = new TreeMap<>();
        image.topics()
                .forEach(topic -> topics.put(
                        topic.name(),
                        topic.partitions().size() + " "
                                + image.configs(ConfigResource.Type.TOPIC, topic.name())
                                        .getOrDefault(SETTING, "default")));
        return new TopicModel(topics);
    }

    /// A command, and the model behind it.
    record Step(ApiMessage command, TopicModel after) {}

    /// A command that succeeds.
    Step random(Random random, int number) {
        Map<String, String> after = new TreeMap<>(topics);
        List<String> names = new ArrayList<>(topics.keySet());
        if (names.isEmpty() || random.nextInt(3) == 0) {
            String name = "topic-" + number;
            int partitions = 1 + random.nextInt(4);
            after.put(name, partitions + " default");
            return new Step(Node.creation(name, partitions), new TopicModel(after));
        }
        String name = names.get(random.nextInt(names.size()));
        String[] parts = after.getOrDefault(name, "0 default").split(" ", -1);
        return switch (random.nextInt(3)) {
            case 0 -> {
                after.remove(name);
                yield new Step(
                        new DeleteTopicsRequestData().setTopics(List.of(new DeleteTopicState().setName(name))),
                        new TopicModel(after));
            }
            case 1 -> {
                int count = Integer.parseInt(parts[0]) + 1 + random.nextInt(3);
                after.put(name, count + " " + parts[1]);
                CreatePartitionsRequestData request = new CreatePartitionsRequestData();
                request.topics()
                        .add(new CreatePartitionsTopic()
                                .setName(name)
                                .setCount(count)
                                .setAssignments(null));
                yield new Step(request, new TopicModel(after));
            }
            default -> {
                after.put(name, parts[0] + " " + number);
                AlterConfigsResource topic = new AlterConfigsResource()
                        .setResourceType(ConfigResource.Type.TOPIC.id())
                        .setResourceName(name);
                topic.configs().add(new AlterableConfig().setName(SETTING).setValue("" + number));
                IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
                request.resources().add(topic);
                yield new Step(request, new TopicModel(after));
            }
        };
    }
}
