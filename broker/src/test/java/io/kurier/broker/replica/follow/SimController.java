package io.kurier.broker.replica.follow;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.controller.command.Commands;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.controller.command.partitions.PartitionStep;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.cluster.image.LogPosition;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.cluster.raft.FeatureLevels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// A controller that never fails, whose commands are the real ones, and whose news reach each node when the simulation
/// says so.
final class SimController {
    static final String CLUSTER = "simulated";
    static final Uuid TOPIC = new Uuid(7, 7);

    private final Random random;
    private final Map<Integer, View> views = new HashMap<>();
    private final List<ClusterImage> history = new ArrayList<>();
    private ClusterImage image = ClusterImage.empty(CLUSTER);
    private long nextOffset;

    SimController(Random random) {
        this.random = random;
        commit(List.of(
                new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 33),
                new FeatureLevelRecord()
                        .setName("eligible.leader.replicas.version")
                        .setFeatureLevel((short) 1)));
    }

    ClusterImage image() {
        return image;
    }

    PartitionImage partition() {
        return Objects.requireNonNull(image.partition("words", 0));
    }

    /// One partition of `words` on these nodes.
    void create(List<Integer> nodes, int minInSync) {
        commit(List.of(
                new TopicRecord().setName("words").setTopicId(TOPIC),
                new ConfigRecord()
                        .setResourceType((byte) 2)
                        .setResourceName("words")
                        .setName("min.insync.replicas")
                        .setValue(String.valueOf(minInSync)),
                new PartitionRecord()
                        .setTopicId(TOPIC)
                        .setPartitionId(0)
                        .setReplicas(nodes)
                        .setIsr(nodes)
                        .setLeader(nodes.getFirst())
                        .setLeaderEpoch(0)));
    }

    private void commit(List<? extends ApiMessage> records) {
        if (records.isEmpty()) {
            return;
        }
        ImageBuilder builder = new ImageBuilder(image);
        records.forEach(record -> builder.replay(record, record.highestSupportedVersion()));
        nextOffset += records.size();
        image = builder.at(new LogPosition(nextOffset - 1, 1, 1)).build();
        history.add(image);
    }

    private ApiMessage run(ApiMessage request) {
        Decision<? extends ApiMessage> decision = Commands.decide(
                request,
                Short.MAX_VALUE,
                new Situation(
                        image,
                        ControllerSettings.defaults(),
                        ConfigRules.permissive(),
                        FeatureLevels.rules(),
                        random,
                        nextOffset));
        commit(decision.records());
        return decision.response();
    }

    /// A new process of a node registers and is unfenced.
    void join(int node) {
        BrokerRegistrationRequestData request = new BrokerRegistrationRequestData()
                .setBrokerId(node)
                .setClusterId(CLUSTER)
                .setIncarnationId(new Uuid(1, random.nextLong()))
                .setLogDirs(List.of(directory(node)));
        request.listeners()
                .add(new BrokerRegistrationRequestData.Listener()
                        .setName("PLAINTEXT")
                        .setHost("localhost")
                        .setPort(9092));
        image.features()
                .forEach((name, level) -> request.features()
                        .add(new BrokerRegistrationRequestData.Feature()
                                .setName(name)
                                .setMaxSupportedVersion(level)));
        long epoch = ((BrokerRegistrationResponseData) run(request)).brokerEpoch();
        run(new BrokerHeartbeatRequestData()
                .setBrokerId(node)
                .setBrokerEpoch(epoch)
                .setCurrentMetadataOffset(epoch));
    }

    /// The controller has not heard of a node for too long: it leads nothing and is in sync nowhere.
    void fence(int node) {
        commit(List.of(new BrokerRegistrationChangeRecord()
                .setBrokerId(node)
                .setBrokerEpoch(Objects.requireNonNull(image.broker(node)).epoch())
                .setFenced((byte) 1)));
        new PartitionStep(topic(), 0, situation()).without(node).record().ifPresent(change -> commit(List.of(change)));
    }

    /// The id of a node's data directory.
    static Uuid directory(int node) {
        return new Uuid(100, node);
    }

    /// Somebody asks for another leader among those in sync.
    void elect(int node) {
        PartitionImage state = partition();
        if (state.isr().contains(node) && state.leader() != node && isActive(node)) {
            commit(List.of(new PartitionChangeRecord()
                    .setTopicId(TOPIC)
                    .setPartitionId(0)
                    .setLeader(node)));
        }
    }

    boolean isActive(int node) {
        return Objects.requireNonNull(image.broker(node)).isActive();
    }

    private TopicImage topic() {
        return Objects.requireNonNull(image.topic(TOPIC));
    }

    private Situation situation() {
        return new Situation(
                image,
                ControllerSettings.defaults(),
                ConfigRules.permissive(),
                FeatureLevels.rules(),
                random,
                nextOffset);
    }

    /// What a node sees; a new process of it begins with all that there is.
    View view(int node) {
        View view = new View();
        views.put(node, view);
        return view;
    }

    /// The process that saw the view is gone.
    void forget(int node) {
        views.remove(node);
    }

    /// Hears again of a node that was fenced.
    void unfence(int node) {
        run(new BrokerHeartbeatRequestData()
                .setBrokerId(node)
                .setBrokerEpoch(Objects.requireNonNull(image.broker(node)).epoch())
                .setCurrentMetadataOffset(nextOffset));
    }

    /// Lets one piece of news reach a node. False if it knows all.
    boolean tell(int node) {
        View view = views.get(node);
        return view != null && view.advance();
    }

    /// One node's sight of the cluster, and its way to the controller.
    final class View implements ClusterView, ControllerGateway {
        private record Answer(int known, CompletableFuture<ApiMessage> future, ApiMessage response) {}

        private record Asked(ApiMessage request, CompletableFuture<ApiMessage> future) {}

        private final List<Consumer<ImageChange>> listeners = new ArrayList<>();
        private final List<Answer> answers = new ArrayList<>();
        private final List<Asked> asked = new ArrayList<>();
        private int known = history.size() - 1;

        @Override
        public ClusterImage image() {
            return history.get(known);
        }

        @Override
        public Subscription subscribe(Consumer<ImageChange> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public CompletionStage<? extends ApiMessage> submit(ApiMessage request, short version) {
            CompletableFuture<ApiMessage> future = new CompletableFuture<>();
            asked.add(new Asked(request, future));
            return future;
        }

        private boolean advance() {
            if (known < history.size() - 1) {
                ClusterImage before = image();
                known++;
                List.copyOf(listeners).forEach(listener -> listener.accept(new ImageChange(before, image())));
            } else if (asked.isEmpty()) {
                return false;
            } else {
                serve(asked.removeFirst());
            }
            answers.removeIf(answer -> answer.known <= known && answer.future.complete(answer.response));
            return true;
        }

        /// The request or its answer may be lost, and the request may arrive when nobody waits for it any more.
        private void serve(Asked one) {
            int fate = random.nextInt(10);
            if (fate == 0) {
                one.future.completeExceptionally(new DisconnectException("lost"));
                asked.add(random.nextInt(asked.size() + 1), new Asked(one.request, new CompletableFuture<>()));
            } else if (fate == 1) {
                one.future.completeExceptionally(new DisconnectException("lost"));
            } else {
                ApiMessage response = run(one.request);
                answers.add(new Answer(history.size() - 1, one.future, response));
            }
        }
    }
}
