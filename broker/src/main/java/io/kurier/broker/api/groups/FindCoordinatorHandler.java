package io.kurier.broker.api.groups;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.group.GroupCoordinator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// FindCoordinator: which node is in charge of a group. The first question makes the coordinator's topic.
public final class FindCoordinatorHandler implements ApiHandler<FindCoordinatorRequestData> {
    private static final byte GROUP = 0;
    private static final short FIRST_WITH_MANY_KEYS = 4;
    private static final int NO_NODE = -1;

    private final GroupCoordinator groups;
    private final InternalTopics topics;
    private final ShardLeaders leaders;

    public FindCoordinatorHandler(GroupCoordinator groups, InternalTopics topics, ShardLeaders leaders) {
        this.groups = groups;
        this.topics = topics;
        this.leaders = leaders;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.FIND_COORDINATOR;
    }

    @Override
    public boolean mayBlock(FindCoordinatorRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<FindCoordinatorResponseData> handle(
            RequestContext context, FindCoordinatorRequestData request) {
        List<String> keys =
                context.version() < FIRST_WITH_MANY_KEYS ? List.of(request.key()) : request.coordinatorKeys();
        if (request.keyType() != GROUP) {
            String message = "This node coordinates groups only, not key type " + request.keyType();
            return CompletableFuture.completedFuture(answer(
                    context,
                    keys.stream()
                            .map(key -> refused(key, Errors.INVALID_REQUEST, message))
                            .toList()));
        }
        return topics.ensure(GroupCoordinator.TOPIC)
                .thenApply(error -> answer(
                        context,
                        keys.stream().map(key -> find(context, key, error)).toList()))
                .toCompletableFuture();
    }

    private Coordinator find(RequestContext context, String groupId, Errors topicError) {
        if (topicError != Errors.NONE) {
            return refused(
                    groupId,
                    Errors.COORDINATOR_NOT_AVAILABLE,
                    GroupCoordinator.TOPIC + " cannot be made: " + topicError.message());
        }
        return leaders.leaderOf(GroupCoordinator.TOPIC, groups.shardOf(groupId), context)
                .map(leader -> new Coordinator()
                        .setKey(groupId)
                        .setNodeId(leader.nodeId())
                        .setHost(leader.host())
                        .setPort(leader.port()))
                .orElseGet(() ->
                        refused(groupId, Errors.COORDINATOR_NOT_AVAILABLE, "The group's partition has no leader now"));
    }

    private static Coordinator refused(String key, Errors error, String message) {
        return new Coordinator()
                .setKey(key)
                .setNodeId(NO_NODE)
                .setHost("")
                .setPort(-1)
                .setErrorCode(error.code())
                .setErrorMessage(message);
    }

    /// Before version 4 the one coordinator is the answer itself.
    private static FindCoordinatorResponseData answer(RequestContext context, List<Coordinator> found) {
        FindCoordinatorResponseData answer = new FindCoordinatorResponseData();
        if (context.version() >= FIRST_WITH_MANY_KEYS) {
            return answer.setCoordinators(found);
        }
        Coordinator only = found.getFirst();
        return answer.setNodeId(only.nodeId())
                .setHost(only.host())
                .setPort(only.port())
                .setErrorCode(only.errorCode())
                .setErrorMessage(only.errorMessage());
    }
}
