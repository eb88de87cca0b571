package io.kurier.broker.api.quorum;

import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.api.cluster.ForwardedApi;
import org.apache.kafka.common.message.RemoveRaftVoterRequestData;
import org.apache.kafka.common.message.RemoveRaftVoterResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// RemoveRaftVoter: the leader of the metadata log takes a voter's vote away (KIP-853).
public final class RemoveRaftVoterHandler
        extends ForwardedApi<RemoveRaftVoterRequestData, RemoveRaftVoterResponseData> {
    public RemoveRaftVoterHandler(ControllerCalls controller) {
        super(
                ApiKeys.REMOVE_RAFT_VOTER,
                RemoveRaftVoterResponseData.class,
                request -> ControllerCalls.TIMEOUT_MS,
                controller);
    }
}
