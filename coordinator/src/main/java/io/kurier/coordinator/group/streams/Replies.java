package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.topology.InternalTopic;
import io.kurier.coordinator.group.streams.topology.Problem;
import io.kurier.coordinator.runtime.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData.Status;
import org.jspecify.annotations.Nullable;

/// What a member is told: its epoch, its tasks, what is wrong with the group, and where others have their state.
final class Replies {
    /// Kafka's `group.streams.acceptable.recovery.lag`.
    private static final int ACCEPTABLE_LAG = 10_000;
    /// Kafka's `group.streams.task.offset.interval.ms`.
    private static final int TASK_OFFSET_INTERVAL_MS = 60_000;

    private final StreamsSettings settings;

    Replies(StreamsSettings settings) {
        this.settings = settings;
    }

    /// How a member wants its answer.
    ///
    /// @param endpointEpoch of the endpoints that it knows
    /// @param withTasks whether it is told its tasks, or that they are what they were
    record Form(short version, int endpointEpoch, boolean withTasks) {}

    /// The answer to a heartbeat; first internal topics are made, if some are missing.
    StreamsOutcome outcome(StreamsGroup group, StreamsMember member, Form form, Moment now) {
        List<InternalTopic> missing = group.plan == null ? List.of() : group.plan.missing();
        return new StreamsOutcome(answer(group, member, form, Map.of(), now), missing);
    }

    /// The answer once that was tried.
    StreamsGroupHeartbeatResponseData again(
            StreamsGroup group, StreamsMember member, short version, Map<String, String> failures, Moment now) {
        return answer(group, member, new Form(version, -1, true), failures, now);
    }

    private StreamsGroupHeartbeatResponseData answer(
            StreamsGroup group, StreamsMember member, Form form, Map<String, String> failures, Moment now) {
        StreamsGroupHeartbeatResponseData answer = new StreamsGroupHeartbeatResponseData()
                .setMemberId(member.id)
                .setMemberEpoch(member.standing.epoch())
                .setHeartbeatIntervalMs(intervalMs(group, member, now))
                .setTaskOffsetIntervalMs(TASK_OFFSET_INTERVAL_MS)
                .setEndpointInformationEpoch(group.endpointEpoch)
                .setStatus(statuses(group, member, failures, now));
        if (form.version() == 0) {
            answer.setAcceptableRecoveryLagLegacy(ACCEPTABLE_LAG);
        } else {
            answer.setAcceptableRecoveryLag(ACCEPTABLE_LAG);
        }
        if (form.withTasks()) {
            StreamsAnswers.tasks(answer, member.standing.assigned());
        }
        if (form.endpointEpoch() != group.endpointEpoch) {
            answer.setPartitionsByUserEndpoint(StreamsAnswers.endpoints(group));
        }
        return answer;
    }

    /// While the group waits for its first members, or a member for its first tasks, they are asked to come again when
    /// that is over.
    private int intervalMs(StreamsGroup group, StreamsMember member, Moment now) {
        long waitMs = Targets.isDelayed(group, now)
                ? group.delayedUntilMs - now.nowMs()
                : member.standing.assigned().isEmpty() ? group.waitMs(settings.assignmentIntervalMs(), now) : 0;
        return waitMs > 0 ? (int) Math.min(waitMs, settings.heartbeatIntervalMs()) : settings.heartbeatIntervalMs();
    }

    /// Null for none.
    private static @Nullable List<Status> statuses(
            StreamsGroup group, StreamsMember member, Map<String, String> failures, Moment now) {
        List<Problem> problems = new ArrayList<>();
        if (group.topology != null && member.profile.topologyEpoch() < group.topology.epoch()) {
            problems.add(new Problem(
                    Problem.Kind.STALE_TOPOLOGY,
                    "The member's topology has epoch " + member.profile.topologyEpoch() + ", the group's "
                            + group.topology.epoch() + ": start the newer version of the application."));
        }
        if (group.plan != null) {
            group.plan.problem().ifPresent(problems::add);
            if (group.plan.problem().isEmpty() && !group.plan.missing().isEmpty()) {
                problems.add(new Problem(
                        Problem.Kind.MISSING_INTERNAL_TOPICS,
                        "Internal topics are missing: "
                                + group.plan.missing().stream()
                                        .map(topic -> why(topic, failures))
                                        .collect(Collectors.joining(", "))
                                + "."));
            }
        }
        if (group.shutdownBy != null) {
            problems.add(new Problem(
                    Problem.Kind.SHUTDOWN_APPLICATION,
                    "Member " + group.shutdownBy + " asked the whole application to stop."));
        }
        if (Targets.isDelayed(group, now)) {
            problems.add(new Problem(
                    Problem.Kind.ASSIGNMENT_DELAYED,
                    "Tasks are handed out when group.streams.initial.rebalance.delay.ms is over."));
        }
        return problems.isEmpty()
                ? null
                : problems.stream().map(StreamsAnswers::status).toList();
    }

    private static String why(InternalTopic topic, Map<String, String> failures) {
        String why = failures.get(topic.name());
        return why == null ? topic.name() : topic.name() + " (" + why + ")";
    }
}
