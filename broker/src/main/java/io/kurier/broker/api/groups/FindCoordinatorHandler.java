package io.kurier.broker.api.groups;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.coordinator.share.ShareCoordinator;
import io.kurier.coordinator.share.SharePartitionKey;
import io.kurier.coordinator.txn.TransactionCoordinator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// FindCoordinator: which node is in charge of a group, of a transactional id, or of the state of a share partition.
/// The first question makes the coordinator's topic.
public final class FindCoordinatorHandler implements ApiHandler<FindCoordinatorRequestData> {
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    private static final byte SHARE = 2;
    private static final short FIRST_WITH_MANY_KEYS = 4;
    private static final int NO_NODE = -1;

    private final Map<Byte, Kind> kinds;
    private final InternalTopics topics;
    private final ShardLeaders leaders;

    /// What is coordinated, and in which partition of which topic.
    private record Kind(String topic, ToIntFunction<String> shardOf, Predicate<String> isKey) {
        Kind(String topic, ToIntFunction<String> shardOf) {
            this(topic, shardOf, key -> true);
        }
    }

    public FindCoordinatorHandler(
            GroupCoordinator groups,
            TransactionCoordinator transactions,
            ShareCoordinator shares,
            InternalTopics topics,
            ShardLeaders leaders) {
        this.kinds = Map.of(
                GROUP, new Kind(GroupCoordinator.TOPIC, groups::shardOf),
                TRANSACTION, new Kind(TransactionCoordinator.TOPIC, transactions::shardOf),
                SHARE,
                        new Kind(
                                ShareCoordinator.TOPIC,
                                shares::shardOf,
                                key -> SharePartitionKey.parse(key).isPresent()));
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
        Kind kind = kinds.get(request.keyType());
        if (kind == null) {
            String message =
                    "This node coordinates groups (0), transactions (1) and the state of share groups (2), not key"
                            + " type " + request.keyType();
            return CompletableFuture.completedFuture(answer(
                    context,
                    keys.stream()
                            .map(key -> refused(key, Errors.INVALID_REQUEST, message))
                            .toList()));
        }
        return topics.ensure(kind.topic())
                .thenApply(error -> answer(
                        context,
                        keys.stream()
                                .map(key -> find(context, kind, key, error))
                                .toList()))
                .toCompletableFuture();
    }

    private Coordinator find(RequestContext context, Kind kind, String key, Errors topicError) {
        if (!kind.isKey().test(key)) {
            return refused(key, Errors.INVALID_REQUEST, "A share partition is named GROUP:TOPIC-ID:PARTITION.");
        }
        if (topicError != Errors.NONE) {
            return refused(
                    key, Errors.COORDINATOR_NOT_AVAILABLE, kind.topic() + " cannot be made: " + topicError.message());
        }
        return leaders.leaderOf(kind.topic(), kind.shardOf().applyAsInt(key), context)
                .map(leader -> new Coordinator()
                        .setKey(key)
                        .setNodeId(leader.nodeId())
                        .setHost(leader.host())
                        .setPort(leader.port()))
                .orElseGet(() -> refused(
                        key,
                        Errors.COORDINATOR_NOT_AVAILABLE,
                        "The partition of " + key + " in " + kind.topic() + " has no leader now"));
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
