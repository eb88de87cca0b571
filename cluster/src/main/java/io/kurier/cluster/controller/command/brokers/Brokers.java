package io.kurier.cluster.controller.command.brokers;

import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.BrokerImage;
import org.apache.kafka.common.protocol.Errors;

/// Finds the broker that a request claims to come from.
public final class Brokers {
    private Brokers() {}

    /// The registered broker of this id and epoch.
    ///
    /// @throws Refusal with BROKER_ID_NOT_REGISTERED, or STALE_BROKER_EPOCH if another process has registered since
    public static BrokerImage require(Situation situation, int id, long epoch) throws Refusal {
        BrokerImage broker = situation.image().broker(id);
        if (broker == null) {
            throw new Refusal(Errors.BROKER_ID_NOT_REGISTERED, "No broker with id " + id + " is registered.");
        }
        if (broker.epoch() != epoch) {
            throw new Refusal(
                    Errors.STALE_BROKER_EPOCH,
                    "Expected broker epoch " + broker.epoch() + ", but got " + epoch + " for broker " + id + ".");
        }
        return broker;
    }
}
