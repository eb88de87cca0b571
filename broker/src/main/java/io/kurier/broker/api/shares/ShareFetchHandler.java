package io.kurier.broker.api.shares;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.quota.ClientQuota;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.ShareKey;
import io.kurier.broker.share.machine.Acknowledgement;
import io.kurier.broker.share.machine.AcquireWish;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ShareFetch: a member says what became of its records, and acquires others (KIP-932).
public final class ShareFetchHandler implements ApiHandler<ShareFetchRequestData> {
    private static final int MOST_PARTITIONS = 10_000;
    private static final byte RECORD_LIMIT = 1;

    private final ShareRoom room;
    private final ShareAnswers answers;
    private final Acknowledging acknowledging;
    private final PendingShareFetch.Sources sources;

    public ShareFetchHandler(ShareRoom room) {
        this.room = room;
        this.answers = room.answers();
        this.acknowledging = new Acknowledging(room.shares());
        this.sources = new PendingShareFetch.Sources(room.partitions(), room.shares(), new ShareReader());
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.SHARE_FETCH;
    }

    @Override
    public boolean mayBlock(ShareFetchRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<ShareFetchResponseData> handle(RequestContext context, ShareFetchRequestData request) {
        try {
            return fetch(context, request);
        } catch (PartitionException e) {
            return CompletableFuture.completedFuture(ShareAnswers.refusedFetch(e));
        }
    }

    private CompletableFuture<ShareFetchResponseData> fetch(RequestContext context, ShareFetchRequestData request) {
        ShareRequests.checkNames(request.groupId(), request.memberId());
        Map<ShareKey, List<Acknowledgement>> said = ShareRequests.acknowledgements(request.groupId(), request);
        ShareSession session = session(context, request, said.isEmpty());
        boolean closes = request.shareSessionEpoch() == ShareSessions.CLOSE;
        if (!closes
                && !session.update(
                        ShareRequests.named(request.groupId(), request),
                        ShareRequests.forgotten(request.groupId(), request),
                        MOST_PARTITIONS)) {
            throw new PartitionException(
                    Errors.INVALID_REQUEST, "A share session has at most " + MOST_PARTITIONS + " partitions");
        }
        CompletableFuture<Map<ShareKey, Outcome>> acknowledged =
                acknowledging.take(request.memberId(), said, request.isRenewAck());
        ClientQuota quota = context.quota();
        int throttleMs = quota.mayFetch() ? 0 : quota.throttleMs(ApiKeys.SHARE_FETCH);
        boolean reads = !closes && !request.isRenewAck() && throttleMs == 0;
        CompletableFuture<Map<ShareKey, PartitionData>> found =
                reads ? read(context, request, session) : CompletableFuture.completedFuture(new LinkedHashMap<>());
        return found.thenCombine(acknowledged, (data, outcomes) -> {
            if (closes) {
                room.sessions().end(session, true);
            }
            return answers.fetched(context, data, outcomes)
                    .setThrottleTimeMs(throttleMs)
                    .setAcquisitionLockTimeoutMs(room.lockMs(request.groupId()));
        });
    }

    private ShareSession session(RequestContext context, ShareFetchRequestData request, boolean saysNothing) {
        int epoch = request.shareSessionEpoch();
        if (epoch != ShareSessions.OPEN) {
            return room.sessions().find(request.groupId(), request.memberId(), epoch);
        }
        if (!saysNothing) {
            throw new PartitionException(
                    Errors.INVALID_REQUEST, "A request that begins a share session acknowledges nothing");
        }
        return room.sessions().open(request.groupId(), request.memberId(), context.line());
    }

    private CompletableFuture<Map<ShareKey, PartitionData>> read(
            RequestContext context, ShareFetchRequestData request, ShareSession session) {
        int maxBytes = Math.min(
                request.maxBytes(),
                Math.min(room.maxFetchBytes(), context.quota().mostFetchBytes()));
        PendingShareFetch.Wish wish = new PendingShareFetch.Wish(
                request.maxWaitMs(),
                maxBytes,
                new AcquireWish(request.maxRecords(), request.shareAcquireMode() == RECORD_LIMIT, request.batchSize()));
        return new PendingShareFetch(room.world(), context.executor(), sources, session, wish).start();
    }
}
