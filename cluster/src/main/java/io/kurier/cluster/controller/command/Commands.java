package io.kurier.cluster.controller.command;

import io.kurier.cluster.controller.command.brokers.Heartbeat;
import io.kurier.cluster.controller.command.brokers.RegisterBroker;
import io.kurier.cluster.controller.command.brokers.UnregisterBroker;
import io.kurier.cluster.controller.command.partitions.AlterPartition;
import io.kurier.cluster.controller.command.partitions.ElectLeaders;
import io.kurier.cluster.controller.command.partitions.Reassign;
import io.kurier.cluster.controller.command.topics.CreatePartitions;
import io.kurier.cluster.controller.command.topics.CreateTopics;
import io.kurier.cluster.controller.command.topics.DeleteTopics;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.protocol.ApiMessage;

/// All commands of the controller: which class decides which request.
public final class Commands {
    private static final CreateTopics CREATE_TOPICS = new CreateTopics();
    private static final DeleteTopics DELETE_TOPICS = new DeleteTopics();
    private static final CreatePartitions CREATE_PARTITIONS = new CreatePartitions();
    private static final IncrementalAlterConfigs INCREMENTAL_ALTER_CONFIGS = new IncrementalAlterConfigs();
    private static final AlterConfigs ALTER_CONFIGS = new AlterConfigs();
    private static final AllocateProducerIds ALLOCATE_PRODUCER_IDS = new AllocateProducerIds();
    private static final RegisterBroker REGISTER_BROKER = new RegisterBroker();
    private static final Heartbeat HEARTBEAT = new Heartbeat();
    private static final UnregisterBroker UNREGISTER_BROKER = new UnregisterBroker();
    private static final Reassign REASSIGN = new Reassign();
    private static final AssignReplicas ASSIGN_REPLICAS = new AssignReplicas();
    private static final AlterPartition ALTER_PARTITION = new AlterPartition();
    private static final AlterClientQuotas ALTER_CLIENT_QUOTAS = new AlterClientQuotas();
    private static final ElectLeaders ELECT_LEADERS = new ElectLeaders();
    private static final UpdateFeatures UPDATE_FEATURES = new UpdateFeatures(true);
    private static final UpdateFeatures UPDATE_FEATURES_ONE_BY_ONE = new UpdateFeatures(false);

    private Commands() {}

    /// Decides a request. Pure.
    ///
    /// @param version the version of the API that the request came in
    /// @throws UnsupportedVersionException if it is no command of the controller
    public static Decision<? extends ApiMessage> decide(ApiMessage request, short version, Situation situation) {
        return switch (request) {
            case CreateTopicsRequestData create -> CREATE_TOPICS.decide(create, situation);
            case DeleteTopicsRequestData delete -> DELETE_TOPICS.decide(delete, situation);
            case CreatePartitionsRequestData grow -> CREATE_PARTITIONS.decide(grow, situation);
            case IncrementalAlterConfigsRequestData alter -> INCREMENTAL_ALTER_CONFIGS.decide(alter, situation);
            case AlterConfigsRequestData replace -> ALTER_CONFIGS.decide(replace, situation);
            case AllocateProducerIdsRequestData allocate -> ALLOCATE_PRODUCER_IDS.decide(allocate, situation);
            case BrokerRegistrationRequestData register -> REGISTER_BROKER.decide(register, situation);
            case BrokerHeartbeatRequestData heartbeat -> HEARTBEAT.decide(heartbeat, situation);
            case UnregisterBrokerRequestData unregister -> UNREGISTER_BROKER.decide(unregister, situation);
            case AlterPartitionReassignmentsRequestData reassign -> REASSIGN.decide(reassign, situation);
            case AssignReplicasToDirsRequestData assign -> ASSIGN_REPLICAS.decide(assign, situation);
            case AlterPartitionRequestData alter -> ALTER_PARTITION.decide(alter, situation);
            case AlterClientQuotasRequestData quotas -> ALTER_CLIENT_QUOTAS.decide(quotas, situation);
            case ElectLeadersRequestData elect -> ELECT_LEADERS.decide(elect, situation);
            case UpdateFeaturesRequestData update ->
                (version < UpdateFeatures.FIRST_ALL_OR_NOTHING ? UPDATE_FEATURES_ONE_BY_ONE : UPDATE_FEATURES)
                        .decide(update, situation);
            default ->
                throw new UnsupportedVersionException(
                        "The controller knows no command with API key " + request.apiKey());
        };
    }
}
