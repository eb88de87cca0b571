package io.kurier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.controller.SnapshotPolicy;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class KRaftClusterTest {
    @TempDir
    Path path;

    @TempDir
    Path elsewhere;

    private static ClusterImage withoutBrokers(ClusterImage image) {
        var builder = new io.kurier.cluster.image.ImageBuilder(image);
        image.brokers()
                .values()
                .forEach(broker -> builder.replay(
                        new org.apache.kafka.common.metadata.UnregisterBrokerRecord()
                                .setBrokerId(broker.id())
                                .setBrokerEpoch(broker.epoch()),
                        (short) 0));
        return builder.build();
    }

    private List<String> checkpoints() {
        try (Stream<Path> files = Files.list(path.resolve("__cluster_metadata-0"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".checkpoint"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aNewNodeIsACompleteClusterOfOne() throws Exception {
        try (Node node = Node.start(path)) {
            ClusterImage image = node.cluster.image();
            assertThat(image.clusterId()).isEqualTo(Node.CLUSTER_ID);
            assertThat(image.brokers()).containsOnlyKeys(Node.ID);
            assertThat(node.cluster.self().isActive()).isTrue();
            assertThat(node.cluster.self().epoch()).isEqualTo(node.cluster.brokerEpoch());
            assertThat(image.finalizedFeatures())
                    .containsEntry("metadata.version", (short) 33)
                    .containsEntry("group.version", (short) 1)
                    .containsEntry("transaction.version", (short) 2)
                    .containsEntry("share.version", (short) 2)
                    .containsEntry("streams.version", (short) 1)
                    .containsEntry("eligible.leader.replicas.version", (short) 1)
                    .containsEntry("kraft.version", (short) 1);
            assertThat(checkpoints()).containsExactly("00000000000000000000-0000000000.checkpoint");
            assertThat(path.resolve("__cluster_metadata-0/quorum-state"))
                    .content()
                    .contains("\"data_version\":1");
        }
    }

    @Test
    void theQuorumIsDescribed() throws Exception {
        try (Node node = Node.start(path)) {
            DescribeQuorumResponseData.PartitionData quorum = node.quorum();
            assertThat(Errors.forCode(quorum.errorCode())).isEqualTo(Errors.NONE);
            assertThat(quorum.leaderId()).isEqualTo(Node.ID);
            assertThat(quorum.leaderEpoch()).isPositive();
            assertThat(quorum.highWatermark())
                    .isEqualTo(node.cluster.image().position().offset() + 1);
            assertThat(quorum.currentVoters()).singleElement().satisfies(voter -> {
                assertThat(voter.replicaId()).isEqualTo(Node.ID);
                assertThat(voter.replicaDirectoryId()).isEqualTo(node.directoryId());
            });
            for (short version = 0; version <= 2; version++) {
                assertThat(MessageUtil.toByteBufferAccessor(node.quorum(version), version)
                                .buffer()
                                .remaining())
                        .isPositive();
            }
        }
    }

    @Test
    void whatIsAnsweredIsInTheImageAndSurvivesARestart() throws Exception {
        ClusterImage before;
        long epoch;
        try (Node node = Node.start(path)) {
            epoch = node.cluster.brokerEpoch();
            assertThat(node.create("t", 3).topics().iterator().next().errorCode())
                    .isZero();
            assertThat(node.topic("t").partitions()).hasSize(3).allMatch(partition -> partition.leader() == Node.ID);
            node.submit(
                    new AllocateProducerIdsRequestData()
                            .setBrokerId(Node.ID)
                            .setBrokerEpoch(node.cluster.brokerEpoch()),
                    AllocateProducerIdsResponseData.class);
            before = node.cluster.image();
        }
        try (Node node = Node.start(path)) {
            ClusterImage after = node.cluster.image();
            assertThat(withoutBrokers(after).sameContent(withoutBrokers(before)))
                    .isTrue();
            assertThat(after.nextProducerId()).isEqualTo(1000);
            assertThat(node.cluster.brokerEpoch()).isGreaterThan(epoch);
        }
    }

    @Test
    void aNodeThatWasKilledKeepsWhatItAnsweredAndBeginsNewLeaderEpochs() throws Exception {
        Path copy = elsewhere.resolve("copy");
        PartitionImage before;
        try (Node node = Node.start(path)) {
            node.create("t", 3);
            before = node.topic("t").partitions().getFirst();
            copy(path, copy); // what a kill leaves behind: nothing was closed
        }
        try (Node node = Node.start(copy)) {
            assertThat(node.topic("t").partitions()).hasSize(3);
            PartitionImage after = node.topic("t").partitions().getFirst();
            assertThat(after.leaderEpoch()).isEqualTo(before.leaderEpoch() + 1);
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Test
    void snapshotsKeepTheLogShortAndARestartUsesThem() throws Exception {
        ClusterImage before;
        SnapshotPolicy often = new SnapshotPolicy(2_000, Long.MAX_VALUE);
        try (Node node = Node.start(path, often)) {
            for (int i = 0; i < 60; i++) {
                node.create("topic-" + i, 2);
            }
            before = node.cluster.image();
            // Snapshots are written beside the commands, on a busy machine long after them.
            Await.until(
                    Duration.ofSeconds(30),
                    "a second snapshot",
                    () -> checkpoints().size() > 1);
        }
        try (Node node = Node.start(path, often)) {
            assertThat(withoutBrokers(node.cluster.image()).sameContent(withoutBrokers(before)))
                    .isTrue();
            assertThat(node.cluster.image().kraftVersion()).isEqualTo((short) 1);
            assertThat(node.quorum().currentVoters()).hasSize(1);
        }
    }

    @Test
    void manyCommandsInFlightAreAnsweredInOrder() throws Exception {
        try (Node node = Node.start(path)) {
            List<Long> offsets = new CopyOnWriteArrayList<>();
            try (ClusterView.Subscription _ = node.cluster.subscribe(
                    change -> offsets.add(change.after().position().offset()))) {
                List<CompletionStage<? extends ApiMessage>> answers = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    answers.add(node.cluster.submit(Node.creation("topic-" + i, 1), (short) 7));
                }
                for (CompletionStage<? extends ApiMessage> answer : answers) {
                    answer.toCompletableFuture().join();
                }
                assertThat(node.cluster.image().topics()).hasSize(200);
                assertThat(offsets).isSorted().doesNotHaveDuplicates();
            }
        }
    }

    /// Takes a fraction of a second where nothing is copied that did not change; the limit only catches quadratic work.
    @Test
    @Timeout(20)
    void tenThousandPartitionsAreMadeAndReadAgainQuickly() throws Exception {
        try (Node node = Node.start(path)) {
            for (int i = 0; i < 10; i++) {
                assertThat(node.create("topic-" + i, 1_000)
                                .topics()
                                .iterator()
                                .next()
                                .errorCode())
                        .isZero();
            }
            assertThat(node.cluster.image().partitionCount()).isEqualTo(10_000);
        }
        try (Node node = Node.start(path)) {
            assertThat(node.cluster.image().partitionCount()).isEqualTo(10_000);
        }
    }

    @Test
    void aStoppedNodeRefusesCommands() throws Exception {
        Node node = Node.start(path);
        node.close();
        assertThatThrownBy(() -> node.cluster
                        .submit(Node.creation("t", 1), (short) 7)
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(ApiException.class);
        node.cluster.close();
    }

    @Test
    void moreLeadershipsThanOneBatchHoldsAreRenewedAfterAKill() throws Exception {
        Path copy = elsewhere.resolve("copy");
        ControllerSettings small = new ControllerSettings(1, (short) 1, 10);
        try (Node node = Node.start(path, small)) {
            for (int i = 0; i < 4; i++) {
                assertThat(node.create("topic-" + i, 8)
                                .topics()
                                .iterator()
                                .next()
                                .errorCode())
                        .isZero();
            }
            assertThat(node.create("large", 10).topics().iterator().next().errorCode())
                    .isEqualTo(Errors.POLICY_VIOLATION.code());
            copy(path, copy);
        }
        try (Node node = Node.start(copy, small)) {
            for (int i = 0; i < 4; i++) {
                assertThat(node.topic("topic-" + i).partitions()).hasSize(8).allMatch(p -> p.leaderEpoch() == 1);
            }
        }
    }

    @Test
    void aCommandLargerThanABatchOfTheLogIsRefusedAndHarmsNothing() throws Exception {
        try (Node node = Node.start(path)) {
            CreateTopicsRequestData request = new CreateTopicsRequestData();
            for (int i = 0; i < 300; i++) {
                CreatableTopic topic = new CreatableTopic()
                        .setName("topic-" + i)
                        .setNumPartitions(1)
                        .setReplicationFactor((short) 1);
                topic.configs().add(new CreatableTopicConfig().setName("x").setValue("v".repeat(32_000)));
                request.topics().add(topic);
            }
            assertThatThrownBy(() -> node.submit(request, CreateTopicsResponseData.class))
                    .hasCauseInstanceOf(ApiException.class);
            assertThat(node.cluster.image().topics()).isEmpty();
            node.create("after", 1);
            assertThat(node.cluster.image().topicsByName()).containsOnlyKeys("after");
        }
    }
}
