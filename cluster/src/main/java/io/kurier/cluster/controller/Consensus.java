package io.kurier.cluster.controller;

import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.MetadataRecord;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// The replicated metadata log as the controller uses it. What is committed comes back through [ConsensusListener].
public interface Consensus {
    /// Appends records while this node leads: all of them are committed, or none.
    ///
    /// @param epoch the epoch in which the caller was told that this node leads
    /// @return the offset of the last record
    /// @throws LostLeadershipException if this node does not lead in that epoch any more; nothing was appended
    long append(int epoch, List<MetadataRecord> records) throws LostLeadershipException;

    /// Raises `kraft.version`: the log names its voters from then on, and they can change (KIP-853). It holds for what
    /// is appended later.
    ///
    /// @param epoch the epoch in which the caller was told that this node leads
    /// @param validateOnly to learn whether it can be
    /// @throws org.apache.kafka.common.errors.InvalidUpdateVersionException if it cannot: a voter does not run, or does
    ///     not know the level
    /// @throws LostLeadershipException if this node does not lead in that epoch any more; nothing has changed
    void raiseKraftVersion(int epoch, short level, boolean validateOnly) throws LostLeadershipException;

    /// Why nothing can be committed right now, such as a full disk; null if all is well.
    @Nullable
    String trouble();

    /// The offset that the next appended record gets.
    long nextOffset();

    /// Writes a snapshot of the image at its position, and lets the log forget what lies before. Blocks.
    ///
    /// @return false if there is a snapshot of that position, or a later one, already
    boolean snapshot(ClusterImage image);

    /// Answers a request of the quorum's own protocol: what other voters ask, what an administrator wants to know about
    /// the voters or to change about them. An error is inside the answer, such as NOT_LEADER_OR_FOLLOWER. The request
    /// is not used after this returns.
    ///
    /// @param version of the request's API
    CompletionStage<ApiMessage> handle(ApiMessage request, short version);

    /// This node does not lead in the epoch that was meant.
    final class LostLeadershipException extends Exception {
        /// `message` says what is known.
        public LostLeadershipException(String message) {
            super(message);
        }
    }
}
