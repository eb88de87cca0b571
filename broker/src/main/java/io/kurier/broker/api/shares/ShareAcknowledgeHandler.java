package io.kurier.broker.api.shares;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.replica.PartitionException;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ShareAcknowledge: a member says what became of its records (KIP-932).
public final class ShareAcknowledgeHandler implements ApiHandler<ShareAcknowledgeRequestData> {
    private final ShareRoom room;
    private final ShareAnswers answers;
    private final Acknowledging acknowledging;

    public ShareAcknowledgeHandler(ShareRoom room) {
        this.room = room;
        this.answers = room.answers();
        this.acknowledging = new Acknowledging(room.shares());
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.SHARE_ACKNOWLEDGE;
    }

    @Override
    public boolean mayBlock(ShareAcknowledgeRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<ShareAcknowledgeResponseData> handle(
            RequestContext context, ShareAcknowledgeRequestData request) {
        try {
            return acknowledge(context, request);
        } catch (PartitionException e) {
            return CompletableFuture.completedFuture(ShareAnswers.refusedAcknowledge(e));
        }
    }

    private CompletableFuture<ShareAcknowledgeResponseData> acknowledge(
            RequestContext context, ShareAcknowledgeRequestData request) {
        String groupId = request.groupId();
        String memberId = request.memberId();
        ShareRequests.checkNames(groupId, memberId);
        int epoch = request.shareSessionEpoch();
        if (epoch == ShareSessions.OPEN) {
            throw new PartitionException(Errors.INVALID_SHARE_SESSION_EPOCH, "Only ShareFetch begins a share session");
        }
        ShareSession session = room.sessions().find(groupId, memberId, epoch);
        return acknowledging
                .take(memberId, ShareRequests.acknowledgements(groupId, request), request.isRenewAck())
                .thenApply(outcomes -> {
                    if (epoch == ShareSessions.CLOSE) {
                        room.sessions().end(session, true);
                    }
                    return answers.acknowledged(context, outcomes).setAcquisitionLockTimeoutMs(room.lockMs(groupId));
                });
    }
}
