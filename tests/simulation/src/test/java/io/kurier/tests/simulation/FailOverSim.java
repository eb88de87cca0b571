package io.kurier.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.KRaftCluster;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.server.SimulatedNode;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumRequestData.TopicData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.junit.jupiter.api.Test;

/// How long the others need after the active controller was killed, in simulated time: until each of them knows that it
/// is gone and what follows from that. Computing costs next to nothing there; what remains is what nodes wait for, on
/// lines and disks as slow as those of a busy machine.
class FailOverSim {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SEEDS = 2;
    private static final int KILLS = 4;
    private static final long MOST_LINE_NS = 25_000_000;
    private static final long MOST_SYNC_NS = 10_000_000;

    @Test
    void threeVotersGoOnWithTwo() {
        List<Long> tookMs = new ArrayList<>();
        Seeds.each(SEEDS, seed -> tookMs.addAll(new Run(seed, 3).killControllers()));
        check(tookMs, 280, 600);
    }

    @Test
    void fiveVotersGoOnWithFour() {
        List<Long> tookMs = new ArrayList<>();
        Seeds.each(SEEDS, seed -> tookMs.addAll(new Run(seed, 5).killControllers()));
        check(tookMs, 280, 600);
    }

    @Test
    void allAreThereAgainAfterAllWereKilled() {
        List<Long> tookMs = new ArrayList<>();
        Seeds.each(SEEDS, seed -> tookMs.addAll(new Run(seed, 3).killAll()));
        check(tookMs, 600, 1_500);
    }

    /// A node that was alone has written what nobody else has: only it can be elected, by a node that is just starting.
    @Test
    void whoAloneHasTheWholeLogIsElectedByWhoStarts() {
        List<Long> tookMs = new ArrayList<>();
        Seeds.each(SEEDS, seed -> tookMs.addAll(new Run(seed, 3).killMajorities()));
        check(tookMs, 800, 1_500);
    }

    private static void check(List<Long> tookMs, long medianMs, long longestMs) {
        List<Long> sorted = tookMs.stream().sorted().toList();
        assertThat(sorted.get(sorted.size() / 2))
                .as("the median of %s ms", sorted)
                .isLessThan(medianMs);
        assertThat(sorted.getLast()).as("the longest of %s ms", sorted).isLessThan(longestMs);
    }

    /// One cluster, whose nodes are killed again and again.
    private static final class Run {
        private final Simulation simulation;
        private final SimCluster cluster;

        Run(long seed, int size) {
            simulation = new Simulation(seed, null);
            cluster = new SimCluster(simulation, size, Map.of("offsets.topic.num.partitions", "2"));
        }

        List<Long> killControllers() {
            List<Long> tookMs = new ArrayList<>();
            try {
                start();
                for (int kill = 0; kill < KILLS; kill++) {
                    simulation.runFor(
                            Duration.ofMillis(500 + simulation.random().nextInt(1_000)));
                    int victim = quorum().leaderId();
                    long epoch = image(victim, victim).epoch();
                    cluster.machine(victim).kill();
                    tookMs.add(until(() -> isKnownToBeGone(victim, epoch)));
                    simulation.runFor(Duration.ofMillis(500));
                    cluster.start(victim);
                    until(() -> cluster.node(victim).isUp());
                }
            } finally {
                end();
            }
            return tookMs;
        }

        List<Long> killAll() {
            List<Long> tookMs = new ArrayList<>();
            try {
                start();
                for (int kill = 0; kill < KILLS; kill++) {
                    simulation.runFor(
                            Duration.ofMillis(500 + simulation.random().nextInt(1_000)));
                    end();
                    for (int id = 1; id <= cluster.size(); id++) {
                        simulation.runFor(Duration.ofMillis(simulation.random().nextInt(100)));
                        cluster.start(id);
                    }
                    tookMs.add(until(this::isUp));
                }
            } finally {
                end();
            }
            return tookMs;
        }

