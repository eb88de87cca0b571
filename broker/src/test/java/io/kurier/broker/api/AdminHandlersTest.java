package io.kurier.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.api.metadata.DescribeClusterHandler;
import io.kurier.broker.api.metadata.DescribeTopicPartitionsHandler;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.api.producers.InitProducerIdHandler;
import io.kurier.broker.api.producers.ProducerIds;
import io.kurier.broker.api.quorum.DescribeQuorumHandler;
import io.kurier.broker.api.topics.CreateTopicsHandler;
import io.kurier.broker.api.topics.DeleteTopicsHandler;
import io.kurier.broker.api.topics.PartitionChanges;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.kernel.Timers;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Responses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Node;
import org.apache.kafka.common.message.DescribeQuorumResponseData.NodeCollection;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.apache.kafka.common.message.DescribeQuorumResponseData.TopicData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord.BrokerEndpoint;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// The handlers that administer: topics, the cluster, the quorum, producer ids; over an image and a controller made by
/// hand.
class AdminHandlersTest {
    private final List<ApiMessage> commands = new ArrayList<>();
    private final ImageBuilder builder = new ImageBuilder(ClusterImage.empty("the-cluster"));
    private final ClusterView cluster = new ClusterView() {
        @Override
        public ClusterImage image() {
            return builder.build();
        }

        @Override
        public Subscription subscribe(Consumer<ImageChange> listener) {
            throw new UnsupportedOperationException();
        }
    };

    private final PartitionChanges changes = new PartitionChanges(cluster, () -> 1);

