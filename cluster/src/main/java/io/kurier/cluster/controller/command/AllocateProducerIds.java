package io.kurier.cluster.controller.command;

import io.kurier.cluster.controller.command.brokers.Brokers;
import java.util.List;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.metadata.ProducerIdsRecord;
import org.apache.kafka.common.protocol.Errors;

/// Gives a broker a block of producer ids that nobody else gets, ever (API 67, KIP-730).
///
/// Errors: BROKER_ID_NOT_REGISTERED, STALE_BROKER_EPOCH, UNKNOWN_SERVER_ERROR once all ids are used up.
final class AllocateProducerIds implements Command<AllocateProducerIdsRequestData, AllocateProducerIdsResponseData> {
    /// How many ids a block has, as in Kafka.
    static final int BLOCK = 1_000;

    @Override
    public Decision<AllocateProducerIdsResponseData> decide(
            AllocateProducerIdsRequestData request, Situation situation) {
        try {
            Brokers.require(situation, request.brokerId(), request.brokerEpoch());
            long start = situation.image().nextProducerId();
            if (start > Long.MAX_VALUE - BLOCK) {
                throw new Refusal(Errors.UNKNOWN_SERVER_ERROR, "Exhausted all producer ids.");
            }
            ProducerIdsRecord record = new ProducerIdsRecord()
                    .setBrokerId(request.brokerId())
                    .setBrokerEpoch(request.brokerEpoch())
                    .setNextProducerId(start + BLOCK);
            return new Decision<>(
                    new AllocateProducerIdsResponseData()
                            .setProducerIdStart(start)
                            .setProducerIdLen(BLOCK),
                    List.of(record));
        } catch (Refusal e) {
            return Decision.unchanged(
                    new AllocateProducerIdsResponseData().setErrorCode(e.error().code()));
        }
    }
}
