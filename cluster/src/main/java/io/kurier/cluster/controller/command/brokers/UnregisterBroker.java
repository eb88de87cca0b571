package io.kurier.cluster.controller.command.brokers;

import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.controller.command.partitions.BrokerEvents;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.metadata.UnregisterBrokerRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Takes a broker out of the cluster (API 64, KIP-631): it leads nothing any more and is in no ISR. Its replicas stay
/// in the assignments; who wants others reassigns them before. A node that runs stops when it sees this, so it must not
/// hold any.
///
/// Errors: BROKER_ID_NOT_REGISTERED; INVALID_REQUEST for a node that runs and holds replicas.
public final class UnregisterBroker implements Command<UnregisterBrokerRequestData, UnregisterBrokerResponseData> {
    @Override
    public Decision<UnregisterBrokerResponseData> decide(UnregisterBrokerRequestData request, Situation situation) {
        BrokerImage broker = situation.image().broker(request.brokerId());
        if (broker == null) {
            return Decision.unchanged(new UnregisterBrokerResponseData()
                    .setErrorCode(Errors.BROKER_ID_NOT_REGISTERED.code())
                    .setErrorMessage("No broker with id " + request.brokerId() + " is registered."));
        }
        if (!broker.fenced() && holdsReplicas(broker.id(), situation.image())) {
            return Decision.unchanged(new UnregisterBrokerResponseData()
                    .setErrorCode(Errors.INVALID_REQUEST.code())
                    .setErrorMessage(
                            "Node " + broker.id() + " runs and holds replicas. Take it out with 'kurier cluster"
                                    + " leave --node-id " + broker.id() + "', which moves them first, or stop it."));
        }
        List<ApiMessage> records = new ArrayList<>(
                List.of(new UnregisterBrokerRecord().setBrokerId(broker.id()).setBrokerEpoch(broker.epoch())));
        records.addAll(new BrokerEvents(situation.after(records), broker.id()).gone());
        return new Decision<>(new UnregisterBrokerResponseData(), records);
    }

    private static boolean holdsReplicas(int brokerId, ClusterImage image) {
        return image.topicsByName().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(partition -> partition.replicas().contains(brokerId));
    }
}
