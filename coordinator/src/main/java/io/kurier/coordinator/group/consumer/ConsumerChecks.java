package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.group.Names;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What can be said of a ConsumerGroupHeartbeat by looking at it alone.
public final class ConsumerChecks {
    /// Names that a member may subscribe to.
    private static final int MAX_TOPICS = 100_000;

    private ConsumerChecks() {}

    /// A refusal, with what to do.
    public static ConsumerGroupHeartbeatResponseData refused(Errors error, String message) {
        return new ConsumerGroupHeartbeatResponseData()
                .setErrorCode(error.code())
                .setErrorMessage(message);
    }

    /// The answer to a request that makes no sense; null if it does.
    public static @Nullable ConsumerGroupHeartbeatResponseData check(
            ConsumerGroupHeartbeatRequestData request, ConsumerSettings settings) {
        if (request.groupId().isEmpty() || !Names.fit(request.groupId())) {
            return refused(Errors.INVALID_GROUP_ID, "A group id must have 1 to 10,000 characters.");
        }
        String complaint = complaint(request);
        if (complaint != null) {
            return refused(Errors.INVALID_REQUEST, complaint);
        }
        String assignor = request.serverAssignor();
        if (assignor != null && !settings.assignors().contains(assignor)) {
            return refused(
                    Errors.UNSUPPORTED_ASSIGNOR,
                    "There is no assignor " + assignor + "; there are " + String.join(", ", settings.assignors())
                            + ".");
        }
        String pattern = request.subscribedTopicRegex();
        if (pattern != null) {
            return Patterns.complaint(pattern)
                    .map(why -> refused(Errors.INVALID_REGULAR_EXPRESSION, why))
                    .orElse(null);
        }
        return null;
    }

    private static @Nullable String complaint(ConsumerGroupHeartbeatRequestData request) {
        if (request.memberId().isEmpty()) {
            return "A member must make up an id for itself (MemberId is empty).";
        }
        if (!Names.fit(request.memberId()) || !Names.fit(request.instanceId()) || !Names.fit(request.rackId())) {
            return "A member's id, instance id and rack must have at most 10,000 characters.";
        }
        if (request.instanceId() != null && request.instanceId().isEmpty()) {
            return "An instance id must not be empty: leave it out.";
        }
        if (request.memberEpoch() < ConsumerMember.LEFT_FOR_NOW) {
            return "A member's epoch is at least -2.";
        }
        if (request.memberEpoch() == ConsumerMember.LEFT_FOR_NOW && request.instanceId() == null) {
            return "Only a member with an instance id can leave to come back (epoch -2).";
        }
        if (request.subscribedTopicNames() != null
                && (request.subscribedTopicNames().size() > MAX_TOPICS
                        || !request.subscribedTopicNames().stream().allMatch(Names::fit))) {
            return "A member subscribes to at most 100,000 topics.";
        }
        return request.memberEpoch() == 0 ? complaintOfJoin(request) : null;
    }

    private static @Nullable String complaintOfJoin(ConsumerGroupHeartbeatRequestData request) {
        if (request.rebalanceTimeoutMs() < 0) {
            return "A member that joins must say its rebalance timeout.";
        }
        if (request.subscribedTopicNames() == null && request.subscribedTopicRegex() == null) {
            return "A member that joins must say which topics it wants.";
        }
        if (request.topicPartitions() == null || !request.topicPartitions().isEmpty()) {
            return "A member that joins must say that it has no partitions yet.";
        }
        return null;
    }
}
