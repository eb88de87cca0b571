package io.kurier.broker.api.quotas;

import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.api.cluster.ForwardedApi;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// AlterClientQuotas: the controller keeps the limits of clients (KIP-546), and every node holds its clients to them.
public final class AlterClientQuotasHandler
        extends ForwardedApi<AlterClientQuotasRequestData, AlterClientQuotasResponseData> {
    public AlterClientQuotasHandler(ControllerCalls controller) {
        super(
                ApiKeys.ALTER_CLIENT_QUOTAS,
                AlterClientQuotasResponseData.class,
                request -> ControllerCalls.TIMEOUT_MS,
                controller);
    }
}
