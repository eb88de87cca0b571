package io.kurier.cluster.controller.command.brokers;

import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.controller.command.partitions.BrokerEvents;
import io.kurier.cluster.image.BrokerImage;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// Hears from a broker (API 63, KIP-631).
///
/// - A fenced one is unfenced once it has caught up with its own registration, and leads what it may.
/// - One that wants to be fenced, or of which the controller wants it, is in no ISR and leads nothing from then on.
/// - One that wants to stop is *in controlled shutdown* from then on: its leaderships and its places in the ISR go to
///   others, as far as others have everything. It may stop at the first heartbeat after that which finds nothing left
///   to hand over; at once if it is fenced, or if no other broker is there.
/// - One that has lost data directories (KIP-858) is in sync nowhere with what lay there; one that has lost all is
///   fenced, if another broker is there.
///
/// Errors: BROKER_ID_NOT_REGISTERED, STALE_BROKER_EPOCH.
public final class Heartbeat implements Command<BrokerHeartbeatRequestData, BrokerHeartbeatResponseData> {
    private static final byte UNFENCE = -1;
    private static final byte FENCE = 1;
    private static final byte SHUT_DOWN = 1;

    @Override
    public Decision<BrokerHeartbeatResponseData> decide(BrokerHeartbeatRequestData request, Situation situation) {
        try {
            BrokerImage broker = Brokers.require(situation, request.brokerId(), request.brokerEpoch());
            boolean caughtUp = request.currentMetadataOffset() >= broker.epoch();
            BrokerHeartbeatResponseData answer =
                    new BrokerHeartbeatResponseData().setIsCaughtUp(caughtUp).setIsFenced(broker.fenced());
            if (request.wantShutDown() && !request.wantFence() && !broker.fenced()) {
                return stop(broker, situation, answer);
            }
            boolean diskless = isDiskless(request, broker) && !isAlone(broker, situation);
            boolean stays = request.wantFence() || request.wantShutDown() || diskless || !caughtUp;
            if (broker.fenced()) {
                return stays
                        ? Decision.unchanged(answer.setShouldShutDown(request.wantShutDown()))
                        : unfence(broker, situation, answer);
            }
            return request.wantFence() || diskless
                    ? fence(broker, situation, answer)
                    : loseDisks(request.offlineLogDirs(), broker, situation, answer);
        } catch (Refusal e) {
            return Decision.unchanged(
                    new BrokerHeartbeatResponseData().setErrorCode(e.error().code()));
        }
    }

    private static Decision<BrokerHeartbeatResponseData> fence(
            BrokerImage broker, Situation situation, BrokerHeartbeatResponseData answer) {
        List<ApiMessage> records = new ArrayList<>(List.of(change(broker).setFenced(FENCE)));
        records.addAll(events(broker, situation, records).gone());
        return new Decision<>(answer.setIsFenced(true), records);
    }

    private static Decision<BrokerHeartbeatResponseData> unfence(
            BrokerImage broker, Situation situation, BrokerHeartbeatResponseData answer) {
        List<ApiMessage> records = new ArrayList<>(List.of(change(broker).setFenced(UNFENCE)));
        records.addAll(events(broker, situation, records).came());
        return new Decision<>(answer.setIsFenced(false), records);
    }

    private static Decision<BrokerHeartbeatResponseData> stop(
            BrokerImage broker, Situation situation, BrokerHeartbeatResponseData answer) {
        if (isAlone(broker, situation)) {
            return Decision.unchanged(answer.setShouldShutDown(true));
        }
        List<ApiMessage> records = new ArrayList<>();
        if (!broker.inControlledShutdown()) {
            records.add(change(broker).setInControlledShutdown(SHUT_DOWN));
        }
        records.addAll(events(broker, situation, records).stopping());
        return new Decision<>(answer.setShouldShutDown(records.isEmpty()), records);
    }

    private static boolean isAlone(BrokerImage broker, Situation situation) {
        return situation.image().brokers().values().stream()
                .noneMatch(other -> other.id() != broker.id() && other.isActive());
    }

    private static boolean isDiskless(BrokerHeartbeatRequestData request, BrokerImage broker) {
        return !request.offlineLogDirs().isEmpty() && request.offlineLogDirs().containsAll(broker.logDirs());
    }

    private static Decision<BrokerHeartbeatResponseData> loseDisks(
            List<Uuid> offline, BrokerImage broker, Situation situation, BrokerHeartbeatResponseData answer) {
        List<Uuid> online = broker.logDirs().stream()
                .filter(directory -> !offline.contains(directory))
                .toList();
        if (online.size() == broker.logDirs().size() || online.isEmpty()) {
            return Decision.unchanged(answer);
        }
        List<ApiMessage> records = new ArrayList<>(List.of(change(broker).setLogDirs(online)));
        records.addAll(events(broker, situation, records).disksGone());
        return new Decision<>(answer, records);
    }

    private static BrokerEvents events(BrokerImage broker, Situation situation, List<ApiMessage> records) {
        return new BrokerEvents(situation.after(records), broker.id());
    }

    private static BrokerRegistrationChangeRecord change(BrokerImage broker) {
        return new BrokerRegistrationChangeRecord().setBrokerId(broker.id()).setBrokerEpoch(broker.epoch());
    }
}
