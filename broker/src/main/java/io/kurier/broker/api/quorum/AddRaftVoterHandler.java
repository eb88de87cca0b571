package io.kurier.broker.api.quorum;

import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.api.cluster.ForwardedApi;
import org.apache.kafka.common.message.AddRaftVoterRequestData;
import org.apache.kafka.common.message.AddRaftVoterResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// AddRaftVoter: the leader of the metadata log lets one more node vote, once it has caught up (KIP-853).
public final class AddRaftVoterHandler extends ForwardedApi<AddRaftVoterRequestData, AddRaftVoterResponseData> {
    public AddRaftVoterHandler(ControllerCalls controller) {
        super(ApiKeys.ADD_RAFT_VOTER, AddRaftVoterResponseData.class, AddRaftVoterRequestData::timeoutMs, controller);
    }
}
