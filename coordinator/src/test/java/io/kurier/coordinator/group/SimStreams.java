package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.Caller;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A thread of a Kafka Streams application as real ones behave: it gives tasks up and takes new ones in its own time,
/// reports meanwhile what it has, says everything again when an answer did not come, and joins anew when it is fenced.
/// Requests get lost, answers get lost, requests arrive twice and late.
final class SimStreams {
    private static final int ANSWER_WITHIN_MS = 3_000;

    private final StreamsFixture streams;
    private final Random random;
    final String id;
    final String process;
    private final int heartbeatMs;
    private final int slowMs;

    boolean alive;
    private int epoch;
    /// Tasks by role: `A` for active, `S` for standby, `W` for warm-up, then the task.
    private final SortedSet<String> runs = new TreeSet<>();

    private final SortedSet<String> told = new TreeSet<>();
    /// What it goes over to, as it was told when it began to.
    private Set<String> taking = Set.of();
    private boolean sayAll = true;
    private boolean changed;
    private long nextBeatMs;
    private long takenAtMs = Long.MAX_VALUE;
    private long heardUntilMs;
    private @Nullable CompletableFuture<StreamsGroupHeartbeatResponseData> waitsFor;
    private long sentMs;
    private final List<StreamsGroupHeartbeatRequestData> underWay = new ArrayList<>();

    SimStreams(StreamsFixture streams, Random random, String process, String id) {
        this.streams = streams;
        this.random = random;
        this.id = id;
        this.process = process;
        this.heartbeatMs = 500 + random.nextInt(4_500);
        this.slowMs = random.nextInt(5_000);
    }

    private long nowMs() {
        return streams.groups.sim.world().clock().nanos() / 1_000_000;
    }

    /// What it runs while the coordinator must count it as a member: it has heard of it within a session.
    Collection<String> surelyRuns(int sessionMs) {
        return alive && nowMs() < heardUntilMs + sessionMs ? runs : List.of();
    }

    void start() {
        alive = true;
        rejoin();
    }

    void crash() {
        alive = false;
        forget();
    }

    void leave() {
        if (alive && epoch > 0) {
            forget();
            alive = false;
            epoch = -1;
            send(small());
        }
    }

    private void forget() {
        runs.clear();
        told.clear();
        waitsFor = null;
        takenAtMs = Long.MAX_VALUE;
    }

    private void rejoin() {
        forget();
        epoch = 0;
        sayAll = true;
        nextBeatMs = nowMs();
    }

    void tick() {
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
        if (!underWay.isEmpty() && random.nextInt(20) == 0) { // a copy that was under way for long
            StreamsGroupHeartbeatRequestData copy = underWay.remove(random.nextInt(underWay.size()));
            if (copy.memberEpoch() != epoch) { // else the protocol cannot tell old from new
                send(copy);
            }
        }
    }

    private void beat() {
        StreamsGroupHeartbeatRequestData request = small();
        if (sayAll) {
            request.setRebalanceTimeoutMs(60_000).setProcessId(process);
        }
        if (epoch == 0) {
            request.setTopology(streams.topology);
        }
        if (sayAll || changed) {
            request.setActiveTasks(ids('A')).setStandbyTasks(ids('S')).setWarmupTasks(ids('W'));
        }
        sayAll = false;
        changed = false;
        nextBeatMs = nowMs() + heartbeatMs;
        sentMs = nowMs();
        if (random.nextInt(50) == 0) {
            underWay.add(request.duplicate());
        }
        if (random.nextInt(40) == 0) {
            waitsFor = new CompletableFuture<>(); // the request is lost
            return;
        }
        CompletableFuture<StreamsGroupHeartbeatResponseData> answer = send(request);
        waitsFor = random.nextInt(40) == 0 ? new CompletableFuture<>() : answer; // or its answer
        CompletableFuture<StreamsGroupHeartbeatResponseData> mine = waitsFor;
        long beatMs = sentMs;
        CompletableFuture<Void> _ = mine.thenAccept(heard -> {
            if (waitsFor == mine && alive) {
                waitsFor = null;
                hear(heard, beatMs);
            }
        });
    }

    private StreamsGroupHeartbeatRequestData small() {
        return new StreamsGroupHeartbeatRequestData()
                .setGroupId(GroupFixture.GROUP)
                .setMemberId(id)
                .setMemberEpoch(epoch);
    }

    private CompletableFuture<StreamsGroupHeartbeatResponseData> send(StreamsGroupHeartbeatRequestData request) {
        return streams.streams.heartbeat(new Caller((short) 1, id, "/127.0.0.1"), request);
    }

    private void hear(StreamsGroupHeartbeatResponseData answer, long beatMs) {
        switch (Errors.forCode(answer.errorCode())) {
            case NONE -> {
                heardUntilMs = beatMs;
                epoch = answer.memberEpoch();
                if (answer.activeTasks() != null) {
                    told.clear();
                    take('A', answer.activeTasks());
                    take('S', answer.standbyTasks());
                    take('W', answer.warmupTasks());
                    goOver();
                }
            }
            case FENCED_MEMBER_EPOCH, UNKNOWN_MEMBER_ID -> rejoin();
            default -> {
                sayAll = true;
                if (epoch == 0) {
                    rejoin();
                    nextBeatMs = nowMs() + heartbeatMs;
                }
            }
        }
    }

    private void goOver() {
        if (takenAtMs == Long.MAX_VALUE && !told.equals(runs)) {
            taking = Set.copyOf(told);
            takenAtMs = nowMs() + (taking.containsAll(runs) ? random.nextInt(1 + slowMs) : slowMs);
        }
        changed |= told.equals(runs);
    }

    private void take() {
        takenAtMs = Long.MAX_VALUE;
        runs.retainAll(taking);
        runs.addAll(taking);
        changed = true;
        nextBeatMs = nowMs();
        goOver(); // it may have been told something else since
    }

    private void take(char role, List<StreamsGroupHeartbeatResponseData.TaskIds> tasks) {
        for (StreamsGroupHeartbeatResponseData.TaskIds task : tasks) {
            for (int partition : task.partitions()) {
                String name = task.subtopologyId() + "_" + partition;
                assertThat(told).as("in one role").doesNotContain("A" + name, "S" + name, "W" + name);
                told.add(role + name);
            }
        }
    }

    private List<TaskIds> ids(char role) {
        SortedMap<String, List<Integer>> parts = new TreeMap<>();
        for (String task : runs) {
            if (task.charAt(0) == role) {
                String[] of = task.substring(1).split("_", 2);
                parts.computeIfAbsent(of[0], part -> new ArrayList<>()).add(Integer.parseInt(of[1]));
            }
        }
        return parts.entrySet().stream()
                .map(part -> new TaskIds().setSubtopologyId(part.getKey()).setPartitions(part.getValue()))
                .toList();
    }
}
