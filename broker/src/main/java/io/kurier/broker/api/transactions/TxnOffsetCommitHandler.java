package io.kurier.broker.api.transactions;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.transaction.Verifications;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.coordinator.group.offsets.TxnOffsetAnswers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// TxnOffsetCommit: commits a group's offsets in a transaction, once its coordinator has said that they are part of it
/// (KIP-98, KIP-447, KIP-890).
public final class TxnOffsetCommitHandler implements ApiHandler<TxnOffsetCommitRequestData> {
    /// From here on the request itself makes the offsets part of the transaction.
    private static final short FIRST_THAT_ADDS = 5;

    private static final short FIRST_WITH_ABORTABLE = 4;
    private static final long EPOCH_OF_ITS_OWN = -1;

    private final GroupCoordinator groups;
    private final Verifications verifications;

    public TxnOffsetCommitHandler(GroupCoordinator groups, Verifications verifications) {
        this.groups = groups;
        this.verifications = verifications;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.TXN_OFFSET_COMMIT;
    }

    @Override
    public boolean mayBlock(TxnOffsetCommitRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<TxnOffsetCommitResponseData> handle(
            RequestContext context, TxnOffsetCommitRequestData request) {
        if (request.groupId().isEmpty()) {
            return CompletableFuture.completedFuture(TxnOffsetAnswers.refused(request, Errors.INVALID_GROUP_ID));
        }
        TopicPartition offsets = new TopicPartition(GroupCoordinator.TOPIC, groups.shardOf(request.groupId()));
        Verifications.Of transaction =
                new Verifications.Of(request.transactionalId(), request.producerId(), request.producerEpoch());
        boolean add = context.version() >= FIRST_THAT_ADDS;
        CompletableFuture<Long> markers = add
                ? CompletableFuture.completedFuture(EPOCH_OF_ITS_OWN)
                : groups.markersOf(request.groupId(), request.producerId());
        return markers.thenCompose(seen -> verifications
                .ask(transaction, List.of(offsets), add)
                .thenCompose(errors -> {
                    Errors error = known(errors.getOrDefault(offsets, Errors.NONE), context.version());
                    return error == Errors.NONE
                            ? groups.commitOffsets(context.caller(), request, seen)
                            : CompletableFuture.completedFuture(TxnOffsetAnswers.refused(request, error));
                }));
    }

    /// The error as the version has it.
    private static Errors known(Errors error, short version) {
        return switch (error) {
            case PRODUCER_FENCED -> Errors.INVALID_PRODUCER_EPOCH;
            case TRANSACTION_ABORTABLE -> version >= FIRST_WITH_ABORTABLE ? error : Errors.INVALID_TXN_STATE;
            case CONCURRENT_TRANSACTIONS -> version >= FIRST_THAT_ADDS ? error : Errors.COORDINATOR_LOAD_IN_PROGRESS;
            // It is the group's coordinator that the client would look for elsewhere.
            case NOT_COORDINATOR -> Errors.COORDINATOR_NOT_AVAILABLE;
            default -> error;
        };
    }
}
