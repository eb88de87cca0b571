package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.group.classic.Subscriptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/// A consumer of the classic protocol as real ones behave, eager or cooperative: it joins, assigns if it leads, gives
/// up before it joins (eager) or when it is told (cooperative), and joins again when it is told to. Requests and
/// answers get lost.
final class SimClassic implements SimMember {
    private static final int HEARTBEAT_MS = 1_500;
    private static final int ANSWER_WITHIN_MS = 70_000;

    private enum Phase {
        OUT,
        TO_JOIN,
        WAITING,
        MEMBER
    }

    private final GroupFixture groups;
    private final ConsumerGroupSim.Ledger ledger;
    private final Random random;
    private final String name;
    private final boolean cooperative;
    private final int revokeMs;

    /// Whether answers get lost.
    boolean onABadNetwork = true;

    private Phase phase = Phase.OUT;
    private String memberId = "";
    private int generation = -1;
    private int life;
    private @Nullable OffsetCommitRequestData lastCommit;
    private final Map<Integer, Long> positions = new HashMap<>();
    private final Set<Integer> told = new HashSet<>();
    private long revokedAtMs = Long.MAX_VALUE;
    private long joinAtMs;
    private long nextBeatMs;
    private long sentMs;
    private long heardUntilMs = Long.MIN_VALUE / 2;

    SimClassic(GroupFixture groups, ConsumerGroupSim.Ledger ledger, Random random, String name, boolean cooperative) {
        this.groups = groups;
        this.ledger = ledger;
        this.random = random;
        this.name = name;
        this.cooperative = cooperative;
        this.revokeMs = random.nextInt(3_000);
    }

    private long nowMs() {
        return groups.sim.world().clock().nanos() / 1_000_000;
    }

    @Override
    public String id() {
        return name;
    }

    @Override
    public boolean isAlive() {
        return phase != Phase.OUT;
    }

    @Override
    public Set<Integer> surelyReads(int sessionMs) {
        return isAlive() && nowMs() < heardUntilMs + sessionMs ? positions.keySet() : Set.of();
    }

    @Override
    public void start() {
        memberId = "";
        generation = -1;
        joinIn(0);
    }

    @Override
    public void crash() {
        life++;
        phase = Phase.OUT;
        positions.clear();
        told.clear();
        revokedAtMs = Long.MAX_VALUE;
    }

    @Override
    public void leave() {
        String left = memberId;
        boolean wasMember = isAlive() && !left.isEmpty();
        crash();
        if (wasMember) {
            LeaveGroupRequestData request = new LeaveGroupRequestData()
                    .setGroupId(GroupFixture.GROUP)
                    .setMembers(List.of(new MemberIdentity().setMemberId(left)));
            CompletableFuture<?> _ = groups.coordinator.leaveGroup(caller(5), request);
        }
    }

    private Caller caller(int version) {
        return new Caller((short) version, name, "/127.0.0.1");
    }

    private void joinIn(int ms) {
        life++;
        phase = Phase.TO_JOIN;
        joinAtMs = nowMs() + ms;
    }

    private void lose() {
        positions.clear();
        told.clear();
        revokedAtMs = Long.MAX_VALUE;
    }

    @Override
    public void tick() {
        if (random.nextInt(20) == 0) {
            commitLate();
        }
        if (phase == Phase.MEMBER && nowMs() >= revokedAtMs) {
            revokedAtMs = Long.MAX_VALUE;
            positions.keySet().retainAll(told);
            joinIn(0); // what it gave up is now free
        }
        if (phase == Phase.TO_JOIN && nowMs() >= joinAtMs) {
            join();
        } else if (phase == Phase.WAITING && nowMs() > sentMs + ANSWER_WITHIN_MS) {
            joinIn(0);
        } else if (phase == Phase.MEMBER && nowMs() >= nextBeatMs) {
            beat();
        }
    }

    /// Loses one in forty, and what comes to an earlier life.
    private <A> void ask(CompletableFuture<A> answer, Consumer<A> then) {
        sentMs = nowMs();
        int thisLife = life;
        boolean lost = onABadNetwork && random.nextInt(40) == 0;
        CompletableFuture<Void> _ = answer.thenAccept(heard -> {
            if (thisLife == life && !lost) {
                then.accept(heard);
            }
        });
    }

    private void join() {
        if (!cooperative) {
            lose();
        }
        phase = Phase.WAITING;
        ConsumerProtocolSubscription said = new ConsumerProtocolSubscription().setTopics(List.of("t"));
        if (!positions.isEmpty()) {
            said.ownedPartitions()
                    .add(new ConsumerProtocolSubscription.TopicPartition()
                            .setTopic("t")
                            .setPartitions(positions.keySet().stream().sorted().toList()));
        }
        JoinGroupRequestProtocolCollection offers = new JoinGroupRequestProtocolCollection();
        offers.add(new JoinGroupRequestProtocol()
                .setName(cooperative ? "cooperative-sticky" : "range")
                .setMetadata(Utils.toArray(MessageUtil.toVersionPrefixedByteBuffer((short) 3, said))));
        ask(
                groups.coordinator.joinGroup(
                        caller(7),
                        new JoinGroupRequestData()
                                .setGroupId(GroupFixture.GROUP)
                                .setMemberId(memberId)
                                .setProtocolType("consumer")
                                .setProtocols(offers)
                                .setSessionTimeoutMs(ConsumerGroupSim.SESSION_MS)
                                .setRebalanceTimeoutMs(60_000)),
                this::joined);
    }

