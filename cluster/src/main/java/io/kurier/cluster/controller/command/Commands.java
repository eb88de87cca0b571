package io.kurier.cluster.controller.command;

import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
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
    private static final AssignReplicas ASSIGN_REPLICAS = new AssignReplicas();

    private Commands() {}

    /// Decides a request. Pure.
    ///
    /// @throws UnsupportedVersionException if it is no command of the controller
    public static Decision<? extends ApiMessage> decide(ApiMessage request, Situation situation) {
        return switch (request) {
            case CreateTopicsRequestData create -> CREATE_TOPICS.decide(create, situation);
            case DeleteTopicsRequestData delete -> DELETE_TOPICS.decide(delete, situation);
            case CreatePartitionsRequestData grow -> CREATE_PARTITIONS.decide(grow, situation);
            case IncrementalAlterConfigsRequestData alter -> INCREMENTAL_ALTER_CONFIGS.decide(alter, situation);
            case AlterConfigsRequestData replace -> ALTER_CONFIGS.decide(replace, situation);
            case AllocateProducerIdsRequestData allocate -> ALLOCATE_PRODUCER_IDS.decide(allocate, situation);
            case BrokerRegistrationRequestData register -> REGISTER_BROKER.decide(register, situation);
            case BrokerHeartbeatRequestData heartbeat -> HEARTBEAT.decide(heartbeat, situation);
            case AssignReplicasToDirsRequestData assign -> ASSIGN_REPLICAS.decide(assign, situation);
            default ->
                throw new UnsupportedVersionException(
                        "The controller knows no command with API key " + request.apiKey());
        };
    }
}
