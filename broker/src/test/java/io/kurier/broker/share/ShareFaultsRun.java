package io.kurier.broker.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.share.machine.Dying;
import io.kurier.broker.share.machine.ShareRules;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.share.ShareCoordinator;
import io.kurier.testkit.SimWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.InitializeStateData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.PartitionData;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// A share group on three nodes, from a seed: leaders of its partitions and its share coordinators are killed, move,
/// and know it late; requests and answers are slow, lost, or late; appends fail; members crash, leave and forget; the
/// group's state is deleted and begins again. What must hold at any time is in [SimJobs]; in the end, when all is well
/// again, every record is done.
final class ShareFaultsRun {
    private static final int NODES = 3;
    private static final int PARTITIONS = 2;
    private static final int SHARDS = 2;
    private static final int STEPS = 250;
    private static final int CALM_STEPS = 600;
    private static final String GROUP = "g";
    private static final Uuid STATE = new Uuid(1, 1);
    private static final Uuid JOBS = new Uuid(1, 2);

    private final Random random;
    private final SimWorld sim;
    private final SimStateTopic topic;
    private final SimShareLinks links;
    private final List<SimShareNode> nodes = new ArrayList<>();
    private final List<SimWorker> workers = new ArrayList<>();
    private final List<SimJobs> jobs = new ArrayList<>();
    private final SharePolicy policy;
    private ClusterImage truth = ClusterImage.empty("sim");
    private int groupEpoch = 1;
    private boolean isCalm;

    private ShareFaultsRun(long seed) {
        random = new Random(seed);
        sim = SimWorld.shuffled(seed);
        boolean deadLetters = random.nextBoolean();
        int limit = 1 + random.nextInt(4);
        policy = new SharePolicy(
                new ShareRules(TimeUnit.SECONDS.toNanos(3), limit, 20, true, deadLetters),
                false,
                new SharePolicy.Start.Earliest(),
                null);
        topic = new SimStateTopic(random, sim.timers(), SHARDS, 0);
        links = new SimShareLinks(
                random,
                sim.timers(),
                (to, request) -> nodes.get(to).isUp ? nodes.get(to).serve(request) : null);
        topic.failingPerMille = random.nextInt(40);
        topic.slowMs = random.nextInt(300);
        links.lostPerMille = random.nextInt(80);
        links.latePerMille = random.nextInt(80);
        links.slowMs = random.nextInt(400);
        makeTopics();
        for (int i = 0; i < PARTITIONS; i++) {
            jobs.add(new SimJobs(new ShareKey(GROUP, JOBS, i), limit, deadLetters));
        }
        for (int i = 0; i < NODES; i++) {
            nodes.add(new SimShareNode(i, sim.world(), topic, links.links(), truth));
        }
        for (int i = 0; i < 4; i++) {
            workers.add(new SimWorker("worker" + i, random));
        }
    }

    /// One run; it depends on nothing but the seed.
    static void run(long seed) {
        new ShareFaultsRun(seed).go();
    }

    private void go() {
        jobs.forEach(this::begin);
        for (int step = 0; step < STEPS; step++) {
            disturb();
            step(random.nextInt(400));
        }
        calm();
        for (int step = 0; step < CALM_STEPS && !isDone(); step++) {
            step(300);
        }
        assertThat(isDone()).as("all is done in the end: " + progress()).isTrue();
        jobs.forEach(one -> one.fates.forEach(one::checkDone));
    }

    private void step(int ms) {
        sim.advance(Duration.ofMillis(ms));
        for (SimShareNode node : nodes) {
            if (node.isUp && (isCalm || random.nextInt(3) == 0)) {
                node.hear(truth);
            }
        }
        sim.settle();
        for (SimWorker worker : workers) {
            leaders().stream()
                    .filter(leader -> leader.jobs.isOpen && random.nextBoolean())
                    .forEach(worker::fetch);
            worker.work(isCalm);
        }
        sim.settle();
    }

