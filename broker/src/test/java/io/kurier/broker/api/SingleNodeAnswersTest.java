package io.kurier.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.api.security.DescribeUserScramCredentialsHandler;
import io.kurier.broker.api.topics.ListPartitionReassignmentsHandler;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Responses;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData;
import org.apache.kafka.common.message.DescribeUserScramCredentialsRequestData.UserName;
import org.apache.kafka.common.message.DescribeUserScramCredentialsResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData.ListPartitionReassignmentsTopics;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.metadata.UserScramCredentialRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What a single node answers from the metadata alone: reassignments, credentials.
class SingleNodeAnswersTest {
    private final ImageBuilder builder = new ImageBuilder(ClusterImage.empty("single"));
    private final ClusterView cluster = new ClusterView() {
        @Override
        public ClusterImage image() {
            return builder.build();
        }

        @Override
        public Subscription subscribe(Consumer<ImageChange> listener) {
            return () -> {};
        }
    };

    private void record(ApiMessage message) {
        builder.replay(message, message.highestSupportedVersion());
    }

    private void topic(String name, List<Integer> adding) {
        Uuid id = Uuid.randomUuid();
        record(new TopicRecord().setName(name).setTopicId(id));
        record(new PartitionRecord()
                .setTopicId(id)
                .setPartitionId(0)
                .setReplicas(List.of(1))
                .setIsr(List.of(1))
                .setAddingReplicas(adding)
                .setLeader(1));
    }

    private <Q extends ApiMessage> ApiMessage ask(ApiHandler<Q> handler, Q request) {
        ApiMessage answer = handler.handle(context(handler.key()), request).join();
        for (short version : handler.key().allVersions()) {
            Responses.encode(new RequestHeader(handler.key(), version, true, 1, "test"), answer);
        }
        return answer;
    }

    @Test
    void aReassignmentFromElsewhereIsListed() {
        topic("still", List.of());
        topic("moving", List.of(2));
        var handler = new ListPartitionReassignmentsHandler(cluster);
        var all = (ListPartitionReassignmentsResponseData)
                ask(handler, new ListPartitionReassignmentsRequestData().setTopics(null));
        assertThat(all.topics()).singleElement().satisfies(topic -> {
            assertThat(topic.name()).isEqualTo("moving");
            assertThat(topic.partitions().getFirst().addingReplicas()).containsExactly(2);
        });
        var some = (ListPartitionReassignmentsResponseData) ask(
                handler,
                new ListPartitionReassignmentsRequestData()
                        .setTopics(Stream.of("still", "nowhere")
                                .map(name -> new ListPartitionReassignmentsTopics()
                                        .setName(name)
                                        .setPartitionIndexes(List.of(0, 7)))
                                .toList()));
        assertThat(some.topics()).isEmpty();
    }

    @Test
    void credentialsAreNamedAndNotShown() {
        record(new UserScramCredentialRecord()
                .setName("ann")
                .setMechanism((byte) 1)
                .setIterations(4096));
        record(new UserScramCredentialRecord()
                .setName("ann")
                .setMechanism((byte) 2)
                .setIterations(8192));
        assertThat(describe().results()).singleElement().satisfies(user -> {
            assertThat(user.user()).isEqualTo("ann");
            assertThat(user.credentialInfos())
                    .extracting(info -> info.mechanism() + " " + info.iterations())
                    .containsExactlyInAnyOrder("1 4096", "2 8192");
        });
        assertThat(describe("ann", "bob", "eve", "eve").results())
                .extracting(user -> user.user() + " " + Errors.forCode(user.errorCode()))
                .containsExactly("ann NONE", "bob RESOURCE_NOT_FOUND", "eve DUPLICATE_RESOURCE");
    }

    private DescribeUserScramCredentialsResponseData describe(String... users) {
        var names = Stream.of(users).map(user -> new UserName().setName(user)).toList();
        return (DescribeUserScramCredentialsResponseData) ask(
                new DescribeUserScramCredentialsHandler(cluster),
                new DescribeUserScramCredentialsRequestData().setUsers(names));
    }

    private static RequestContext context(ApiKeys key) {
        InetSocketAddress here = InetSocketAddress.createUnresolved("localhost", 9092);
        return new RequestContext(
                new RequestHeader(key, key.latestVersion(), true, 1, "test"), Runnable::run, here, here, "PLAINTEXT");
    }
}
