package io.kurier.cluster;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiMessage;

/// The way to the active controller, which alone changes the cluster's metadata. Safe for use by several threads.
public interface ControllerGateway {
    /// Sends a command and completes with its answer, once all that it changed is committed and is seen in this node's
    /// [ClusterView#image()].
    ///
    /// Commands, each answered by its `...ResponseData`: `CreateTopicsRequestData`, `DeleteTopicsRequestData`,
    /// `CreatePartitionsRequestData`, `IncrementalAlterConfigsRequestData`, `AlterConfigsRequestData`,
    /// `AllocateProducerIdsRequestData`, `BrokerRegistrationRequestData`, `BrokerHeartbeatRequestData`,
    /// `AssignReplicasToDirsRequestData`, `AlterPartitionRequestData`, `AlterClientQuotasRequestData`,
    /// `AlterPartitionReassignmentsRequestData`, `UnregisterBrokerRequestData`,
    /// `ElectLeadersRequestData`, `UpdateFeaturesRequestData`, `DescribeQuorumRequestData`. Refusals are error codes
    /// inside the answer, as Kafka defines them. Never blocks.
    ///
    /// @param version the version of the API that the request came in, for answers that differ between versions
    /// @return completes exceptionally with an `ApiException` only if the controller cannot be reached or stops, and
    ///     then it is not known whether the command took effect
    CompletionStage<? extends ApiMessage> submit(ApiMessage request, short version);
}
