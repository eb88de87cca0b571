package io.kurier.coordinator.group;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A consumer that behaves as real ones do, driven by the simulation's steps: joins, syncs, heartbeats, commits, and
/// reacts to errors.
final class SimConsumer {
    private static final int PARTITIONS = 7;
    private static final int HEARTBEAT_MS = 2_000;

    private enum Phase {
        OUT,
        TO_JOIN,
        JOINING,
        SYNCING,
        STABLE
    }

    private final GroupFixture groups;
    private final SimHistory history;
    private final RandomGenerator random;
    private final String name;
    private final @Nullable String instanceId;
    private TestMember member;
    private Phase phase = Phase.OUT;
    /// Answers to an earlier life are dropped, as by a client that was restarted.
    private int life;
    private long nextHeartbeatMs;
    private Set<Integer> owned = Set.of();
    /// Requests of this consumer that may still be on their way somewhere.
    private @Nullable SyncGroupRequestData lastSync;

    private @Nullable OffsetCommitRequestData lastCommit;

    SimConsumer(GroupFixture groups, SimHistory history, RandomGenerator random, String name, boolean isStatic) {
        this.groups = groups;
        this.history = history;
        this.random = random;
        this.name = name;
        this.instanceId = isStatic ? "static-" + name : null;
        this.member = groups.member(name);
    }

    boolean isStable() {
        return phase == Phase.STABLE;
    }

    int generation() {
        return member.generation;
    }

    Set<Integer> owned() {
        return owned;
    }

    /// Starts, or starts anew after a crash.
    void start() {
        life++;
        member = groups.member(name);
        member.instanceId = instanceId;
        member.sessionTimeoutMs = 6_000 + random.nextInt(4_000);
        member.rebalanceTimeoutMs = 20_000 + random.nextInt(20_000);
        member.joinVersion = random.nextInt(10);
        if (instanceId != null) {
            member.joinVersion = 5 + random.nextInt(5);
        }
        phase = Phase.TO_JOIN;
        owned = Set.of();
    }

    void crash() {
        life++;
        phase = Phase.OUT;
        owned = Set.of();
    }

    void leave() {
        if (phase != Phase.OUT) {
            history.asked(groups.coordinator.leaveGroup(groups.caller(2), member.leaveRequest()), left -> {});
            crash();
        }
    }

    void changeSubscription() {
        member.protocols = Map.of("range", "r" + random.nextInt(1_000));
        if (phase == Phase.STABLE) {
            phase = Phase.TO_JOIN;
        }
    }

    boolean isOut() {
        return phase == Phase.OUT;
    }

    void tick() {
        switch (phase) {
            case OUT, JOINING, SYNCING -> {}
            case TO_JOIN -> join();
            case STABLE -> {
                if (groups.sim.clock().wallMs() >= nextHeartbeatMs) {
                    heartbeat();
                }
                if (random.nextInt(4) == 0) {
                    commit();
                }
            }
        }
    }

    private void join() {
        phase = Phase.JOINING;
        int thisLife = life;
        CompletableFuture<JoinGroupResponseData> answer = member.joinOnce();
        history.asked(answer, joined -> {
            if (thisLife == life) {
                joined(joined);
            }
        });
    }

    private void joined(JoinGroupResponseData answer) {
        if (answer.errorCode() != 0) {
            react(Errors.forCode(answer.errorCode()));
            return;
        }
        history.joined(answer.generationId());
        phase = Phase.SYNCING;
        int thisLife = life;
        boolean assigns = answer.leader().equals(answer.memberId()) && !answer.skipAssignment();
        Map<String, String> assignments = assigns ? assign(answer) : Map.of();
        if (assigns) {
            history.decided(answer.generationId(), assignments);
            lastSync = member.syncRequest(assignments);
        }
        CompletableFuture<SyncGroupResponseData> sync = member.sync(assignments);
        history.asked(sync, synced -> {
            if (thisLife == life) {
                synced(synced, answer.generationId());
            }
        });
    }

    private static Map<String, String> assign(JoinGroupResponseData answer) {
        List<String> ids = answer.members().stream().map(one -> one.memberId()).toList();
        Map<String, List<String>> partitions = new HashMap<>();
        for (int p = 0; p < PARTITIONS; p++) {
            partitions
                    .computeIfAbsent(ids.get((p + answer.generationId()) % ids.size()), id -> new ArrayList<>())
                    .add(Integer.toString(p));
        }
        return partitions.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> String.join(",", entry.getValue())));
    }

    private void synced(SyncGroupResponseData answer, int generation) {
        if (answer.errorCode() != 0) {
            react(Errors.forCode(answer.errorCode()));
            return;
        }
        String text = new String(answer.assignment(), StandardCharsets.UTF_8);
        owned = text.isEmpty()
                ? Set.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).collect(Collectors.toCollection(TreeSet::new));
        if (instanceId == null) {
            history.handedOut(generation, member.id, text);
        }
        phase = Phase.STABLE;
        nextHeartbeatMs = groups.sim.clock().wallMs() + HEARTBEAT_MS;
        history.assigned(generation, instanceId == null ? member.id : instanceId, owned);
    }

    private void heartbeat() {
        nextHeartbeatMs = groups.sim.clock().wallMs() + HEARTBEAT_MS;
        int thisLife = life;
        CompletableFuture<Errors> answer = member.heartbeatLater();
        history.asked(answer, error -> {
            if (thisLife == life && phase == Phase.STABLE && error != Errors.NONE) {
                react(error);
            }
        });
    }

    private void commit() {
        for (int partition : owned) {
            long offset = history.nextOffset(partition);
            lastCommit = member.commitRequest("t", partition, offset);
            var answer = member.commitLater("t", partition, offset);
            history.asked(answer, done -> {
                if (TestMember.errorOf(done) == Errors.NONE) {
                    history.committed(partition, offset);
                }
            });
        }
    }

    /// What was sent in a generation that is over arrives once more, and must change nothing.
    void repeatStaleRequests() {
        SyncGroupRequestData sync = lastSync;
        if (sync != null && history.isOver(sync.generationId())) {
            history.asked(
                    groups.coordinator.syncGroup(groups.caller(5), sync),
                    answer -> history.refused(Errors.forCode(answer.errorCode())));
        }
        OffsetCommitRequestData commit = lastCommit;
        if (commit != null && history.isOver(commit.generationIdOrMemberEpoch())) {
            history.asked(
                    groups.coordinator.commitOffsets(groups.caller(9), commit),
                    answer -> history.refused(TestMember.errorOf(answer)));
        }
    }

    private void react(Errors error) {
        switch (error) {
            case UNKNOWN_MEMBER_ID -> {
                member.id = "";
                member.generation = -1;
                phase = Phase.TO_JOIN;
            }
            case MEMBER_ID_REQUIRED,
                    REBALANCE_IN_PROGRESS,
                    ILLEGAL_GENERATION,
                    NOT_COORDINATOR,
                    COORDINATOR_NOT_AVAILABLE,
                    COORDINATOR_LOAD_IN_PROGRESS -> {
                if (phase != Phase.STABLE || isRejoin(error)) {
                    phase = Phase.TO_JOIN;
                }
            }
            case FENCED_INSTANCE_ID -> crash();
            default -> throw new AssertionError(name + " got " + error + " in " + phase);
        }
    }

    private static boolean isRejoin(Errors error) {
        return error == Errors.REBALANCE_IN_PROGRESS || error == Errors.ILLEGAL_GENERATION;
    }

    static Set<Integer> allPartitions() {
        return IntStream.range(0, PARTITIONS).boxed().collect(Collectors.toCollection(TreeSet::new));
    }
}