        List<Long> killMajorities() {
            List<Long> tookMs = new ArrayList<>();
            try {
                start();
                for (int kill = 0; kill < KILLS; kill++) {
                    simulation.runFor(
                            Duration.ofMillis(500 + simulation.random().nextInt(1_000)));
                    int alone = quorum().leaderId();
                    int first = alone % 3 + 1;
                    int second = first % 3 + 1;
                    cluster.machine(first).kill();
                    cluster.machine(second).kill();
                    create(alone, "topic-" + kill);
                    simulation.runFor(Duration.ofSeconds(3));
                    cluster.start(first);
                    tookMs.add(until(() -> cluster.node(first).isUp()));
                    cluster.start(second);
                    until(this::isUp);
                }
            } finally {
                end();
            }
            return tookMs;
        }

        /// As far as it goes.
        private void create(int node, String topic) {
            CreateTopicsRequestData request = new CreateTopicsRequestData();
            request.topics()
                    .add(new CreatableTopic().setName(topic).setNumPartitions(1).setReplicationFactor((short) 1));
            KRaftCluster asked = cluster.node(node).cluster();
            cluster.node(node).process().start("create", () -> asked.submit(request, (short) 7));
        }

        private void start() {
            cluster.startAll();
            while (quorum().currentVoters().size() < cluster.size()) {
                simulation.runFor(Duration.ofMillis(100));
            }
            for (int id = 1; id <= cluster.size(); id++) {
                cluster.machine(id).diskTimes().leastSyncNs = MOST_SYNC_NS / 10;
                cluster.machine(id).diskTimes().mostSyncNs = MOST_SYNC_NS;
                for (int other = 1; other <= cluster.size(); other++) {
                    cluster.network
                            .line(cluster.machine(id), cluster.machine(other))
                            .takes(MOST_LINE_NS / 25, MOST_LINE_NS);
                }
            }
        }

        /// In milliseconds.
        private long until(BooleanSupplier condition) {
            long fromNs = simulation.nowNs();
            if (!simulation.runUntil(LIMIT, condition)) {
                throw new AssertionError("not within " + LIMIT);
            }
            return (simulation.nowNs() - fromNs) / 1_000_000;
        }

        private boolean isUp() {
            for (int id = 1; id <= cluster.size(); id++) {
                if (!cluster.node(id).isUp()) {
                    return false;
                }
            }
            return true;
        }

        private boolean isKnownToBeGone(int victim, long epoch) {
            for (int id = 1; id <= cluster.size(); id++) {
                if (id != victim) {
                    BrokerImage seen = image(id, victim);
                    if (seen.epoch() == epoch && !seen.fenced()) {
                        return false;
                    }
                }
            }
            return true;
        }

        private BrokerImage image(int node, int of) {
            KRaftCluster seen = cluster.node(node).cluster();
            BrokerImage image = seen == null ? null : seen.image().broker(of);
            if (image == null) {
                throw new AssertionError("node " + node + " knows no node " + of);
            }
            return image;
        }

        private PartitionData quorum() {
            AtomicReference<PartitionData> answered = new AtomicReference<>();
            SimulatedNode node = cluster.node(1);
            KRaftCluster asked = node.cluster();
            DescribeQuorumRequestData request = new DescribeQuorumRequestData()
                    .setTopics(List.of(new TopicData()
                            .setTopicName("__cluster_metadata")
                            .setPartitions(
                                    List.of(new DescribeQuorumRequestData.PartitionData().setPartitionIndex(0)))));
            node.process()
                    .start(
                            "ask",
                            () -> asked.submit(request, (short) 2).thenAccept(answer -> {
                                DescribeQuorumResponseData quorum = (DescribeQuorumResponseData) answer;
                                answered.set(
                                        quorum.topics().getFirst().partitions().getFirst());
                            }));
            until(() -> answered.get() != null);
            return answered.get();
        }

        private void end() {
            for (int id = 1; id <= cluster.size(); id++) {
                cluster.machine(id).kill();
            }
        }
    }
}
