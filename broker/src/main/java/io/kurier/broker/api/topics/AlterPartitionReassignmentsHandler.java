package io.kurier.broker.api.topics;

import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.api.cluster.ForwardedApi;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// AlterPartitionReassignments: which brokers shall have a partition's replicas (KIP-455). The controller begins it; it
/// ends when the new replicas are in sync.
public final class AlterPartitionReassignmentsHandler
        extends ForwardedApi<AlterPartitionReassignmentsRequestData, AlterPartitionReassignmentsResponseData> {
    public AlterPartitionReassignmentsHandler(ControllerCalls controller) {
        super(
                ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
                AlterPartitionReassignmentsResponseData.class,
                AlterPartitionReassignmentsRequestData::timeoutMs,
                controller);
    }
}
