package io.kurier.broker.api.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.protocol.RequestHeader;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord.BrokerEndpoint;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What a client that came to the wrong node is told (KIP-951).
class LeaderHintsTest {
    private static final Uuid WORDS = new Uuid(1, 1);

    private record Answering<Q extends ApiMessage>(ApiKeys key, ApiMessage answer) implements ApiHandler<Q> {
        @Override
        public CompletableFuture<? extends ApiMessage> handle(RequestContext context, Q request) {
            return CompletableFuture.completedFuture(answer);
        }
    }

    private record View(ClusterImage image) implements ClusterView {
        @Override
        public Subscription subscribe(Consumer<ImageChange> listener) {
            return () -> {};
        }
    }

    private static View cluster() {
        ImageBuilder builder = new ImageBuilder(ClusterImage.empty("cluster"));
        for (int id = 1; id <= 2; id++) {
            RegisterBrokerRecord broker =
                    new RegisterBrokerRecord().setBrokerId(id).setFenced(false);
            broker.endPoints()
                    .add(new BrokerEndpoint()
                            .setName("PLAINTEXT")
                            .setHost("host" + id)
                            .setPort(9090 + id));
            builder.replay(broker, broker.highestSupportedVersion());
        }
        TopicRecord topic = new TopicRecord().setName("words").setTopicId(WORDS);
        builder.replay(topic, topic.highestSupportedVersion());
        PartitionRecord partition = new PartitionRecord()
                .setTopicId(WORDS)
                .setPartitionId(0)
                .setReplicas(List.of(1, 2))
                .setIsr(List.of(1, 2))
                .setDirectories(List.of(new Uuid(7, 1), new Uuid(7, 2)))
                .setLeader(2)
                .setLeaderEpoch(5)
                .setPartitionEpoch(6);
        builder.replay(partition, partition.highestSupportedVersion());
        return new View(builder.build());
    }

    private static RequestContext context(ApiKeys key, int version) {
        InetSocketAddress here = new InetSocketAddress("127.0.0.1", 9091);
        return new RequestContext(
                new RequestHeader(key, (short) version, true, 1, "client"), Runnable::run, here, here, "PLAINTEXT");
    }

    private static ProduceResponseData produced(int version, Errors error) {
        ProduceResponseData answer = new ProduceResponseData();
        for (int i = 0; i < 2; i++) {
            ProduceResponseData.TopicProduceResponse topic =
                    new ProduceResponseData.TopicProduceResponse().setName("words");
            topic.partitionResponses()
                    .add(new ProduceResponseData.PartitionProduceResponse()
                            .setIndex(0)
                            .setErrorCode(error.code()));
            answer.responses().add(topic);
            if (i == 0) {
                topic.setTopicId(WORDS);
            }
        }
        var hints = new LeaderHints<ProduceRequestData>(
                new Answering<>(ApiKeys.PRODUCE, answer), cluster(), new NodeAddresses(1, Set.of()));
        assertThat(hints.handle(context(ApiKeys.PRODUCE, version), new ProduceRequestData())
                        .join())
                .isSameAs(answer);
        return answer;
    }

    @Test
    void aProducerIsToldWhoLeadsAndWhere() {
        ProduceResponseData answer = produced(12, Errors.NOT_LEADER_OR_FOLLOWER);
        assertThat(answer.responses())
                .as("named by id or by name")
                .allSatisfy(topic -> assertThat(
                                topic.partitionResponses().getFirst().currentLeader())
                        .isEqualTo(new ProduceResponseData.LeaderIdAndEpoch()
                                .setLeaderId(2)
                                .setLeaderEpoch(5)));
        assertThat(answer.nodeEndpoints()).as("once").hasSize(1);
        assertThat(answer.nodeEndpoints().find(2).host()).isEqualTo("host2");
        assertThat(answer.nodeEndpoints().find(2).port()).isEqualTo(9092);
    }

    @Test
    void nothingIsToldWhereItDoesNotBelong() {
        for (ProduceResponseData answer : List.of(
                produced(9, Errors.NOT_LEADER_OR_FOLLOWER),
                produced(12, Errors.NONE),
                produced(12, Errors.NOT_ENOUGH_REPLICAS))) {
            assertThat(answer.nodeEndpoints()).isEmpty();
        }
    }

    @Test
    void aConsumerIsTold() {
        FetchResponseData answer = new FetchResponseData();
        FetchResponseData.FetchableTopicResponse topic =
                new FetchResponseData.FetchableTopicResponse().setTopicId(WORDS);
        topic.partitions()
                .add(new FetchResponseData.PartitionData()
                        .setPartitionIndex(0)
                        .setErrorCode(Errors.FENCED_LEADER_EPOCH.code()));
        answer.responses().add(topic);
        var hints = new LeaderHints<FetchRequestData>(
                new Answering<>(ApiKeys.FETCH, answer), cluster(), new NodeAddresses(1, Set.of()));
        hints.handle(context(ApiKeys.FETCH, 16), new FetchRequestData()).join();
        assertThat(topic.partitions().getFirst().currentLeader().leaderId()).isEqualTo(2);
        assertThat(topic.partitions().getFirst().currentLeader().leaderEpoch()).isEqualTo(5);
        assertThat(answer.nodeEndpoints().find(2).port()).isEqualTo(9092);
    }
}
