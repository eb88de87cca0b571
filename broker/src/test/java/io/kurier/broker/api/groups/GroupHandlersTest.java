package io.kurier.broker.api.groups;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.IdleTransactions;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.groups.streams.StreamsGroupDescribeHandler;
import io.kurier.broker.api.groups.streams.StreamsGroupHeartbeatHandler;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.coordinator.BatchKind;
import io.kurier.coordinator.CoordinatorLog;
import io.kurier.coordinator.StoredRecords;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupConfigs;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.coordinator.group.GroupSettings;
import io.kurier.coordinator.group.ShareGroups;
import io.kurier.coordinator.group.StreamsGroups;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.share.ShareSettings;
import io.kurier.coordinator.group.share.ShareStates;
import io.kurier.coordinator.share.ShareCoordinator;
import io.kurier.coordinator.share.ShareStateSettings;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.SimWorld;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.StreamsGroupDescribeRequestData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every version of every group API: the request as its version carries it, the answer in a form that its version can
/// carry.
class GroupHandlersTest implements CoordinatorLog, TopicMetadata, InternalTopics, ShardLeaders {
    private static final Uuid TOPIC_ID = new Uuid(1, 1);

    /// Share coordinators that keep nothing, and do not say so when something is to begin.
    private static final class SilentShareStates implements ShareStates {
        @Override
        public CompletableFuture<InitializeShareGroupStateResponseData> initialise(
                InitializeShareGroupStateRequestData request) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<Set<Place>> delete(String groupId, NavigableSet<Place> places, int stateEpoch) {
            return CompletableFuture.completedFuture(places);
        }

        @Override
        public CompletableFuture<Map<Place, Progress>> progress(String groupId, NavigableSet<Place> places) {
            return CompletableFuture.completedFuture(Map.of());
        }
    }

    private final SimWorld sim = SimWorld.inOrder(1);
    private final GroupCoordinator groups = new GroupCoordinator(
            sim.world(),
            new GroupCoordinator.Outside(
                    this,
                    this,
                    () -> 1,
                    new ShareGroups.Outside(
                            ShareSettings.defaults(),
                            new SilentShareStates(),
                            places -> CompletableFuture.completedFuture(Map.of()))),
            GroupSettings.defaults().withInitialRebalanceDelayMs(0),
            GroupConfigs.NONE);
    private final ShareCoordinator states =
            new ShareCoordinator(sim.world(), this, this, ShareStateSettings.defaults(), () -> 1);
    private Errors topicError = Errors.NONE;
    private Optional<Leader> leader = Optional.of(new Leader(4, "host", 9092));

    @Override
    public Append append(int shard, BatchKind kind, List<NewRecord> records) {
        return new Append(0, CompletableFuture.completedFuture(null));
    }

    @Override
    public void replay(int shard, StoredRecords records) {}

    @Override
    public int partitionsOf(Uuid topicId) {
        return nameOf(topicId).isPresent() ? 1 : 0;
    }

    @Override
    public Collection<String> names() {
        return List.of();
    }

    @Override
    public long version() {
        return 0;
    }

    @Override
    public Optional<String> nameOf(Uuid topicId) {
        return topicId.equals(TOPIC_ID) ? Optional.of("t") : Optional.empty();
    }

    @Override
    public Optional<Uuid> idOf(String name) {
        return name.equals("t") ? Optional.of(TOPIC_ID) : Optional.empty();
    }

    @Override
    public CompletionStage<Errors> ensure(String topic) {
        assertThat(topic).isIn("__consumer_offsets", "__transaction_state", "__share_group_state");
        return CompletableFuture.completedFuture(topicError);
    }

    @Override
    public int partitionsOf(String topic) {
        return 1;
    }

    @Override
    public Optional<Leader> leaderOf(String topic, int partition, RequestContext context) {
        return leader;
    }

    @BeforeEach
    void lead() {
        groups.becomeLeader(0, 1);
        sim.settle();
    }

    private static Stream<Short> versions(ApiKeys key) {
        return IntStream.rangeClosed(key.oldestVersion(), key.latestVersion()).mapToObj(version -> (short) version);
    }

