package io.kurier.broker.share;

import io.kurier.broker.internal.LedShards;
import io.kurier.broker.replica.follow.LeaderCalls;
import io.kurier.broker.sharestate.ShareStateCalls;
import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.share.ShareStates;
import io.kurier.coordinator.share.ShareCoordinator;
import io.kurier.coordinator.share.ShareStateSettings;
import io.kurier.kernel.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.DeleteShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryRequestData;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A node with its share coordinator, the share partitions that it leads, and what it knows of the cluster, which may
/// be old.
final class SimShareNode implements ClusterView, TopicNames {
    private static final int SHARDS = 2;
    /// Small, so that snapshots and rewrites happen.
    private static final ShareStateSettings SETTINGS = new ShareStateSettings(3, 1_000_000, 1_000, 30);

    final int id;
    final Map<Integer, SimLedShare> led = new HashMap<>();
    boolean isUp;
    private final World world;
    private final SimStateTopic topic;
    private final NodeCalls calls;
    private final List<Consumer<ImageChange>> listeners = new ArrayList<>();
    private ClusterImage image;
    private ShareCoordinator coordinator;
    private LedShards shards;

    SimShareNode(int id, World world, SimStateTopic topic, LeaderCalls links, ClusterImage image) {
        this.id = id;
        this.world = world;
        this.topic = topic;
        this.image = image;
        this.calls = new NodeCalls(this, links);
        start(image);
    }

    void start(ClusterImage now) {
        image = now;
        isUp = true;
        coordinator = new ShareCoordinator(world, topic.of(id), this, SETTINGS, () -> SHARDS);
        shards = new LedShards(id, this, ShareCoordinator.TOPIC, coordinator::becomeLeader, coordinator::resign);
    }

    void kill() {
        isUp = false;
        led.values().forEach(one -> one.share().end());
        led.clear();
        shards.close();
        coordinator.close();
    }

    /// It hears of the cluster.
    void hear(ClusterImage now) {
        ClusterImage before = image;
        image = now;
        List.copyOf(listeners).forEach(listener -> listener.accept(new ImageChange(before, now)));
    }

    ShareState state() {
        return new CoordinatedShareState(
                id,
                this,
                new CoordinatedShareState.Coordinator(
                        ShareCoordinator.TOPIC, coordinator::shardOf, coordinator::read, coordinator::write),
                calls);
    }

    /// The way to all share coordinators.
    ShareStates states() {
        return new ShareStateCalls(id, this, coordinator, calls, () -> CompletableFuture.completedFuture(Errors.NONE));
    }

    CompletableFuture<? extends ApiMessage> serve(ApiMessage request) {
        return switch (request) {
            case ApiVersionsRequestData _ -> CompletableFuture.completedFuture(versions());
            case InitializeShareGroupStateRequestData asked -> coordinator.initialise(asked);
            case ReadShareGroupStateRequestData asked -> coordinator.read(asked);
            case WriteShareGroupStateRequestData asked -> coordinator.write(asked);
            case ReadShareGroupStateSummaryRequestData asked -> coordinator.summarise(asked);
            case DeleteShareGroupStateRequestData asked -> coordinator.delete(asked);
            default -> throw new AssertionError(request);
        };
    }

    private static ApiVersionsResponseData versions() {
        ApiVersionsResponseData answer = new ApiVersionsResponseData();
        for (ApiKeys key : ApiKeys.values()) {
            answer.apiKeys()
                    .add(new ApiVersion()
                            .setApiKey(key.id)
                            .setMinVersion(key.oldestVersion())
                            .setMaxVersion(key.latestVersion()));
        }
        return answer;
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
    public Optional<String> nameOf(Uuid topicId) {
        return Optional.ofNullable(image.topic(topicId)).map(TopicImage::name);
    }

    @Override
    public Optional<Uuid> idOf(String name) {
        return Optional.ofNullable(image.topic(name)).map(TopicImage::id);
    }
}
