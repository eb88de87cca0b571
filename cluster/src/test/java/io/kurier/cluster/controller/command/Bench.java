package io.kurier.cluster.controller.command;

import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.controller.FeatureRules;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.cluster.image.LogPosition;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.cluster.raft.FeatureLevels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfigCollection;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// A controller without a log: what is decided holds at once.
final class Bench {
    static final String CLUSTER = "cluster";

    private final Random random;
    private final ConfigRules rules;
    ControllerSettings settings = new ControllerSettings(3, (short) 1, 50_000);
    ClusterImage image = ClusterImage.empty(CLUSTER);
    FeatureRules features = FeatureLevels.rules();
    short version = Short.MAX_VALUE;
    List<ApiMessage> lastRecords = List.of();
    private long nextOffset;

    Bench(long seed) {
        this(seed, ConfigRules.permissive());
    }

    Bench(long seed, ConfigRules rules) {
        this.random = new Random(seed);
        this.rules = rules;
        replay(List.of(
                new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 33),
                new FeatureLevelRecord().setName("group.version").setFeatureLevel((short) 1)));
    }

    /// A bench with active brokers 1 to `brokers`.
    static Bench of(int brokers) {
        Bench bench = new Bench(1);
        for (int id = 1; id <= brokers; id++) {
            bench.join(id);
        }
        return bench;
    }

    /// The same with a cluster that keeps eligible leader replicas.
    static Bench withEligible(int brokers) {
        Bench bench = of(brokers);
        bench.replay(List.of(new FeatureLevelRecord()
                .setName("eligible.leader.replicas.version")
                .setFeatureLevel((short) 1)));
        return bench;
    }

    void replay(List<? extends ApiMessage> records) {
        ImageBuilder builder = new ImageBuilder(image);
        records.forEach(record -> builder.replay(record, record.highestSupportedVersion()));
        nextOffset += records.size();
        image = builder.at(new LogPosition(nextOffset - 1, 1, 1)).build();
        lastRecords = new ArrayList<>(records);
    }

    <R extends ApiMessage> R run(ApiMessage request, Class<R> answer) {
        Decision<? extends ApiMessage> decision = Commands.decide(request, version, situation());
        replay(decision.records());
        return answer.cast(decision.response());
    }

    Situation situation() {
        return new Situation(image, settings, rules, features, random, nextOffset);
    }

    static BrokerRegistrationRequestData registration(int id, Uuid incarnation) {
        BrokerRegistrationRequestData request = new BrokerRegistrationRequestData()
                .setBrokerId(id)
                .setClusterId(CLUSTER)
                .setIncarnationId(incarnation)
                .setLogDirs(List.of(new Uuid(100, id)));
        request.listeners()
                .add(new BrokerRegistrationRequestData.Listener()
                        .setName("PLAINTEXT")
                        .setHost("localhost")
                        .setPort(9092));
        Map.of("metadata.version", (short) 33, "group.version", (short) 1, "eligible.leader.replicas.version", (short)
                        1)
                .forEach((name, max) -> request.features()
                        .add(new BrokerRegistrationRequestData.Feature()
                                .setName(name)
                                .setMaxSupportedVersion(max)));
        return request;
    }

    /// Registers and unfences a broker; its epoch.
    long join(int id) {
        long epoch = run(registration(id, new Uuid(1, random.nextLong())), BrokerRegistrationResponseData.class)
                .brokerEpoch();
        run(
                new BrokerHeartbeatRequestData()
                        .setBrokerId(id)
                        .setBrokerEpoch(epoch)
                        .setCurrentMetadataOffset(epoch),
                BrokerHeartbeatResponseData.class);
        return epoch;
    }

    /// Lets a broker say something by a heartbeat, of its present registration.
    BrokerHeartbeatResponseData beat(int id, boolean wantFence, boolean wantShutDown) {
        return run(
                new BrokerHeartbeatRequestData()
                        .setBrokerId(id)
                        .setBrokerEpoch(epoch(id))
                        .setCurrentMetadataOffset(Long.MAX_VALUE)
                        .setWantFence(wantFence)
                        .setWantShutDown(wantShutDown),
                BrokerHeartbeatResponseData.class);
    }

    long epoch(int id) {
        return Objects.requireNonNull(image.broker(id)).epoch();
    }

    /// A new process of a broker registers, fenced.
    ///
    /// @param clean true if the one before stopped cleanly
    void restart(int id, boolean clean) {
        long before = image.broker(id) == null ? -1 : epoch(id);
        run(
                registration(id, new Uuid(1, random.nextLong())).setPreviousBrokerEpoch(clean ? before : -1),
                BrokerRegistrationResponseData.class);
    }

    /// Makes topic `t` with one partition on these brokers.
    void assign(Integer... brokers) {
        CreatableTopic topic = topic("t", -1, -1);
        topic.assignments()
                .add(new CreatableReplicaAssignment().setPartitionIndex(0).setBrokerIds(List.of(brokers)));
        create(topic);
    }

    /// The partition of topic `t`.
    PartitionImage partition() {
        return Objects.requireNonNull(topic("t").partition(0));
    }

    /// What a command sets of topic `t`; the error.
    short set(String name, String value) {
        return set((byte) 2, "t", name, value);
    }

    /// What a command sets of a broker, or of all; the error.
    ///
    /// @param value null to take it away
    short setOfBroker(String broker, String name, @Nullable String value) {
        return set((byte) 4, broker, name, value);
    }

    private short set(byte type, String resource, String name, @Nullable String value) {
        AlterableConfigCollection settings = new AlterableConfigCollection();
        settings.add(
                new AlterableConfig().setName(name).setValue(value).setConfigOperation((byte) (value == null ? 1 : 0)));
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources()
                .add(new AlterConfigsResource()
                        .setResourceType(type)
                        .setResourceName(resource)
                        .setConfigs(settings));
        return run(request, IncrementalAlterConfigsResponseData.class)
                .responses()
                .getFirst()
                .errorCode();
    }

    CreatableTopicResult create(CreatableTopic topic) {
        CreateTopicsRequestData request = new CreateTopicsRequestData();
        request.topics().add(topic);
        return run(request, CreateTopicsResponseData.class).topics().iterator().next();
    }

    CreatableTopicResult create(String name, int partitions) {
        return create(topic(name, partitions, 1));
    }

    static CreatableTopic topic(String name, int partitions, int replicationFactor) {
        return new CreatableTopic().setName(name).setNumPartitions(partitions).setReplicationFactor((short)
                replicationFactor);
    }

    TopicImage topic(String name) {
        return Objects.requireNonNull(image.topic(name));
    }
}