    /// Asks over the wire, so to speak.
    private <Q extends ApiMessage, A extends ApiMessage> A ask(
            ApiHandler<Q> handler, int version, Q request, Class<A> answerType) {
        RequestContext context = new RequestContext(
                new RequestHeader(handler.key(), (short) version, true, 1, "client"),
                Runnable::run,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 5),
                "PLAINTEXT");
        ByteBufferAccessor sent = MessageUtil.toByteBufferAccessor(request, (short) version);
        @SuppressWarnings("unchecked")
        Q received = (Q) request.duplicate();
        received.read(sent, (short) version);
        assertThat(handler.mayBlock(received)).isFalse();
        CompletableFuture<? extends ApiMessage> answer = handler.handle(context, received);
        sim.settle();
        assertThat(answer).isCompleted();
        A given = answerType.cast(answer.join());
        ByteBufferAccessor back = MessageUtil.toByteBufferAccessor(given, (short) version);
        A taken = answerType.cast(given.duplicate());
        taken.read(back, (short) version);
        return taken;
    }

    private static JoinGroupRequestData join(String group, String memberId) {
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[] {1}));
        return new JoinGroupRequestData()
                .setGroupId(group)
                .setMemberId(memberId)
                .setProtocolType("consumer")
                .setProtocols(protocols)
                .setSessionTimeoutMs(10_000);
    }

    private String joined(int version, String group) {
        JoinGroupHandler handler = new JoinGroupHandler(groups);
        JoinGroupResponseData answer = ask(handler, version, join(group, ""), JoinGroupResponseData.class);
        if (version >= 4) {
            assertThat(answer.errorCode()).isEqualTo(Errors.MEMBER_ID_REQUIRED.code());
            answer = ask(handler, version, join(group, answer.memberId()), JoinGroupResponseData.class);
        }
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.protocolName()).isEqualTo("range");
        assertThat(answer.members()).hasSize(1);
        return answer.memberId();
    }

    private String stable(String group) {
        String memberId = joined(9, group);
        sync(5, group, memberId);
        return memberId;
    }

    private void sync(int version, String group, String memberId) {
        SyncGroupRequestData request = new SyncGroupRequestData()
                .setGroupId(group)
                .setGenerationId(1)
                .setMemberId(memberId)
                .setProtocolType("consumer")
                .setProtocolName("range")
                .setAssignments(List.of(
                        new SyncGroupRequestAssignment().setMemberId(memberId).setAssignment(new byte[] {7})));
        SyncGroupResponseData answer = ask(new SyncGroupHandler(groups), version, request, SyncGroupResponseData.class);
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.assignment()).containsExactly(7);
    }

    static Stream<Short> joinVersions() {
        return versions(ApiKeys.JOIN_GROUP);
    }

    @ParameterizedTest
    @MethodSource("joinVersions")
    void joinGroup(short version) {
        joined(version, "g");
        JoinGroupResponseData refused =
                ask(new JoinGroupHandler(groups), version, join("g", "nobody"), JoinGroupResponseData.class);
        assertThat(refused.errorCode()).isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
        assertThat(refused.memberId()).isEqualTo("nobody");
    }

    static Stream<Short> syncVersions() {
        return versions(ApiKeys.SYNC_GROUP);
    }

    @ParameterizedTest
    @MethodSource("syncVersions")
    void syncGroup(short version) {
        sync(version, "g", joined(9, "g"));
    }

    static Stream<Short> heartbeatVersions() {
        return versions(ApiKeys.HEARTBEAT);
    }

    @ParameterizedTest
    @MethodSource("heartbeatVersions")
    void heartbeat(short version) {
        HeartbeatRequestData request = new HeartbeatRequestData()
                .setGroupId("g")
                .setMemberId(stable("g"))
                .setGenerationId(1);
        HeartbeatHandler handler = new HeartbeatHandler(groups);
        assertThat(ask(handler, version, request, HeartbeatResponseData.class).errorCode())
                .isZero();
        request.setGenerationId(2);
        assertThat(ask(handler, version, request, HeartbeatResponseData.class).errorCode())
                .isEqualTo(Errors.ILLEGAL_GENERATION.code());
    }

    static Stream<Short> leaveVersions() {
        return versions(ApiKeys.LEAVE_GROUP);
    }

    @ParameterizedTest
    @MethodSource("leaveVersions")
    void leaveGroup(short version) {
        String memberId = stable("g");
        LeaveGroupRequestData request = new LeaveGroupRequestData().setGroupId("g");
        if (version < 3) {
            request.setMemberId(memberId);
        } else {
            request.setMembers(List.of(new MemberIdentity().setMemberId(memberId)));
        }
        LeaveGroupHandler handler = new LeaveGroupHandler(groups);
        LeaveGroupResponseData first = ask(handler, version, request, LeaveGroupResponseData.class);
        LeaveGroupResponseData second = ask(handler, version, request, LeaveGroupResponseData.class);
        assertThat(first.errorCode()).isZero();
        short error =
                version < 3 ? second.errorCode() : second.members().getFirst().errorCode();
        assertThat(error).isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
    }

    private OffsetCommitResponseData commit(int version, String group) {
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId(group)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName("t")
                        .setTopicId(TOPIC_ID)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(2)
                                .setCommittedOffset(77)
                                .setCommittedMetadata(null)))));
        return ask(new OffsetCommitHandler(groups), version, request, OffsetCommitResponseData.class);
    }

    static Stream<Short> commitVersions() {
        return versions(ApiKeys.OFFSET_COMMIT);
    }

    @ParameterizedTest
    @MethodSource("commitVersions")
    void offsetCommit(short version) {
        var topic = commit(version, "g").topics().getFirst();
        assertThat(topic.name()).isEqualTo(version < 10 ? "t" : "");
        assertThat(topic.topicId()).isEqualTo(version < 10 ? Uuid.ZERO_UUID : TOPIC_ID);
        assertThat(topic.partitions().getFirst().partitionIndex()).isEqualTo(2);
        assertThat(topic.partitions().getFirst().errorCode()).isZero();
    }

    static Stream<Short> fetchVersions() {
        return versions(ApiKeys.OFFSET_FETCH);
    }

    @ParameterizedTest
    @MethodSource("fetchVersions")
    void offsetFetch(short version) {
        commit(9, "g");
        OffsetFetchRequestData request = version < 8
                ? new OffsetFetchRequestData()
                        .setGroupId("g")
                        .setTopics(List.of(
                                new OffsetFetchRequestTopic().setName("t").setPartitionIndexes(List.of(1, 2))))
                : new OffsetFetchRequestData()
                        .setGroups(List.of(new OffsetFetchRequestGroup()
                                .setGroupId("g")
                                .setTopics(List.of(new OffsetFetchRequestTopics()
                                        .setName("t")
                                        .setTopicId(TOPIC_ID)
                                        .setPartitionIndexes(List.of(1, 2))))));
        OffsetFetchHandler handler = new OffsetFetchHandler(groups);
        OffsetFetchResponseData answer = ask(handler, version, request, OffsetFetchResponseData.class);
        List<Long> offsets = version < 8
                ? answer.topics().getFirst().partitions().stream()
                        .map(p -> p.committedOffset())
                        .toList()
                : answer.groups().getFirst().topics().getFirst().partitions().stream()
                        .map(p -> p.committedOffset())
                        .toList();
        assertThat(offsets).containsExactly(-1L, 77L);

        if (version >= 2) {
            request.setTopics(version < 8 ? null : List.of());
            request.groups().forEach(group -> group.setTopics(null));
            OffsetFetchResponseData all = ask(handler, version, request, OffsetFetchResponseData.class);
            assertThat(
                            version < 8
                                    ? all.topics().size()
                                    : all.groups().getFirst().topics().size())
                    .isEqualTo(1);
        }
    }

    static Stream<Short> describeVersions() {
        return versions(ApiKeys.DESCRIBE_GROUPS);
    }

    @ParameterizedTest
    @MethodSource("describeVersions")
    void describeGroups(short version) {
        String memberId = stable("g");
        DescribeGroupsRequestData request = new DescribeGroupsRequestData()
                .setGroups(List.of("x", "g"))
                .setIncludeAuthorizedOperations(version >= 3);
        var described = ask(new DescribeGroupsHandler(groups), version, request, DescribeGroupsResponseData.class)
                .groups();
        assertThat(described.get(0).groupState()).isEqualTo("Dead");
        assertThat(described.get(0).errorCode())
                .isEqualTo(version < 6 ? Errors.NONE.code() : Errors.GROUP_ID_NOT_FOUND.code());
        assertThat(described.get(1).groupState()).isEqualTo("Stable");
        assertThat(described.get(1).members().getFirst().memberId()).isEqualTo(memberId);
        assertThat(described.get(1).members().getFirst().clientHost()).isEqualTo("/127.0.0.1");
        assertThat(described.get(1).authorizedOperations()).isEqualTo(version < 3 ? Integer.MIN_VALUE : 328);
    }

    static Stream<Short> listVersions() {
        return versions(ApiKeys.LIST_GROUPS);
    }

    @ParameterizedTest
    @MethodSource("listVersions")
    void listGroups(short version) {
        stable("g");
        var listed = ask(
                        new ListGroupsHandler(groups),
                        version,
                        new ListGroupsRequestData(),
                        ListGroupsResponseData.class)
                .groups();
        assertThat(listed).hasSize(1);
        assertThat(listed.getFirst().groupState()).isEqualTo(version < 4 ? "" : "Stable");
        assertThat(listed.getFirst().groupType()).isEqualTo(version < 5 ? "" : "classic");
    }

    static Stream<Short> deleteVersions() {
        return versions(ApiKeys.DELETE_GROUPS);
    }

    @ParameterizedTest
    @MethodSource("deleteVersions")
    void deleteGroups(short version) {
        stable("g");
        commit(9, "empty");
        var results = ask(
                        new DeleteGroupsHandler(groups),
                        version,
                        new DeleteGroupsRequestData().setGroupsNames(List.of("g", "empty", "x")),
                        DeleteGroupsResponseData.class)
                .results();
        assertThat(results)
                .extracting(result -> Errors.forCode(result.errorCode()))
                .containsExactly(Errors.NON_EMPTY_GROUP, Errors.NONE, Errors.GROUP_ID_NOT_FOUND);
    }

    static Stream<Short> offsetDeleteVersions() {
        return versions(ApiKeys.OFFSET_DELETE);
    }

    @ParameterizedTest
    @MethodSource("offsetDeleteVersions")
    void offsetDelete(short version) {
        OffsetDeleteResponseData answer = ask(
                new OffsetDeleteHandler(groups),
                version,
                new OffsetDeleteRequestData().setGroupId("x"),
                OffsetDeleteResponseData.class);
        assertThat(answer.errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }

    static Stream<Short> findVersions() {
        return versions(ApiKeys.FIND_COORDINATOR);
    }

    private FindCoordinatorResponseData find(short version, byte keyType) {
        FindCoordinatorRequestData request = new FindCoordinatorRequestData();
        if (version < 4) {
            request.setKey("g");
        } else {
            request.setCoordinatorKeys(List.of("g", "h"));
        }
        if (version > 0) {
            request.setKeyType(keyType);
        }
        return ask(
                new FindCoordinatorHandler(groups, IdleTransactions.coordinator(), states, this, this),
                version,
                request,
                FindCoordinatorResponseData.class);
    }

    @ParameterizedTest
    @MethodSource("findVersions")
    void findCoordinator(short version) {
        FindCoordinatorResponseData found = find(version, (byte) 0);
        if (version < 4) {
            assertThat(found.nodeId()).isEqualTo(4);
            assertThat(found.host()).isEqualTo("host");
            assertThat(found.port()).isEqualTo(9092);
        } else {
            assertThat(found.coordinators())
                    .extracting(one -> one.key() + one.nodeId() + one.host() + one.port() + one.errorCode())
                    .containsExactly("g4host90920", "h4host90920");
        }
        leader = Optional.empty();
        assertThat(errorOf(find(version, (byte) 0), version)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        topicError = Errors.INVALID_REPLICATION_FACTOR;
        assertThat(errorOf(find(version, (byte) 0), version)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        if (version > 0) {
            assertThat(errorOf(find(version, (byte) 2), version)).isEqualTo(Errors.INVALID_REQUEST);
            topicError = Errors.NONE;
            leader = Optional.of(new Leader(4, "host", 9092));
            assertThat(errorOf(find(version, (byte) 1), version))
                    .as("of a transactional id")
                    .isEqualTo(Errors.NONE);
        }
    }

    private static Stream<Short> streamsVersions() {
        return versions(ApiKeys.STREAMS_GROUP_HEARTBEAT);
    }

    private record View(ClusterImage image) implements ClusterView {
        static View withStreamsVersion(int level) {
            ImageBuilder builder = new ImageBuilder(ClusterImage.empty("cluster"));
            builder.replay(
                    new FeatureLevelRecord().setName("streams.version").setFeatureLevel((short) level), (short) 0);
            return new View(builder.build());
        }

        @Override
        public Subscription subscribe(Consumer<ImageChange> listener) {
            return () -> {};
        }
    }

    @ParameterizedTest
    @MethodSource("streamsVersions")
    void streamsGroupsAreThereWithTheirFeature(short version) {
        assertThat(streamsErrors(version, 0)).containsOnly(Errors.UNSUPPORTED_VERSION);
        assertThat(streamsErrors(version, 1)).containsExactly(Errors.UNKNOWN_MEMBER_ID, Errors.GROUP_ID_NOT_FOUND);
    }

    /// Of a heartbeat and of a description.
    private List<Errors> streamsErrors(short version, int level) {
        StreamsGroups streams = groups.streams(topics -> CompletableFuture.completedFuture(Map.of()));
        View cluster = View.withStreamsVersion(level);
        StreamsGroupHeartbeatResponseData beat = ask(
                new StreamsGroupHeartbeatHandler(streams, cluster),
                version,
                new StreamsGroupHeartbeatRequestData()
                        .setGroupId("g")
                        .setMemberId("m")
                        .setMemberEpoch(1),
                StreamsGroupHeartbeatResponseData.class);
        StreamsGroupDescribeResponseData described = ask(
                new StreamsGroupDescribeHandler(streams, cluster),
                0,
                new StreamsGroupDescribeRequestData().setGroupIds(List.of("g")),
                StreamsGroupDescribeResponseData.class);
        return List.of(
                Errors.forCode(beat.errorCode()),
                Errors.forCode(described.groups().getFirst().errorCode()));
    }

    private static Errors errorOf(FindCoordinatorResponseData answer, short version) {
        return Errors.forCode(
                version < 4
                        ? answer.errorCode()
                        : answer.coordinators().getFirst().errorCode());
    }
}
