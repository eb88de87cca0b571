package io.kurier.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.sim.SimMachine;
import io.kurier.testkit.sim.SimProcess;
import io.kurier.testkit.sim.Simulation;
import io.kurier.tests.simulation.client.History;
import io.kurier.tests.simulation.client.Leaders;
import io.kurier.tests.simulation.client.SimProducer;
import io.kurier.tests.simulation.client.TopicMaker;
import io.kurier.tests.simulation.invariant.DiskLog;
import io.kurier.tests.simulation.invariant.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Two replicas of a partition are there that lack what was acknowledged, and the one that has it is not: a forced
/// election takes the one that lacks less, wherever it is in the assignment.
class UncleanElectionSim {
    private static final String FOLDER = ClusterRun.TOPIC + "-0";

    @Test
    void theLongestLogLeads() {
        Seeds.each(2, seed -> new Run(seed).run());
    }

    /// One cluster of five nodes, three of which have the partition.
    private static final class Run {
        private static final Duration LIMIT = Duration.ofSeconds(60);

        private final Simulation simulation;
        private final SimCluster cluster;
        private final SimMachine clientMachine;
        private final History history = new History();

        Run(long seed) {
            simulation = new Simulation(seed, null);
            cluster = new SimCluster(
                    simulation, 5, Map.of("replica.lag.time.max.ms", "1500", "offsets.topic.num.partitions", "2"));
            clientMachine = new SimMachine(simulation, cluster.network, 100, 1);
        }

        void run() {
            try {
                cluster.startAll();
                elect();
            } finally {
                for (int id = 1; id <= cluster.size(); id++) {
                    cluster.machine(id).kill();
                }
                clientMachine.kill();
                simulation.runFor(Duration.ofMillis(50));
            }
        }

        private void elect() {
            SimProcess clients = clientMachine.boot();
            boolean[] made = new boolean[1];
            clients.start("admin", () -> {
                TopicMaker.make(leaders(clients, 0), ClusterRun.TOPIC, 1, 3, 1, false);
                made[0] = true;
            });
            until("the topic is made", () -> made[0] && state() != null);
            SimProducer producer = new SimProducer(
                    leaders(clients, 1),
                    history,
                    new SplittableRandom(simulation.random().nextLong()),
                    0,
                    1);
            clients.start("producer", producer::run);
            List<Integer> replicas = Objects.requireNonNull(state()).replicas();
            produceMore();
            lose(replicas.get(0));
            lose(replicas.get(1));
            producer.stop();
            until("all is answered", producer::isStopped);
            cluster.machine(replicas.get(2)).kill();
            cluster.start(replicas.get(0));
            cluster.start(replicas.get(1));
            until(
                    "two lagging replicas are there, and nobody leads",
                    () -> !state().hasLeader() && isActive(replicas.get(0)) && isActive(replicas.get(1)));
            List<Entry> shorter = log(replicas.get(0));
            List<Entry> longer = log(replicas.get(1));
            assertThat(longer).hasSizeGreaterThan(shorter.size()).startsWith(shorter.toArray(Entry[]::new));
            AtomicReference<Errors> answer = new AtomicReference<>();
            clients.start("force", () -> answer.set(force(leaders(clients, 2))));
            until("the election is answered", () -> answer.get() != null);
            assertThat(answer.get()).isEqualTo(Errors.NONE);
            until("somebody leads", () -> state().hasLeader());
            assertThat(state().leader()).as("the leader of %s", state()).isEqualTo(replicas.get(1));
            until(
                    "the other has what the leader has",
                    () -> state().isr().size() == 2 && log(replicas.get(0)).equals(longer));
            assertThat(log(replicas.get(1))).isEqualTo(longer);
            assertThat(state().recovering()).isFalse();
        }

        /// It has what was acknowledged so far, and nothing of what is acknowledged afterwards.
        private void lose(int node) {
            cluster.machine(node).kill();
            until("node " + node + " is not in sync", () -> !state().isr().contains(node));
            produceMore();
        }

        private void produceMore() {
            long enough = history.acknowledgedValues() + 20;
            until("more is acknowledged", () -> history.acknowledgedValues() >= enough);
        }

        private static Errors force(Leaders cluster) {
            ElectLeadersRequestData request = new ElectLeadersRequestData()
                    .setElectionType(ElectionType.UNCLEAN.value)
                    .setTimeoutMs(10_000);
            request.setTopicPartitions(new ElectLeadersRequestData.TopicPartitionsCollection());
            request.topicPartitions()
                    .add(new TopicPartitions().setTopic(ClusterRun.TOPIC).setPartitions(List.of(0)));
            while (true) {
                try {
                    ElectLeadersResponseData answer = cluster.any(request, ElectLeadersResponseData.class);
                    if (answer.errorCode() == Errors.NONE.code()) {
                        return Errors.forCode(answer.replicaElectionResults()
                                .getFirst()
                                .partitionResult()
                                .getFirst()
                                .errorCode());
                    }
                } catch (CompletionException _) {
                    // that node does not run
                }
                cluster.pause(100);
            }
        }

        private Leaders leaders(SimProcess process, int id) {
            return new Leaders(process, id, cluster.addresses(), ClusterRun.TOPIC);
        }

        private List<Entry> log(int node) {
            return DiskLog.read(cluster.machine(node).disk(), FOLDER, false);
        }

        private boolean isActive(int node) {
            var broker = Objects.requireNonNull(cluster.newestImage()).broker(node);
            return cluster.node(node).isUp() && broker != null && broker.isActive();
        }

        private PartitionImage state() {
            ClusterImage image = cluster.newestImage();
            return image == null ? null : image.partition(ClusterRun.TOPIC, 0);
        }

        private void until(String what, BooleanSupplier condition) {
            if (!simulation.runUntil(LIMIT, condition)) {
                throw new AssertionError("not within " + LIMIT + ": " + what + "; " + state());
            }
        }
    }
}
