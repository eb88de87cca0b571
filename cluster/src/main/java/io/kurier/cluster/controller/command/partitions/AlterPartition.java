package io.kurier.cluster.controller.command.partitions;

import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.controller.command.brokers.Brokers;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData.BrokerState;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.message.AlterPartitionResponseData.PartitionData;
import org.apache.kafka.common.message.AlterPartitionResponseData.TopicData;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Changes which replicas of a partition are in sync, because its leader says so (API 56, KIP-497, KIP-841, KIP-903),
/// and hears that the leader has recovered from an unclean election (KIP-704).
///
/// Each request that is not refused writes a record, even if the ISR stays as it is: what the leader had asked before
/// is then for a state of the past.
///
/// Errors of the request: BROKER_ID_NOT_REGISTERED, STALE_BROKER_EPOCH. Errors of a partition: UNKNOWN_TOPIC_ID,
/// UNKNOWN_TOPIC_OR_PARTITION, FENCED_LEADER_EPOCH, INVALID_UPDATE_VERSION (another partition epoch), NOT_CONTROLLER
/// (epochs that this controller does not know yet), INVALID_REQUEST (not the leader, members that are no replicas, an
/// ISR without the leader, a partition named twice), INELIGIBLE_REPLICA (a member that is fenced, stopping, or another
/// process by now), NEW_LEADER_ELECTED (it was done, and ended a reassignment that takes this leader away),
/// POLICY_VIOLATION (more than one command may change).
public final class AlterPartition implements Command<AlterPartitionRequestData, AlterPartitionResponseData> {
    private static final byte RECOVERING = 1;
    private static final byte RECOVERED = 0;

    private record Asked(Uuid topicId, int partition) {}

    @Override
    public Decision<AlterPartitionResponseData> decide(AlterPartitionRequestData request, Situation situation) {
        AlterPartitionResponseData response = new AlterPartitionResponseData();
        List<ApiMessage> records = new ArrayList<>();
        try {
            Brokers.require(situation, request.brokerId(), request.brokerEpoch());
        } catch (Refusal e) {
            return Decision.unchanged(response.setErrorCode(e.error().code()));
        }
        Set<Asked> seen = new HashSet<>();
        for (AlterPartitionRequestData.TopicData topic : request.topics()) {
            TopicData answers = new TopicData().setTopicId(topic.topicId());
            for (AlterPartitionRequestData.PartitionData asked : topic.partitions()) {
                PartitionData answer = new PartitionData().setPartitionIndex(asked.partitionIndex());
                try {
                    situation.checkSize(records.size() + 1L);
                    if (!seen.add(new Asked(topic.topicId(), asked.partitionIndex()))) {
                        throw new Refusal(Errors.INVALID_REQUEST, "The partition is named twice.");
                    }
                    records.add(change(topic.topicId(), asked, request.brokerId(), answer, situation));
                } catch (Refusal e) {
                    answer.setErrorCode(e.error().code());
                }
                answers.partitions().add(answer);
            }
            response.topics().add(answers);
        }
        return new Decision<>(response, records);
    }

    private static PartitionChangeRecord change(
            Uuid topicId,
            AlterPartitionRequestData.PartitionData asked,
            int leader,
            PartitionData answer,
            Situation situation)
            throws Refusal {
        TopicImage topic = situation.image().topic(topicId);
        if (topic == null) {
            throw new Refusal(Errors.UNKNOWN_TOPIC_ID, "There is no topic with that id.");
        }
        PartitionImage partition = topic.partition(asked.partitionIndex());
        if (partition == null) {
            throw new Refusal(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition.");
        }
        checkEpochs(partition, asked, leader);
        List<Integer> isr = isr(asked);
        checkMembers(partition, asked, isr, leader);
        for (BrokerState member : asked.newIsrWithEpochs()) {
            checkEligible(member.brokerId(), member.brokerEpoch(), leader, situation);
        }
        for (int member : asked.newIsr()) {
            checkEligible(member, -1, leader, situation);
        }
        PartitionStep step = new PartitionStep(topic, asked.partitionIndex(), situation).inSync(isr);
        if (asked.leaderRecoveryState() == RECOVERED) {
            step.recovered();
        }
        PartitionChangeRecord change = step.recordAnyway();
        if (step.newLeader() == leader) {
            answer.setLeaderId(leader)
                    .setLeaderEpoch(partition.leaderEpoch())
                    .setIsr(change.isr() == null ? isr : change.isr())
                    .setLeaderRecoveryState(asked.leaderRecoveryState())
                    .setPartitionEpoch(partition.partitionEpoch() + 1);
        } else {
            answer.setErrorCode(Errors.NEW_LEADER_ELECTED.code());
        }
        return change;
    }

    private static void checkEpochs(PartitionImage partition, AlterPartitionRequestData.PartitionData asked, int leader)
            throws Refusal {
        if (asked.leaderEpoch() > partition.leaderEpoch() || asked.partitionEpoch() > partition.partitionEpoch()) {
            throw new Refusal(Errors.NOT_CONTROLLER, "Another controller knows more of the partition.");
        }
        if (asked.leaderEpoch() < partition.leaderEpoch()) {
            throw new Refusal(Errors.FENCED_LEADER_EPOCH, "There is a later leader epoch.");
        }
        if (partition.leader() != leader) {
            throw new Refusal(Errors.INVALID_REQUEST, "The broker does not lead the partition.");
        }
        if (asked.partitionEpoch() < partition.partitionEpoch()) {
            throw new Refusal(Errors.INVALID_UPDATE_VERSION, "The partition has changed meanwhile.");
        }
    }

    /// Of version 3 with broker epochs, before without.
    private static List<Integer> isr(AlterPartitionRequestData.PartitionData asked) {
        return asked.newIsrWithEpochs().isEmpty()
                ? List.copyOf(asked.newIsr())
                : asked.newIsrWithEpochs().stream().map(BrokerState::brokerId).toList();
    }

    private static void checkMembers(
            PartitionImage partition, AlterPartitionRequestData.PartitionData asked, List<Integer> isr, int leader)
            throws Refusal {
        if (!isr.contains(leader) || !partition.replicas().containsAll(isr) || new HashSet<>(isr).size() < isr.size()) {
            throw new Refusal(Errors.INVALID_REQUEST, "The ISR holds the leader, and replicas, each once.");
        }
        boolean recovering = asked.leaderRecoveryState() == RECOVERING;
        if (recovering && (!partition.recovering() || isr.size() > 1)) {
            throw new Refusal(Errors.INVALID_REQUEST, "Only a leader that is alone, and recovering, stays so.");
        }
    }

    /// A leader that is about to stop stays a member until another one can take over.
    private static void checkEligible(int member, long epoch, int leader, Situation situation) throws Refusal {
        BrokerImage broker = situation.image().broker(member);
        boolean eligible = broker != null && (member == leader ? !broker.fenced() : broker.isActive());
        if (broker == null || !eligible || epoch >= 0 && broker.epoch() != epoch) {
            throw new Refusal(Errors.INELIGIBLE_REPLICA, "A member is fenced, stopping, or another process by now.");
        }
    }
}