    // ---- the cluster

    private void change(ApiMessage... records) {
        ImageBuilder builder = new ImageBuilder(truth);
        for (ApiMessage record : records) {
            builder.replay(record, record.highestSupportedVersion());
        }
        truth = builder.build();
    }

    private void makeTopics() {
        for (int i = 0; i < NODES; i++) {
            change(new RegisterBrokerRecord().setBrokerId(i).setFenced(false));
        }
        makeTopic(ShareCoordinator.TOPIC, STATE, SHARDS);
        makeTopic("jobs", JOBS, PARTITIONS);
    }

    private void makeTopic(String name, Uuid id, int partitions) {
        change(new TopicRecord().setName(name).setTopicId(id));
        for (int i = 0; i < partitions; i++) {
            change(new PartitionRecord()
                    .setTopicId(id)
                    .setPartitionId(i)
                    .setReplicas(List.of(0, 1, 2))
                    .setIsr(List.of(0, 1, 2))
                    .setLeader(0)
                    .setLeaderEpoch(1));
        }
    }

    private void move(Uuid id, int partition, int leader) {
        change(new PartitionChangeRecord()
                .setTopicId(id)
                .setPartitionId(partition)
                .setLeader(leader));
        if (id.equals(STATE)) {
            topic.move(partition, leader);
        }
    }

    private void kill(SimShareNode node) {
        List<SimShareNode> others =
                nodes.stream().filter(other -> other.isUp && other != node).toList();
        if (!node.isUp || others.isEmpty()) {
            return;
        }
        node.kill();
        for (Uuid id : List.of(STATE, JOBS)) {
            List<PartitionImage> partitions = truth.topic(id).partitions();
            for (int i = 0; i < partitions.size(); i++) {
                if (partitions.get(i).leader() == node.id) {
                    move(id, i, others.get(random.nextInt(others.size())).id);
                }
            }
        }
    }

    private SimShareNode anyUp() {
        List<SimShareNode> up = nodes.stream().filter(node -> node.isUp).toList();
        return up.get(random.nextInt(up.size()));
    }

    // ---- share partitions

    /// Those of all nodes that believe that they lead.
    private List<SimLedShare> leaders() {
        List<SimLedShare> leaders = new ArrayList<>();
        for (SimShareNode node : nodes) {
            for (int i = 0; node.isUp && i < PARTITIONS; i++) {
                PartitionImage partition = node.image().topic(JOBS).partition(i);
                if (partition.leader() == node.id && jobs.get(i).isOpen) {
                    leaders.add(led(node, jobs.get(i), partition.leaderEpoch()));
                }
            }
        }
        return leaders;
    }

    private SimLedShare led(SimShareNode node, SimJobs of, int leaderEpoch) {
        int partition = of.key.partition();
        SimLedShare known = node.led.get(partition);
        if (known != null && known.leaderEpoch == leaderEpoch && known.share().revive()) {
            return known;
        }
        if (known != null) {
            known.share().end();
        }
        SimLedShare now = new SimLedShare(
                of,
                leaderEpoch,
                () -> node.isUp && leads(node, partition, leaderEpoch),
                dying -> bury(node, dying),
                new LedShare.Surroundings(sim.world(), node.state(), () -> policy));
        node.led.put(partition, now);
        now.share().loadOnce();
        return now;
    }

    private static boolean leads(SimShareNode node, int partition, int leaderEpoch) {
        PartitionImage now = node.image().topic(JOBS).partition(partition);
        return now.leader() == node.id && now.leaderEpoch() == leaderEpoch;
    }