    private void joined(JoinGroupResponseData answer) {
        switch (Errors.forCode(answer.errorCode())) {
            case NONE -> {
                memberId = answer.memberId();
                generation = answer.generationId();
                boolean leads = answer.leader().equals(memberId);
                sync(leads ? assign(answer) : List.of());
            }
            case MEMBER_ID_REQUIRED -> {
                memberId = answer.memberId();
                joinIn(0);
            }
            default -> react(Errors.forCode(answer.errorCode()));
        }
    }

    /// Round and round; cooperative leaders give nobody what another one still has.
    private List<SyncGroupRequestAssignment> assign(JoinGroupResponseData answer) {
        Map<Integer, String> owners = new HashMap<>();
        Map<String, List<Integer>> shares = new TreeMap<>();
        answer.members().forEach(member -> {
            shares.put(member.memberId(), new ArrayList<>());
            Subscriptions.read(member.metadata())
                    .orElseThrow()
                    .ownedPartitions()
                    .forEach(topic -> topic.partitions().forEach(p -> owners.putIfAbsent(p, member.memberId())));
        });
        List<String> ids = List.copyOf(shares.keySet());
        for (int p = 0; p < groups.partitionsOf(SimModern.TOPIC); p++) {
            String wanted = ids.get(p % ids.size());
            String owner = owners.getOrDefault(p, wanted);
            if (owner.equals(wanted)) {
                shares.get(wanted).add(p);
            }
        }
        return shares.entrySet().stream()
                .map(share -> new SyncGroupRequestAssignment()
                        .setMemberId(share.getKey())
                        .setAssignment(Subscriptions.assignment(Map.of("t", share.getValue()))))
                .toList();
    }

    private void sync(List<SyncGroupRequestAssignment> assignments) {
        ask(
                groups.coordinator.syncGroup(
                        caller(4),
                        new SyncGroupRequestData()
                                .setGroupId(GroupFixture.GROUP)
                                .setMemberId(memberId)
                                .setGenerationId(generation)
                                .setAssignments(assignments)),
                this::synced);
    }

    private void synced(SyncGroupResponseData answer) {
        if (answer.errorCode() != 0) {
            react(Errors.forCode(answer.errorCode()));
            return;
        }
        phase = Phase.MEMBER;
        heardUntilMs = sentMs;
        nextBeatMs = nowMs() + HEARTBEAT_MS;
        told.clear();
        Subscriptions.assigned(answer.assignment()).forEach(topic -> told.addAll(topic.partitions()));
        told.forEach(partition -> positions.putIfAbsent(partition, ledger.committed(partition)));
        revokedAtMs = told.containsAll(positions.keySet()) ? Long.MAX_VALUE : nowMs() + revokeMs;
    }

    private void beat() {
        nextBeatMs = nowMs() + HEARTBEAT_MS;
        long beatMs = nowMs();
        ask(
                groups.coordinator.heartbeat(
                        caller(4),
                        new HeartbeatRequestData()
                                .setGroupId(GroupFixture.GROUP)
                                .setMemberId(memberId)
                                .setGenerationId(generation)),
                answer -> {
                    Errors error = Errors.forCode(answer.errorCode());
                    if (phase == Phase.MEMBER && (error == Errors.NONE || error == Errors.REBALANCE_IN_PROGRESS)) {
                        heardUntilMs = beatMs;
                    }
                    if (phase == Phase.MEMBER && error != Errors.NONE && revokedAtMs == Long.MAX_VALUE) {
                        react(error);
                    }
                });
    }

    private void react(@Nullable Errors error) {
        switch (error) {
            case REBALANCE_IN_PROGRESS -> joinIn(revokeMs);
            case ILLEGAL_GENERATION -> {
                lose();
                joinIn(0);
            }
            case UNKNOWN_MEMBER_ID -> {
                lose();
                memberId = "";
                joinIn(0);
            }
            case NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS -> {
                if (phase != Phase.MEMBER) {
                    joinIn(200);
                }
            }
            case null, default -> throw new AssertionError(name + " got " + error + " in " + phase);
        }
    }

    @Override
    public void commit() {
        if (phase != Phase.MEMBER || positions.isEmpty()) {
            return;
        }
        int partition = positions.keySet().stream()
                .sorted()
                .skip(random.nextInt(positions.size()))
                .findFirst()
                .orElseThrow();
        long offset = positions.merge(partition, 1L + random.nextInt(5), Long::sum);
        long before = ledger.committed(partition);
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId(GroupFixture.GROUP)
                .setMemberId(memberId)
                .setGenerationIdOrMemberEpoch(generation)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName("t")
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(offset)))));
        lastCommit = request;
        send(request, partition, before, offset);
    }

    /// What it committed when it was another's is on its way for long, and must change nothing.
    private void commitLate() {
        OffsetCommitRequestData late = lastCommit;
        int partition = late == null
                ? -1
                : late.topics().getFirst().partitions().getFirst().partitionIndex();
        if (late != null && late.generationIdOrMemberEpoch() != generation && !positions.containsKey(partition)) {
            lastCommit = null;
            send(
                    late,
                    partition,
                    ledger.committed(partition),
                    late.topics().getFirst().partitions().getFirst().committedOffset());
        }
    }

    private void send(OffsetCommitRequestData request, int partition, long before, long offset) {
        CompletableFuture<Void> _ = groups.coordinator
                .commitOffsets(caller(8), request)
                .thenAccept(answer -> {
                    if (answer.topics().getFirst().partitions().getFirst().errorCode() == 0) {
                        ledger.acknowledged(name, partition, before, offset);
                    }
                });
    }
}
