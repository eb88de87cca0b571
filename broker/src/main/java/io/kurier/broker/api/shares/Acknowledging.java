package io.kurier.broker.api.shares;

import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.share.LedShare;
import io.kurier.broker.share.ShareKey;
import io.kurier.broker.share.SharePartitions;
import io.kurier.broker.share.machine.Acknowledgement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.Errors;

/// Takes what a member says of its records, partition by partition, and waits until all of it is stored.
final class Acknowledging {
    private final SharePartitions shares;

    Acknowledging(SharePartitions shares) {
        this.shares = shares;
    }

    /// @param renews whether the request says that it renews
    /// @return one for each partition, in order; it never fails
    CompletableFuture<Map<ShareKey, Outcome>> take(
            String memberId, Map<ShareKey, List<Acknowledgement>> said, boolean renews) {
        Map<ShareKey, CompletableFuture<Outcome>> pending = new LinkedHashMap<>();
        said.forEach((key, batches) -> pending.put(key, take(memberId, key, batches, renews)));
        return CompletableFuture.allOf(pending.values().toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    Map<ShareKey, Outcome> outcomes = new LinkedHashMap<>();
                    pending.forEach((key, outcome) -> outcomes.put(key, outcome.join()));
                    return outcomes;
                });
    }

    private CompletableFuture<Outcome> take(
            String memberId, ShareKey key, List<Acknowledgement> batches, boolean renews) {
        try {
            Acknowledgement.check(batches, renews);
            shares.requireLed(key);
            LedShare share = shares.find(key);
            if (share == null) {
                throw new PartitionException(
                        Errors.INVALID_RECORD_STATE, "No member has records of " + key + " from this node");
            }
            return share.acknowledge(memberId, batches).thenApply(Outcome::of);
        } catch (PartitionException e) {
            return CompletableFuture.completedFuture(Outcome.of(e));
        }
    }
}
