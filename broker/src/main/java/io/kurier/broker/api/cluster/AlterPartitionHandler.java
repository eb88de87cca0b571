package io.kurier.broker.api.cluster;

import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// AlterPartition: the controller changes which replicas are in sync, because a leader says so (KIP-497).
public final class AlterPartitionHandler
        extends ForwardedApi<AlterPartitionRequestData, AlterPartitionResponseData> {
    public AlterPartitionHandler(ControllerCalls controller) {
        super(
                ApiKeys.ALTER_PARTITION,
                AlterPartitionResponseData.class,
                request -> ControllerCalls.TIMEOUT_MS,
                controller);
    }
}
