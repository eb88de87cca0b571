package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A client of the new protocol as real ones behave: it gives partitions up and takes new ones in its own time, reports
/// meanwhile what it has, says everything again when an answer did not come, and joins anew when it is fenced. Requests
/// get lost, answers get lost, requests arrive twice and late.
final class SimModern implements SimMember {
    static final Uuid TOPIC = new Uuid(1, 1);
    private static final int ANSWER_WITHIN_MS = 3_000;

    private final GroupFixture groups;
    private final ConsumerGroupSim.Ledger ledger;
    private final Random random;
    final String id;
    private final int heartbeatMs;
    private final int slowMs;

    /// Whether requests and answers get lost, or come twice.
    boolean onABadNetwork = true;

    private boolean alive;
    private int epoch;
    private boolean spokeInEpoch;
    private final Set<Integer> reads = new HashSet<>();
    private final Set<Integer> told = new HashSet<>();
    /// What it goes over to, as it was told when it began to.
    private Set<Integer> taking = Set.of();
    private boolean sayAll = true;
    private boolean changed;
    private long nextBeatMs;
    private long takenAtMs = Long.MAX_VALUE;
    private long heardUntilMs;
    private @Nullable CompletableFuture<ConsumerGroupHeartbeatResponseData> waitsFor;
    private long sentMs;
    private final List<ConsumerGroupHeartbeatRequestData> underWay = new ArrayList<>();
    private final Map<Integer, Long> positions = new HashMap<>();

    SimModern(GroupFixture groups, ConsumerGroupSim.Ledger ledger, Random random, String id) {
        this.groups = groups;
        this.ledger = ledger;
        this.random = random;
        this.id = id;
        this.heartbeatMs = 500 + random.nextInt(4_500);
        this.slowMs = random.nextInt(5_000);
    }

    private long nowMs() {
        return groups.sim.world().clock().nanos() / 1_000_000;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean isAlive() {
        return alive;
    }

    @Override
    public Set<Integer> surelyReads(int sessionMs) {
        return alive && nowMs() < heardUntilMs + sessionMs ? reads : Set.of();
    }

    @Override
    public void start() {
        alive = true;
        rejoin();
    }

    @Override
    public void crash() {
        alive = false;
        forget();
    }

    @Override
    public void leave() {
        if (alive && epoch > 0) {
            forget();
            alive = false;
            epoch = -1;
            send(small());
        }
    }

    private void forget() {
        reads.clear();
        told.clear();
        positions.clear();
        waitsFor = null;
        takenAtMs = Long.MAX_VALUE;
    }

    private void rejoin() {
        forget();
        epoch = 0;
        sayAll = true;
        nextBeatMs = nowMs();
    }

    @Override
    public void tick() {
        if (!alive) {
            return;
        }
        if (nowMs() >= takenAtMs) {
            take();
        }
        if (waitsFor != null && nowMs() > sentMs + ANSWER_WITHIN_MS) {
            waitsFor = null;
            sayAll = true;
        }
        if (waitsFor == null && nowMs() >= nextBeatMs) {
            beat();
        }
        if (!underWay.isEmpty() && random.nextInt(6) == 0) { // a copy that was under way for long
            ConsumerGroupHeartbeatRequestData copy = underWay.remove(random.nextInt(underWay.size()));
            if (copy.memberEpoch() != epoch && spokeInEpoch) { // else the protocol cannot tell old from new
                send(copy);
            }
        }
    }

    private void beat() {
        ConsumerGroupHeartbeatRequestData request = small();
        if (sayAll) {
            request.setRebalanceTimeoutMs(60_000).setSubscribedTopicNames(List.of("t"));
        }
        if (sayAll || changed) {
            request.setTopicPartitions(
                    reads.isEmpty()
                            ? List.of()
                            : List.of(new TopicPartitions()
                                    .setTopicId(TOPIC)
                                    .setPartitions(reads.stream().sorted().toList())));
        }
        sayAll = false;
        changed = false;
        nextBeatMs = nowMs() + heartbeatMs;
        sentMs = nowMs();
        if (onABadNetwork && random.nextInt(12) == 0) {
            underWay.add(request.duplicate());
        }
        if (onABadNetwork && random.nextInt(40) == 0) {
            waitsFor = new CompletableFuture<>(); // the request is lost
            return;
        }
        CompletableFuture<ConsumerGroupHeartbeatResponseData> answer = send(request);
        waitsFor = onABadNetwork && random.nextInt(40) == 0 ? new CompletableFuture<>() : answer; // or its answer
        CompletableFuture<ConsumerGroupHeartbeatResponseData> mine = waitsFor;
        long beatMs = sentMs;
        CompletableFuture<Void> _ = mine.thenAccept(heard -> {
            if (waitsFor == mine && alive) {
                waitsFor = null;
                hear(heard, beatMs);
            }
        });
    }

    private ConsumerGroupHeartbeatRequestData small() {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(GroupFixture.GROUP)
                .setMemberId(id)
                .setMemberEpoch(epoch);
    }

    private CompletableFuture<ConsumerGroupHeartbeatResponseData> send(ConsumerGroupHeartbeatRequestData request) {
        return groups.coordinator.consumerHeartbeat(new Caller((short) 1, id, "/127.0.0.1"), request);
    }

    private void hear(ConsumerGroupHeartbeatResponseData answer, long beatMs) {
        switch (Errors.forCode(answer.errorCode())) {
            case NONE -> {
                heardUntilMs = beatMs;
                spokeInEpoch = answer.memberEpoch() == epoch;
                epoch = answer.memberEpoch();
                if (answer.assignment() != null) {
                    told.clear();
                    answer.assignment().topicPartitions().forEach(topic -> told.addAll(topic.partitions()));
                    goOver();
                }
            }
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> rejoin();
            default -> sayAll = true;
        }
    }

    private void goOver() {
        if (takenAtMs == Long.MAX_VALUE && !told.equals(reads)) {
            taking = Set.copyOf(told);
            takenAtMs = nowMs() + (taking.containsAll(reads) ? random.nextInt(1 + slowMs) : slowMs);
        }
        changed |= told.equals(reads);
    }

    private void take() {
        takenAtMs = Long.MAX_VALUE;
        reads.retainAll(taking);
        positions.keySet().retainAll(taking);
        for (int partition : taking) {
            if (reads.add(partition)) {
                positions.put(partition, ledger.committed(partition));
            }
        }
        changed = true;
        nextBeatMs = nowMs();
        goOver(); // it may have been told something else since
    }

    @Override
    public void commit() {
        if (!alive || reads.isEmpty()) {
            return;
        }
        int partition = reads.stream()
                .sorted()
                .skip(random.nextInt(reads.size()))
                .findFirst()
                .orElseThrow();
        long offset = positions.merge(partition, 1L + random.nextInt(5), Long::sum);
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId(GroupFixture.GROUP)
                .setMemberId(id)
                .setGenerationIdOrMemberEpoch(epoch)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName("t")
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)))));
        long before = ledger.committed(partition);
        CompletableFuture<Void> _ = groups.coordinator
                .commitOffsets(new Caller((short) 9, id, "/127.0.0.1"), request)
                .thenAccept(answer -> {
                    if (answer.topics().getFirst().partitions().getFirst().errorCode() == 0) {
                        ledger.acknowledged(id, partition, before, offset);
                    }
                });
    }
}