    private static RequestContext context(ApiKeys key, int version) {
        return new RequestContext(
                new RequestHeader(key, (short) version, true, 1, "test"),
                Runnable::run,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000),
                "PLAINTEXT");
    }

    private void record(ApiMessage message) {
        builder.replay(message, message.highestSupportedVersion());
    }

    private void broker(int id, boolean fenced) {
        RegisterBrokerRecord record = new RegisterBrokerRecord()
                .setBrokerId(id)
                .setBrokerEpoch(77)
                .setFenced(fenced)
                .setRack("rack-" + id);
        record.endPoints()
                .add(new BrokerEndpoint()
                        .setName("PLAINTEXT")
                        .setHost("host" + id)
                        .setPort(1000 + id));
        record(record);
    }

    private void topic(String name, int partitions) {
        Uuid id = Uuid.randomUuid();
        record(new TopicRecord().setName(name).setTopicId(id));
        for (int i = 0; i < partitions; i++) {
            record(new PartitionRecord()
                    .setTopicId(id)
                    .setPartitionId(i)
                    .setReplicas(List.of(1, 2))
                    .setIsr(List.of(1))
                    .setLeader(1));
        }
    }

    @Test
    void aCommandGoesToTheControllerInTheVersionOfTheRequest() {
        CreateTopicsResponseData answer = new CreateTopicsResponseData().setThrottleTimeMs(9);
        ControllerGateway controller = (command, version) -> {
            assertThat(version).isEqualTo((short) 5);
            commands.add(command);
            return CompletableFuture.completedFuture(answer);
        };
        CreateTopicsRequestData request = new CreateTopicsRequestData();
        var handler = new CreateTopicsHandler(new ControllerCalls(controller, noTimers()), changes);
        assertThat(handler.handle(context(ApiKeys.CREATE_TOPICS, 5), request)).isCompletedWithValue(answer);
        assertThat(commands).containsExactly(request);
    }

    private static Timers noTimers() {
        return (delayNs, task) -> {
            throw new AssertionError("no timer is needed for what is answered at once");
        };
    }

    @Test
    void aCommandEndsWithTheClientsPatience() {
        List<Runnable> due = new ArrayList<>();
        AtomicInteger cancelled = new AtomicInteger();
        Timers timers = (delayNs, task) -> {
            assertThat(delayNs).isEqualTo(1_500_000_000L);
            due.add(task);
            return () -> cancelled.incrementAndGet() > 0;
        };
        CompletableFuture<ApiMessage> slow = new CompletableFuture<>();
        CompletableFuture<ApiMessage> never = new CompletableFuture<>();
        List<CompletableFuture<ApiMessage>> answers = new ArrayList<>(List.of(slow, never));
        var handler = new CreateTopicsHandler(new ControllerCalls((c, v) -> answers.removeFirst(), timers), changes);
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(1500);
        var inTime = handler.handle(context(ApiKeys.CREATE_TOPICS, 7), request);
        slow.complete(new CreateTopicsResponseData());
        assertThat(inTime).isCompleted();
        assertThat(cancelled).hasValue(1);
        var late = handler.handle(context(ApiKeys.CREATE_TOPICS, 7), request);
        assertThat(late).isNotDone();
        due.getLast().run();
        assertThatThrownBy(late::join).hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void topicsStayWhereDeletionIsOff() {
        var handler = new DeleteTopicsHandler(
                new ControllerCalls(
                        (c, v) -> {
                            throw new AssertionError("must not get there");
                        },
                        noTimers()),
                changes,
                () -> false);
        DeleteTopicsRequestData old = new DeleteTopicsRequestData().setTopicNames(List.of("a", "b"));
        DeleteTopicsResponseData answer =
                handler.handle(context(ApiKeys.DELETE_TOPICS, 1), old).join();
        assertThat(answer.responses())
                .extracting(r -> r.name() + Errors.forCode(r.errorCode()))
                .containsExactly("aINVALID_REQUEST", "bINVALID_REQUEST");
        DeleteTopicsRequestData byId = new DeleteTopicsRequestData()
                .setTopics(List.of(
                        new DeleteTopicState().setTopicId(Uuid.randomUuid()).setName(null)));
        answer = handler.handle(context(ApiKeys.DELETE_TOPICS, 6), byId).join();
        assertThat(answer.responses().iterator().next().errorCode()).isEqualTo(Errors.TOPIC_DELETION_DISABLED.code());
    }

    @Test
    void aClusterIsDescribedWithTheAddressesForThisClient() {
        broker(1, false);
        broker(2, true);
        broker(3, false);
        var handler = new DescribeClusterHandler(cluster, noController(), new NodeAddresses(1, Set.of()));
        DescribeClusterResponseData answer = handler.handle(
                        context(ApiKeys.DESCRIBE_CLUSTER, 2), new DescribeClusterRequestData())
                .join();
        assertThat(answer.clusterId()).isEqualTo("the-cluster");
        assertThat(answer.controllerId()).isEqualTo(1);
        assertThat(answer.brokers())
                .extracting(b -> b.brokerId() + " " + b.host() + ":" + b.port() + " " + b.rack())
                .containsExactlyInAnyOrder("1 127.0.0.1:9092 rack-1", "3 host3:1003 rack-3");
        assertThat(answer.clusterAuthorizedOperations()).isEqualTo(Integer.MIN_VALUE);

        answer = handler.handle(
                        context(ApiKeys.DESCRIBE_CLUSTER, 2),
                        new DescribeClusterRequestData()
                                .setIncludeFencedBrokers(true)
                                .setIncludeClusterAuthorizedOperations(true))
                .join();
        assertThat(answer.brokers()).hasSize(3);
        assertThat(answer.brokers().find(2).isFenced()).isTrue();
        assertThat(answer.clusterAuthorizedOperations()).isPositive();
    }

    private static ControllerGateway noController() {
        return (request, version) -> {
            throw new UnsupportedOperationException();
        };
    }

    @Test
    void controllersAreDescribedOnAnyListenerAsTheirLeaderKnowsThem() {
        DescribeQuorumResponseData quorum = new DescribeQuorumResponseData()
                .setTopics(List.of(new DescribeQuorumResponseData.TopicData()
                        .setPartitions(List.of(new DescribeQuorumResponseData.PartitionData().setLeaderId(2)))));
        for (int id : new int[] {2, 3}) {
            DescribeQuorumResponseData.ListenerCollection at = new DescribeQuorumResponseData.ListenerCollection();
            at.add(new DescribeQuorumResponseData.Listener()
                    .setName("CONTROLLER")
                    .setHost("host" + id)
                    .setPort(9093));
            quorum.nodes()
                    .add(new DescribeQuorumResponseData.Node().setNodeId(id).setListeners(at));
        }
        var handler = new DescribeClusterHandler(
                cluster,
                (request, version) -> CompletableFuture.completedFuture(quorum),
                new NodeAddresses(1, Set.of()));
        DescribeClusterResponseData answer = handler.handle(
                        context(ApiKeys.DESCRIBE_CLUSTER, 1),
                        new DescribeClusterRequestData().setEndpointType((byte) 2))
                .join();
        assertThat(answer.endpointType()).isEqualTo((byte) 2);
        assertThat(answer.controllerId()).isEqualTo(2);
        assertThat(answer.brokers())
                .extracting(node -> node.brokerId() + " " + node.host() + ":" + node.port())
                .containsExactly("2 host2:9093", "3 host3:9093");
    }

    @Test
    void anUnknownTypeOfEndpointsIsRefused() {
        var handler = new DescribeClusterHandler(cluster, noController(), new NodeAddresses(1, Set.of()));
        assertThat(handler.handle(
                                context(ApiKeys.DESCRIBE_CLUSTER, 1),
                                new DescribeClusterRequestData().setEndpointType((byte) 3))
                        .join()
                        .errorCode())
                .isEqualTo(Errors.UNSUPPORTED_ENDPOINT_TYPE.code());
    }

    @Test
    void pagesOfTopicsContainEachPartitionOnce() {
        broker(1, false);
        broker(2, true);
        List<String> all = new ArrayList<>();
        for (int t = 0; t < 5; t++) {
            topic("t" + t, 1 + t * 2);
            for (int p = 0; p < 1 + t * 2; p++) {
                all.add("t" + t + "-" + p);
            }
        }
        var handler = new DescribeTopicPartitionsHandler(cluster, "t3"::equals, 6);
        for (int limit = 1; limit <= 30; limit++) {
            List<String> seen = new ArrayList<>();
            Cursor cursor = null;
            do {
                DescribeTopicPartitionsResponseData page = handler.handle(
                                context(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, 0),
                                new DescribeTopicPartitionsRequestData()
                                        .setResponsePartitionLimit(limit)
                                        .setCursor(cursor))
                        .join();
                int before = seen.size();
                page.topics()
                        .forEach(topic -> topic.partitions().forEach(p -> {
                            seen.add(topic.name() + "-" + p.partitionIndex());
                            assertThat(topic.isInternal())
                                    .isEqualTo(topic.name().equals("t3"));
                            assertThat(p.offlineReplicas()).containsExactly(2);
                        }));
                assertThat(seen.size() - before).isBetween(1, Math.min(6, limit));
                var next = page.nextCursor();
                cursor = next == null
                        ? null
                        : new Cursor().setTopicName(next.topicName()).setPartitionIndex(next.partitionIndex());
            } while (cursor != null);
            assertThat(seen).as("pages of %d", limit).containsExactlyElementsOf(all);
        }
    }

    @Test
    void topicsThatAreAskedForAreAnsweredOneByOne() {
        topic("known", 2);
        var handler = new DescribeTopicPartitionsHandler(cluster, name -> false, 2000);
        var request = new DescribeTopicPartitionsRequestData()
                .setTopics(List.of(new TopicRequest().setName("known"), new TopicRequest().setName("absent")));
        var context = context(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, 0);
        DescribeTopicPartitionsResponseData answer =
                handler.handle(context, request).join();
        assertThat(answer.topics())
                .extracting(t -> t.name() + " " + Errors.forCode(t.errorCode()) + " "
                        + t.partitions().size())
                .containsExactly("absent UNKNOWN_TOPIC_OR_PARTITION 0", "known NONE 2");
        assertThat(answer.nextCursor()).isNull();

        Cursor beyond = new Cursor().setTopicName("known").setPartitionIndex(Integer.MAX_VALUE);
        answer = handler.handle(context, request.setCursor(beyond)).join();
        assertThat(answer.nextCursor()).isNull();
        Cursor bad = new Cursor().setTopicName("known").setPartitionIndex(-1);
        assertThatThrownBy(() -> handler.handle(context, request.setCursor(bad)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> handler.handle(context, request.setCursor(null).setResponsePartitionLimit(0)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aQuorumIsDescribedInEachVersion() {
        for (short version = 0; version <= 2; version++) {
            DescribeQuorumResponseData known = new DescribeQuorumResponseData()
                    .setTopics(List.of(new TopicData()
                            .setTopicName("__cluster_metadata")
                            .setPartitions(List.of(new PartitionData()
                                    .setLeaderId(1)
                                    .setCurrentVoters(List.of(new ReplicaState()
                                            .setReplicaId(1)
                                            .setReplicaDirectoryId(Uuid.randomUuid())
                                            .setLogEndOffset(5)))))))
                    .setNodes(
                            new NodeCollection(List.of(new Node().setNodeId(1)).iterator()));
            var handler = new DescribeQuorumHandler((c, v) -> CompletableFuture.completedFuture(known));
            var context = context(ApiKeys.DESCRIBE_QUORUM, version);
            var answer =
                    handler.handle(context, new DescribeQuorumRequestData()).join();
            assertThat(Responses.encode(context.header(), answer)).isNotEmpty();
            assertThat(answer.nodes()).hasSize(version == 2 ? 1 : 0);
            assertThat(answer.topics().getFirst().partitions().getFirst().currentVoters())
                    .extracting(ReplicaState::logEndOffset)
                    .containsExactly(5L);
        }
    }

    @Test
    void producerIdsAreNeverGivenTwice() {
        broker(1, false);
        ConcurrentLinkedQueue<Long> starts = new ConcurrentLinkedQueue<>();
        AtomicInteger blocks = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            ControllerGateway controller = (command, version) -> CompletableFuture.supplyAsync(
                    () -> {
                        assertThat(((AllocateProducerIdsRequestData) command).brokerEpoch())
                                .isEqualTo(77);
                        long start = blocks.getAndIncrement() * 10L;
                        starts.add(start);
                        return new AllocateProducerIdsResponseData()
                                .setProducerIdStart(start)
                                .setProducerIdLen(10);
                    },
                    threads);
            ProducerIds ids = new ProducerIds(1, cluster, controller);
            Set<Long> given = Collections.newSetFromMap(new ConcurrentHashMap<>());
            CompletableFuture<?>[] all = new CompletableFuture<?>[2_000];
            for (int i = 0; i < all.length; i++) {
                all[i] = CompletableFuture.completedFuture(ids)
                        .thenComposeAsync(ProducerIds::next, threads)
                        .thenAccept(id -> assertThat(given.add(id)).isTrue());
            }
            CompletableFuture.allOf(all).join();
            assertThat(given).hasSize(all.length);
            assertThat(starts.size()).isBetween(200, 202);
        }
    }

    @Test
    void aProducerIsToldToTryAgainWhenThereAreNoIds() {
        broker(1, false);
        List<CompletableFuture<ApiMessage>> answers = new ArrayList<>();
        ProducerIds ids = new ProducerIds(1, cluster, (c, v) -> {
            answers.add(new CompletableFuture<>());
            return answers.getLast();
        });
        var handler = new InitProducerIdHandler(ids, IdleTransactions.coordinator());
        var context = context(ApiKeys.INIT_PRODUCER_ID, 5);
        InitProducerIdRequestData idempotent = new InitProducerIdRequestData().setTransactionalId(null);
        var first = handler.handle(context, idempotent);
        var second = handler.handle(context, idempotent);
        assertThat(answers).hasSize(1);
        answers.getFirst()
                .complete(new AllocateProducerIdsResponseData().setErrorCode(Errors.STALE_BROKER_EPOCH.code()));
        assertThatThrownBy(first::join).hasCauseInstanceOf(CoordinatorLoadInProgressException.class);
        assertThatThrownBy(second::join).hasCauseInstanceOf(CoordinatorLoadInProgressException.class);
        var third = handler.handle(context, idempotent);
        answers.getLast()
                .complete(new AllocateProducerIdsResponseData()
                        .setProducerIdStart(4000)
                        .setProducerIdLen(1000));
        InitProducerIdResponseData answer = third.join();
        assertThat(answer.producerId()).isEqualTo(4000);
        assertThat(answer.producerEpoch()).isZero();
    }
}
