package io.kurier.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// The members of one large consumer group of the new protocol (KIP-848), several on a connection. They join, come to
/// rest, and then report one after the other as fast as the node answers.
public final class HeartbeatLoad implements AutoCloseable {
    private static final String GROUP = "many";
    private static final int CONNECTIONS = 8;
    private static final int REBALANCE_TIMEOUT_MS = 300_000;
    private static final long LIMIT_NS = 120_000_000_000L;
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);

    private final String topic;
    private final List<Member> members = new ArrayList<>();
    private final List<ControlClient> connections = new ArrayList<>();

    /// What one member knows.
    private static final class Member {
        final String id;
        int epoch;
        List<TopicPartitions> assigned = List.of();
        boolean isNews;

        Member(String id) {
            this.id = id;
        }
    }

    /// @param topic that all of them read
    public HeartbeatLoad(int port, String topic, int count) throws IOException {
        this.topic = topic;
        for (int i = 0; i < CONNECTIONS; i++) {
            connections.add(new ControlClient(port));
        }
        for (int i = 0; i < count; i++) {
            members.add(new Member("member-" + i));
        }
        awaitCoordinator();
    }

    private void awaitCoordinator() throws IOException {
        long deadlineNs = System.nanoTime() + LIMIT_NS;
        var request = new FindCoordinatorRequestData().setKeyType((byte) 0).setCoordinatorKeys(List.of(GROUP));
        while (System.nanoTime() < deadlineNs) {
            var answer = new FindCoordinatorResponseData();
            connections.getFirst().call(ApiKeys.FIND_COORDINATOR, (short) 4, request, answer);
            if (answer.coordinators().getFirst().errorCode() == 0) {
                return;
            }
        }
        throw new IOException("the group has no coordinator");
    }

    /// All join and come to rest; answers how long that took.
    public long settleNs() throws IOException {
        long beginNs = System.nanoTime();
        for (Member member : members) {
            Errors error = beat(connections.getFirst(), member, true);
            while (isBusy(error) && System.nanoTime() - beginNs < LIMIT_NS) {
                error = beat(connections.getFirst(), member, true);
            }
            Answers.check(error.code(), "join of " + member.id);
        }
        boolean rests = false;
        while (!rests) {
            if (System.nanoTime() - beginNs > LIMIT_NS) {
                throw new IOException("the group has not come to rest in " + LIMIT_NS / 1_000_000_000L + " s");
            }
            rests = true;
            for (Member member : members) {
                int before = member.epoch;
                Answers.check(beat(connections.getFirst(), member, false).code(), "heartbeat of " + member.id);
                rests &= member.epoch == before && !member.isNews && !member.assigned.isEmpty();
            }
            int epoch = members.getFirst().epoch;
            rests &= members.stream().allMatch(member -> member.epoch == epoch);
        }
        return System.nanoTime() - beginNs;
    }

    private static boolean isBusy(Errors error) {
        return error == Errors.COORDINATOR_LOAD_IN_PROGRESS
                || error == Errors.NOT_COORDINATOR
                || error == Errors.COORDINATOR_NOT_AVAILABLE;
    }

    private Errors beat(ControlClient connection, Member member, boolean joins) throws IOException {
        var request = new ConsumerGroupHeartbeatRequestData()
                .setGroupId(GROUP)
                .setMemberId(member.id)
                .setMemberEpoch(member.epoch);
        if (joins) {
            request.setRebalanceTimeoutMs(REBALANCE_TIMEOUT_MS)
                    .setSubscribedTopicNames(List.of(topic))
                    .setTopicPartitions(List.of());
        } else if (member.isNews) {
            request.setTopicPartitions(member.assigned);
            member.isNews = false;
        }
        var answer = new ConsumerGroupHeartbeatResponseData();
        connection.call(ApiKeys.CONSUMER_GROUP_HEARTBEAT, (short) 1, request, answer);
        if (answer.errorCode() == 0) {
            member.epoch = answer.memberEpoch();
            if (answer.assignment() != null) {
                member.assigned = answer.assignment().topicPartitions().stream()
                        .map(told ->
                                new TopicPartitions().setTopicId(told.topicId()).setPartitions(told.partitions()))
                        .toList();
                member.isNews = true;
            }
        }
        return Errors.forCode(answer.errorCode());
    }

    /// What was answered.
    public record Outcome(long heartbeats, long elapsedNs, Histogram latencyNs) {}

    /// Reports for so many seconds.
    public Outcome run(int seconds) throws IOException {
        long beginNs = System.nanoTime();
        long untilNs = beginNs + TimeUnit.SECONDS.toNanos(seconds);
        Histogram all = new Histogram(LONGEST_NS, 3);
        List<Workers.Work> work = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            int number = i;
            work.add(() -> {
                Histogram one = report(number, untilNs);
                synchronized (all) {
                    all.add(one);
                }
            });
        }
        Workers.run(work);
        return new Outcome(all.getTotalCount(), System.nanoTime() - beginNs, all);
    }

    private Histogram report(int number, long untilNs) throws IOException {
        Histogram latencyNs = new Histogram(LONGEST_NS, 3);
        for (int i = number; System.nanoTime() < untilNs; i += CONNECTIONS) {
            long beginNs = System.nanoTime();
            Member member = members.get(i % members.size());
            Answers.check(beat(connections.get(number), member, false).code(), "heartbeat of " + member.id);
            latencyNs.recordValue(Math.min(LONGEST_NS, System.nanoTime() - beginNs));
        }
        return latencyNs;
    }

    @Override
    public void close() throws IOException {
        for (ControlClient connection : connections) {
            connection.close();
        }
    }
}
