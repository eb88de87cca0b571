package io.kurier.broker.api.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.api.ClientSoftware;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.quota.ClientQuota;
import io.kurier.broker.quota.ClientQuotas;
import io.kurier.broker.quota.QuotaWindows;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.cluster.quota.QuotaEntity;
import io.kurier.protocol.RequestHeader;
import io.kurier.testkit.ManualClock;
import io.kurier.testkit.ManualTimers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// `controller_mutation_rate` of 2 partitions a second, with 4 saved up, over a topic `t` of 3 partitions.
class PartitionChangesTest {
    private final ManualClock clock = new ManualClock();
    private final ClientQuotas quotas = new ClientQuotas(clock, QuotaWindows.of(11, 1, 2, 1));
    private ClientQuota quota = ClientQuota.NONE;
    private final List<ApiMessage> commands = new ArrayList<>();
    private final ClusterImage image = image();
    private final ControllerCalls controller = new ControllerCalls(
            (command, version) -> {
                commands.add(command);
                return CompletableFuture.completedFuture(
                        command.apiKey() == ApiKeys.CREATE_TOPICS.id
                                ? new CreateTopicsResponseData()
                                : command.apiKey() == ApiKeys.DELETE_TOPICS.id
                                        ? new DeleteTopicsResponseData()
                                        : new CreatePartitionsResponseData());
            },
            new ManualTimers(clock));
    private final PartitionChanges changes = new PartitionChanges(
            new ClusterView() {
                @Override
                public ClusterImage image() {
                    return image;
                }

                @Override
                public Subscription subscribe(Consumer<ImageChange> listener) {
                    throw new UnsupportedOperationException();
                }
            },
            () -> 5);

    private static ClusterImage image() {
        ImageBuilder builder = new ImageBuilder(ClusterImage.empty("cluster"));
        Uuid id = new Uuid(1, 1);
        builder.replay(new TopicRecord().setName("t").setTopicId(id), (short) 0);
        for (int i = 0; i < 3; i++) {
            builder.replay(
                    new PartitionRecord()
                            .setTopicId(id)
                            .setPartitionId(i)
                            .setReplicas(List.of(1))
                            .setIsr(List.of(1)),
                    (short) 0);
        }
        return builder.build();
    }

    private RequestContext context(ApiKeys key, int version) {
        if (quota == ClientQuota.NONE) {
            quotas.update(Map.of(new QuotaEntity(Map.of("user", "u")), Map.of("controller_mutation_rate", 2.0)));
        }
        return new RequestContext(
                new RequestHeader(key, (short) version, true, 1, "c"),
                Runnable::run,
                new InetSocketAddress("127.0.0.1", 9092),
                new InetSocketAddress("127.0.0.1", 50_000),
                "PLAINTEXT",
                quota = quotas.of("u", "c", quota),
                ClientSoftware.UNKNOWN,
                0,
                0,
                new CompletableFuture<>());
    }

    private Map<String, Errors> create(int version, Map<String, Integer> topics) {
        CreateTopicsRequestData request = new CreateTopicsRequestData();
        topics.forEach((name, partitions) ->
                request.topics().add(new CreatableTopic().setName(name).setNumPartitions(partitions)));
        Map<String, Errors> refused = new TreeMap<>();
        new CreateTopicsHandler(controller, changes)
                .handle(context(ApiKeys.CREATE_TOPICS, version), request)
                .join()
                .topics()
                .forEach(topic -> refused.put(topic.name(), Errors.forCode(topic.errorCode())));
        return refused;
    }

    @Test
    void creationIsRefusedOnceTheSavingsAreUsed() {
        assertThat(create(7, Map.of("a", 9)))
                .as("what is saved up may be overdrawn once")
                .isEmpty();
        assertThat(create(7, Map.of("b", 1))).isEqualTo(Map.of("b", Errors.THROTTLING_QUOTA_EXCEEDED));
        assertThat(((CreateTopicsRequestData) commands.getLast()).topics()).isEmpty();
        assertThat(context(ApiKeys.CREATE_TOPICS, 7).quota().throttleMs(ApiKeys.CREATE_TOPICS))
                .isEqualTo(2_500);
        clock.advance(Duration.ofMillis(2_500));
        assertThat(create(7, Map.of("b", 1))).isEmpty();
    }

    @Test
    void oldClientsWaitAfterwards() {
        assertThat(create(5, Map.of("a", 9))).isEmpty();
        assertThat(create(5, Map.of("b", 1))).isEmpty();
        assertThat(context(ApiKeys.CREATE_TOPICS, 5).quota().throttleMs(ApiKeys.CREATE_TOPICS))
                .isEqualTo(3_000);
    }

    @Test
    void whatExistsCountsNothing() {
        create(7, Map.of("t", 100));
        assertThat(context(ApiKeys.CREATE_TOPICS, 7).quota().throttleMs(ApiKeys.CREATE_TOPICS))
                .isZero();
    }

    @Test
    void theDefaultNumberOfPartitionsCounts() {
        create(5, Map.of("a", -1));
        assertThat(quota.throttleMs(ApiKeys.CREATE_TOPICS)).isEqualTo(500);
    }

    @Test
    void deletionCountsPartitions() {
        DeleteTopicsHandler handler = new DeleteTopicsHandler(controller, changes, () -> true);
        DeleteTopicsRequestData byName = new DeleteTopicsRequestData();
        byName.topics().add(new DeleteTopicState().setName("t"));
        handler.handle(context(ApiKeys.DELETE_TOPICS, 6), byName).join();
        DeleteTopicsRequestData byId = new DeleteTopicsRequestData();
        byId.topics().add(new DeleteTopicState().setTopicId(new Uuid(1, 1)));
        handler.handle(context(ApiKeys.DELETE_TOPICS, 6), byId).join();
        DeleteTopicsRequestData old = new DeleteTopicsRequestData().setTopicNames(new ArrayList<>(List.of("t")));
        DeleteTopicsResponseData answer =
                handler.handle(context(ApiKeys.DELETE_TOPICS, 5), old).join();
        assertThat(answer.responses())
                .extracting(topic -> Errors.forCode(topic.errorCode()))
                .containsExactly(Errors.THROTTLING_QUOTA_EXCEEDED);
    }

    @Test
    void growingCountsWhatIsAdded() {
        CreatePartitionsHandler handler = new CreatePartitionsHandler(controller, changes);
        CreatePartitionsRequestData request = new CreatePartitionsRequestData();
        request.topics().add(new CreatePartitionsTopic().setName("t").setCount(9));
        handler.handle(context(ApiKeys.CREATE_PARTITIONS, 3), request.duplicate())
                .join();
        CreatePartitionsResponseData refused =
                handler.handle(context(ApiKeys.CREATE_PARTITIONS, 3), request).join();
        assertThat(refused.results())
                .extracting(topic -> Errors.forCode(topic.errorCode()))
                .containsExactly(Errors.THROTTLING_QUOTA_EXCEEDED);
        assertThat(context(ApiKeys.CREATE_PARTITIONS, 3).quota().throttleMs(ApiKeys.CREATE_PARTITIONS))
                .isEqualTo(1_000);
    }

    @Test
    void validationAloneCountsNothing() {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setValidateOnly(true);
        request.topics().add(new CreatableTopic().setName("a").setNumPartitions(100));
        new CreateTopicsHandler(controller, changes)
                .handle(context(ApiKeys.CREATE_TOPICS, 7), request)
                .join();
        assertThat(context(ApiKeys.CREATE_TOPICS, 7).quota().throttleMs(ApiKeys.CREATE_TOPICS))
                .isZero();
    }
}