    /// Some of the letters are written, or all, or none.
    private CompletableFuture<Long> bury(SimShareNode node, Dying dying) {
        CompletableFuture<Long> written = new CompletableFuture<>();
        sim.timers().after(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)), () -> {
            int count = (int) (dying.last() - dying.first()) + 1;
            written.complete(dying.first() + (isCalm ? count : random.nextInt(count + 1)));
        });
        return written;
    }

    // ---- what the group's coordinator does

    /// Has the state of a partition begin, until that is confirmed.
    private void begin(SimJobs of) {
        of.isOpen = false;
        int epoch = groupEpoch;
        InitializeShareGroupStateRequestData request = new InitializeShareGroupStateRequestData()
                .setGroupId(GROUP)
                .setTopics(List.of(new InitializeStateData()
                        .setTopicId(JOBS)
                        .setPartitions(List.of(new PartitionData()
                                .setPartition(of.key.partition())
                                .setStateEpoch(epoch)
                                .setStartOffset(-1)))));
        anyUp().states().initialise(request).thenAccept(answer -> {
            boolean begun = answer.results().getFirst().partitions().getFirst().errorCode() == 0;
            if (begun) {
                of.beginEra();
            } else {
                sim.timers().after(TimeUnit.MILLISECONDS.toNanos(500), () -> begin(of));
            }
        });
    }

    /// Has it end, and begin again, whether or not it is known to have ended: somebody has joined.
    private void beginAgain(SimJobs of) {
        if (!of.isOpen) {
            return;
        }
        of.isOpen = false;
        workers.forEach(worker -> worker.leave(here(), false));
        here().stream().filter(leader -> leader.jobs == of).forEach(leader -> {
            leader.share().retire();
            if (random.nextBoolean() || leader.delivered.isEmpty()) {
                leader.share().end(); // it may not have read the state yet
            }
        });
        anyUp().states()
                .delete(GROUP, new TreeSet<>(List.of(new Place(JOBS, of.key.partition()))), groupEpoch)
                .thenAccept(gone -> {
                    groupEpoch++;
                    begin(of);
                });
    }

    private List<SimLedShare> here() {
        return nodes.stream().flatMap(node -> node.led.values().stream()).toList();
    }

    // ---- what happens

    private void disturb() {
        SimJobs one = jobs.get(random.nextInt(PARTITIONS));
        SimWorker worker = workers.get(random.nextInt(workers.size()));
        switch (random.nextInt(40)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> one.produce(random);
            case 8, 9 -> move(JOBS, one.key.partition(), anyUp().id);
            case 10, 11 -> move(STATE, random.nextInt(SHARDS), anyUp().id);
            case 12 -> kill(nodes.get(random.nextInt(NODES)));
            case 13, 14 -> nodes.stream().filter(node -> !node.isUp).findFirst().ifPresent(node -> node.start(truth));
            case 15 -> worker.leave(here(), false);
            case 16 -> worker.leave(here(), true);
            case 17 -> sim.advance(Duration.ofMillis(random.nextInt(5_000)));
            case 18 -> {
                if (random.nextInt(4) == 0) {
                    beginAgain(one);
                }
            }
            default -> {
                // nothing special
            }
        }
    }

    private void calm() {
        isCalm = true;
        topic.failingPerMille = 0;
        links.lostPerMille = 0;
        links.latePerMille = 0;
        nodes.stream().filter(node -> !node.isUp).forEach(node -> node.start(truth));
        jobs.forEach(one -> one.produceLast(random));
    }

    private boolean isDone() {
        return jobs.stream().allMatch(one -> one.isOpen && one.storedStart == one.end);
    }

    private String progress() {
        StringBuilder words = new StringBuilder();
        for (SimJobs one : jobs) {
            Place place = new Place(JOBS, one.key.partition());
            CompletableFuture<String> stored = nodes.getFirst()
                    .states()
                    .progress(GROUP, new TreeSet<>(List.of(place)))
                    .thenApply(known -> String.valueOf(known.get(place)));
            sim.advance(Duration.ofSeconds(1));
            words.append(one.key.partition()).append(one.isOpen ? " open, " : " shut, ");
            words.append(one.storedStart).append(" of ").append(one.end).append(", stored ");
            words.append(stored.getNow("?")).append("; ");
        }
        return words.toString();
    }
}
