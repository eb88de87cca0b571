package io.kurier.broker;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.controller.command.Commands;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.cluster.raft.FeatureLevels;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// A cluster of one node without a metadata log: topics are created and deleted at once, and replicas assigned to
/// directories.
final class FakeCluster implements ClusterView, ControllerGateway {
    static final int NODE = 1;

    private final List<Consumer<ImageChange>> listeners = new CopyOnWriteArrayList<>();
    private volatile ClusterImage image = ClusterImage.empty("fake-cluster");

    FakeCluster() {
        change(new RegisterBrokerRecord().setBrokerId(NODE).setFenced(false));
    }

    synchronized void change(ApiMessage... records) {
        ImageBuilder builder = new ImageBuilder(image);
        for (ApiMessage record : records) {
            builder.replay(record, record.highestSupportedVersion());
        }
        ClusterImage before = image;
        image = builder.build();
        listeners.forEach(listener -> listener.accept(new ImageChange(before, image)));
    }

    Uuid create(String topic, int partitions) {
        return create(topic, Uuid.randomUuid(), partitions);
    }

    Uuid create(String topic, Uuid id, int partitions) {
        ApiMessage[] records = new ApiMessage[partitions + 1];
        records[0] = new TopicRecord().setName(topic).setTopicId(id);
        for (int i = 0; i < partitions; i++) {
            records[i + 1] = new PartitionRecord()
                    .setTopicId(id)
                    .setPartitionId(i)
                    .setReplicas(List.of(NODE))
                    .setIsr(List.of(NODE))
                    .setLeader(NODE)
                    .setLeaderEpoch(0);
        }
        change(records);
        return id;
    }

    void delete(Uuid topic) {
        change(new RemoveTopicRecord().setTopicId(topic));
    }

    @Override
    public ClusterImage image() {
        return image;
    }

    @Override
    public Subscription subscribe(Consumer<ImageChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<? extends ApiMessage> submit(ApiMessage request, short version) {
        if (request instanceof AssignReplicasToDirsRequestData) {
            Situation now = new Situation(
                    image,
                    ControllerSettings.defaults(),
                    ConfigRules.permissive(),
                    FeatureLevels.rules(),
                    new Random(),
                    image.position().offset());
            Decision<? extends ApiMessage> decision = Commands.decide(request, version, now);
            change(decision.records().toArray(ApiMessage[]::new));
            return CompletableFuture.completedFuture(decision.response());
        }
        CreateTopicsResponseData answer = new CreateTopicsResponseData();
        for (CreatableTopic topic : ((CreateTopicsRequestData) request).topics()) {
            create(topic.name(), Math.max(1, topic.numPartitions()));
            answer.topics().add(new CreatableTopicResult().setName(topic.name()));
        }
        return CompletableFuture.completedFuture(answer);
    }
}
