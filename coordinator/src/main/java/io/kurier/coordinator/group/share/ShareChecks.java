package io.kurier.coordinator.group.share;

import io.kurier.coordinator.group.Names;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What can be said of a ShareGroupHeartbeat by looking at it alone.
public final class ShareChecks {
    /// Names that a member may subscribe to.
    private static final int MAX_TOPICS = 100_000;

    private ShareChecks() {}

    /// A refusal, with what to do.
    public static ShareGroupHeartbeatResponseData refused(Errors error, String message) {
        return new ShareGroupHeartbeatResponseData().setErrorCode(error.code()).setErrorMessage(message);
    }

    /// The answer to a request that makes no sense; null if it does.
    public static @Nullable ShareGroupHeartbeatResponseData check(ShareGroupHeartbeatRequestData request) {
        if (request.groupId().isEmpty() || !Names.fit(request.groupId())) {
            return refused(Errors.INVALID_GROUP_ID, "A group id must have 1 to 10,000 characters.");
        }
        String complaint = complaint(request);
        return complaint == null ? null : refused(Errors.INVALID_REQUEST, complaint);
    }

    private static @Nullable String complaint(ShareGroupHeartbeatRequestData request) {
        if (request.memberId().isEmpty()) {
            return "A member must make up an id for itself (MemberId is empty).";
        }
        if (!Names.fit(request.memberId()) || !Names.fit(request.rackId())) {
            return "A member's id and rack must have at most 10,000 characters.";
        }
        if (request.rackId() != null && request.rackId().isEmpty()) {
            return "A rack must not be empty: leave it out.";
        }
        if (request.memberEpoch() < ShareProtocol.LEAVES) {
            return "A member's epoch is at least -1.";
        }
        if (request.subscribedTopicNames() != null
                && (request.subscribedTopicNames().size() > MAX_TOPICS
                        || !request.subscribedTopicNames().stream().allMatch(Names::fit))) {
            return "A member subscribes to at most 100,000 topics.";
        }
        boolean joins = request.memberEpoch() == ShareProtocol.JOINS;
        return joins
                        && (request.subscribedTopicNames() == null
                                || request.subscribedTopicNames().isEmpty())
                ? "A member that joins must say which topics it wants."
                : null;
    }
}
