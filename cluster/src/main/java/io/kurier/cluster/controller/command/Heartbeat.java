package io.kurier.cluster.controller.command;

import io.kurier.cluster.image.BrokerImage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// Hears from a broker, and unfences it once it has caught up with its own registration (API 63, KIP-631). A broker
/// that wants to be fenced, or of which the controller wants it, loses its leaderships and its place in each ISR that
/// has other members. One that wants to stop may.
///
/// Errors: BROKER_ID_NOT_REGISTERED, STALE_BROKER_EPOCH.
final class Heartbeat implements Command<BrokerHeartbeatRequestData, BrokerHeartbeatResponseData> {
    private static final byte UNFENCE = -1;
    private static final byte FENCE = 1;

    @Override
    public Decision<BrokerHeartbeatResponseData> decide(BrokerHeartbeatRequestData request, Situation situation) {
        try {
            BrokerImage broker = Brokers.require(situation, request.brokerId(), request.brokerEpoch());
            boolean caughtUp = request.currentMetadataOffset() >= broker.epoch();
            List<ApiMessage> records = new ArrayList<>();
            boolean fenced = broker.fenced();
            OptionalInt change = fencing(request, fenced, caughtUp);
            if (change.isPresent()) {
                fenced = change.getAsInt() == FENCE;
                records.add(new BrokerRegistrationChangeRecord()
                        .setBrokerId(broker.id())
                        .setBrokerEpoch(broker.epoch())
                        .setFenced((byte) change.getAsInt()));
                if (fenced) {
                    LeaderElection.leave(situation.image(), broker.id(), records::add);
                } else {
                    LeaderElection.lead(situation.image(), broker.id(), records::add);
                }
            }
            return new Decision<>(
                    new BrokerHeartbeatResponseData()
                            .setIsCaughtUp(caughtUp)
                            .setIsFenced(fenced)
                            .setShouldShutDown(request.wantShutDown()),
                    records);
        } catch (Refusal e) {
            return Decision.unchanged(
                    new BrokerHeartbeatResponseData().setErrorCode(e.error().code()));
        }
    }

    private static OptionalInt fencing(BrokerHeartbeatRequestData request, boolean fenced, boolean caughtUp) {
        if (fenced) {
            return caughtUp && !request.wantFence() && !request.wantShutDown()
                    ? OptionalInt.of(UNFENCE)
                    : OptionalInt.empty();
        }
        return request.wantFence() ? OptionalInt.of(FENCE) : OptionalInt.empty();
    }
}
