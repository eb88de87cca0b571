package io.kurier.coordinator.txn;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/// All that is known of one transactional id. Immutable: what changes it makes another one.
///
/// @param producerId the present one
/// @param epoch the present one; while markers are written, that of the markers
/// @param lastEpoch the one that the present producer had before it asked for this one, -1 if nobody can ask for the
///     same again; it is not stored
/// @param previousProducerId the one whose epochs were used up before, -1 for none
/// @param nextProducerId the one that it has when the markers are written, -1 if it stays the same
/// @param timeoutMs how long a transaction may take
/// @param partitions of the transaction; while markers are written, those that were not confirmed
/// @param startMs wall clock when the transaction began, -1 if there is none
/// @param updatedMs wall clock of the last change
/// @param clientVersion how its producer ends transactions: 2 takes it to the next epoch (KIP-890)
public record Txn(
        String id,
        long producerId,
        short epoch,
        short lastEpoch,
        long previousProducerId,
        long nextProducerId,
        int timeoutMs,
        TxnState state,
        Set<TopicPartition> partitions,
        long startMs,
        long updatedMs,
        short clientVersion) {
    static final long NO_ID = -1;
    static final short NO_EPOCH = -1;
    static final long NO_TIME = -1;

    /// A transactional id that was not known before.
    static Txn first(String id, long producerId, int timeoutMs, long nowMs) {
        return new Txn(
                id,
                producerId,
                (short) 0,
                NO_EPOCH,
                NO_ID,
                NO_ID,
                timeoutMs,
                TxnState.EMPTY,
                Set.of(),
                NO_TIME,
                nowMs,
                (short) 0);
    }

    /// The question that a request of this producer is.
    ///
    /// @param namedId the producer id that the request names, -1 for none
    TxnTable.Case question(TxnRequest request, long namedId, short namedEpoch) {
        boolean exhausted = epoch >= TxnTable.LAST_EPOCH;
        boolean repeated = request == TxnRequest.INIT
                && lastEpoch != NO_EPOCH
                && namedEpoch == lastEpoch
                && (namedId == producerId || namedId == previousProducerId);
        // The epoch behind the last one is that of markers; no producer has it, or gets it by asking again.
        boolean nobodys = epoch > TxnTable.LAST_EPOCH && !state.isPrepared();
        if (repeated && nobodys) {
            return new TxnTable.Case(state, request, Relation.SAME, false, true);
        }
        Relation relation = relation(namedId, namedEpoch);
        return new TxnTable.Case(
                state, request, nobodys && relation == Relation.LAST ? Relation.OLDER : relation, repeated, exhausted);
    }

    private Relation relation(long namedId, short namedEpoch) {
        if (namedId == NO_ID) {
            return Relation.NONE;
        }
        if (namedId == nextProducerId && namedEpoch == 0) {
            return Relation.SAME; // its producer was told when the end of the transaction was decided
        }
        if (namedId != producerId) {
            return namedId == previousProducerId && namedEpoch == TxnTable.LAST_EPOCH && epoch == 0
                    ? Relation.ROTATED
                    : Relation.OTHER;
        }
        int distance = namedEpoch - epoch;
        if (distance == 0) {
            return Relation.SAME;
        }
        return distance > 0 ? Relation.AHEAD : distance == -1 ? Relation.LAST : Relation.OLDER;
    }

    /// The producer gets its next epoch, or another id.
    ///
    /// @param knownEpoch the epoch that it named, which may ask for the same again; -1 if it named none
    Txn renewed(long newId, short newEpoch, short knownEpoch, int newTimeoutMs, long nowMs) {
        return new Txn(
                id,
                newId,
                newEpoch,
                knownEpoch,
                newId == producerId ? previousProducerId : producerId,
                NO_ID,
                newTimeoutMs,
                TxnState.EMPTY,
                Set.of(),
                NO_TIME,
                nowMs,
                clientVersion);
    }

    /// With these partitions as well.
    Txn with(Set<TopicPartition> more, long nowMs) {
        Set<TopicPartition> all = new TreeSet<>(Partitions.ORDER);
        if (state == TxnState.ONGOING) {
            all.addAll(partitions);
        }
        all.addAll(more);
        return new Txn(
                id,
                producerId,
                epoch,
                NO_EPOCH,
                previousProducerId,
                NO_ID,
                timeoutMs,
                TxnState.ONGOING,
                all,
                state == TxnState.ONGOING ? startMs : nowMs,
                nowMs,
                clientVersion);
    }

    /// On its way to its end.
    ///
    /// @param knownEpoch the epoch of a producer that ended it by asking for another epoch, and may ask again; else -1
    Txn ending(TxnState prepared, boolean bump, long newId, short knownEpoch, short version, long nowMs) {
        return new Txn(
                id,
                producerId,
                bump ? (short) (epoch + 1) : epoch,
                knownEpoch,
                previousProducerId,
                newId,
                timeoutMs,
                prepared,
                partitions,
                startMs,
                nowMs,
                version);
    }

    /// At its end.
    Txn ended(TxnState complete, long nowMs) {
        boolean rotates = nextProducerId != NO_ID;
        return new Txn(
                id,
                rotates ? nextProducerId : producerId,
                rotates ? 0 : epoch,
                lastEpoch,
                rotates ? producerId : previousProducerId,
                NO_ID,
                timeoutMs,
                complete,
                Set.of(),
                startMs,
                nowMs,
                clientVersion);
    }
}
