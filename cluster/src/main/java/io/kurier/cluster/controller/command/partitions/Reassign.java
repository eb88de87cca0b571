package io.kurier.cluster.controller.command.partitions;

import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.controller.command.topics.Placement;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Begins, changes and cancels reassignments: which brokers shall have a partition's replicas (API 45, KIP-455,
/// KIP-860). New replicas are added beside the old ones, and take their place when they are in sync ([PartitionStep]).
/// While it lasts, the target comes first in the list of replicas, and then what will be taken away.
///
/// A target of null cancels: the added replicas go. A new target while a reassignment lasts is reckoned from the
/// replicas that there were before it; what only the earlier one had added goes at once.
///
/// Errors of a partition: UNKNOWN_TOPIC_OR_PARTITION, NO_REASSIGNMENT_IN_PROGRESS (nothing to cancel),
/// INVALID_REPLICA_ASSIGNMENT (no brokers, unknown ones, one twice, a new one that is fenced or stopping, or nobody of
/// those that would stay has the records), INVALID_REPLICATION_FACTOR (another number of replicas, where the request
/// forbids that), INVALID_REQUEST (a partition named twice), POLICY_VIOLATION (more than one command may change).
public final class Reassign
        implements Command<AlterPartitionReassignmentsRequestData, AlterPartitionReassignmentsResponseData> {
    @Override
    public Decision<AlterPartitionReassignmentsResponseData> decide(
            AlterPartitionReassignmentsRequestData request, Situation situation) {
        AlterPartitionReassignmentsResponseData response = new AlterPartitionReassignmentsResponseData()
                .setAllowReplicationFactorChange(request.allowReplicationFactorChange());
        List<ApiMessage> records = new ArrayList<>();
        Round round = new Round(situation, new Placement(situation.image()), request.allowReplicationFactorChange());
        for (ReassignableTopic topic : request.topics()) {
            ReassignableTopicResponse answers = new ReassignableTopicResponse().setName(topic.name());
            Set<Integer> seen = new HashSet<>();
            for (ReassignablePartition asked : topic.partitions()) {
                ReassignablePartitionResponse answer =
                        new ReassignablePartitionResponse().setPartitionIndex(asked.partitionIndex());
                try {
                    situation.checkSize(records.size() + 1L);
                    if (!seen.add(asked.partitionIndex())) {
                        throw new Refusal(Errors.INVALID_REQUEST, "The partition is named twice.");
                    }
                    round.change(topic.name(), asked).record().ifPresent(records::add);
                } catch (Refusal e) {
                    answer.setErrorCode(e.error().code()).setErrorMessage(e.reason());
                }
                answers.partitions().add(answer);
            }
            response.responses().add(answers);
        }
        return new Decision<>(response, records);
    }

    private record Round(Situation situation, Placement placement, boolean mayChangeFactor) {
        PartitionStep change(String name, ReassignablePartition asked) throws Refusal {
            TopicImage topic = situation.image().topic(name);
            PartitionImage partition = topic == null ? null : topic.partition(asked.partitionIndex());
            if (topic == null || partition == null) {
                throw new Refusal(
                        Errors.UNKNOWN_TOPIC_OR_PARTITION,
                        "There is no partition " + asked.partitionIndex() + " of '" + name + "'.");
            }
            PartitionStep step = new PartitionStep(topic, asked.partitionIndex(), situation);
            return asked.replicas() == null
                    ? cancel(partition, step)
                    : begin(partition, List.copyOf(asked.replicas()), asked.partitionIndex(), step);
        }

        private static PartitionStep cancel(PartitionImage partition, PartitionStep step) throws Refusal {
            if (partition.adding().isEmpty() && partition.removing().isEmpty()) {
                throw new Refusal(Errors.NO_REASSIGNMENT_IN_PROGRESS, "The partition is not being reassigned.");
            }
            checkHaveRecords(partition, partition.original());
            return step.replicas(partition.original(), List.of(), List.of());
        }

        private PartitionStep begin(PartitionImage partition, List<Integer> target, int number, PartitionStep step)
                throws Refusal {
            placement.check(number, target);
            List<Integer> original = partition.original();
            if (!mayChangeFactor && target.size() != original.size()) {
                throw new Refusal(
                        Errors.INVALID_REPLICATION_FACTOR,
                        "The partition has " + original.size() + " replica(s), and the request names " + target.size()
                                + ", but does not allow to change the replication factor.");
            }
            List<Integer> added =
                    target.stream().filter(id -> !original.contains(id)).toList();
            for (int id : added) {
                BrokerImage broker = situation.image().broker(id);
                if (broker == null || !broker.isActive()) {
                    throw new Refusal(
                            Errors.INVALID_REPLICA_ASSIGNMENT,
                            "Broker " + id + " cannot take a replica: it is down or stopping. Start it first.");
                }
            }
            List<Integer> removed =
                    original.stream().filter(id -> !target.contains(id)).toList();
            List<Integer> all = Stream.concat(target.stream(), removed.stream()).toList();
            checkHaveRecords(partition, all);
            return step.replicas(all, added, removed);
        }

        private static void checkHaveRecords(PartitionImage partition, List<Integer> staying) throws Refusal {
            if (partition.isr().stream().noneMatch(staying::contains)
                    && partition.elr().stream().noneMatch(staying::contains)) {
                throw new Refusal(
                        Errors.INVALID_REPLICA_ASSIGNMENT,
                        "None of the brokers " + staying
                                + " has all committed records. Wait until one of them is in sync.");
            }
        }
    }
}
