package io.kurier.cluster.controller.command.partitions;

import io.kurier.cluster.controller.command.Command;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Elects leaders because somebody asks for it (API 43, KIP-183, KIP-460): the first replica if it is in sync
/// (PREFERRED), or for a partition without a leader any replica that is there, even one that lacks committed records
/// (UNCLEAN): the one with the longest log, as the brokers have said before ([MeasuredElection]). Without a list all
/// partitions are looked at, and those that need nothing are not answered.
///
/// Errors of a partition: ELECTION_NOT_NEEDED, PREFERRED_LEADER_NOT_AVAILABLE, ELIGIBLE_LEADERS_NOT_AVAILABLE,
/// UNKNOWN_TOPIC_OR_PARTITION, POLICY_VIOLATION (more than one command may change). Of the request: INVALID_REQUEST (no
/// such kind of election).
public final class ElectLeaders implements Command<ElectLeadersRequestData, ElectLeadersResponseData> {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    @Override
    public Decision<ElectLeadersResponseData> decide(ElectLeadersRequestData request, Situation situation) {
        if (request.electionType() != PREFERRED && request.electionType() != UNCLEAN) {
            return Decision.unchanged(new ElectLeadersResponseData().setErrorCode(Errors.INVALID_REQUEST.code()));
        }
        ReplicaLogs logs = request instanceof MeasuredElection measured ? measured.logs() : ReplicaLogs.NONE;
        Round round = new Round(situation, request.electionType() == UNCLEAN, request.topicPartitions() == null, logs);
        if (request.topicPartitions() == null) {
            for (TopicImage topic : situation.image().topics()) {
                round.elect(topic.name(), numbers(topic));
            }
        } else {
            for (TopicPartitions topic : request.topicPartitions()) {
                round.elect(topic.topic(), topic.partitions());
            }
        }
        return new Decision<>(round.response, round.records);
    }

    private static List<Integer> numbers(TopicImage topic) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < topic.partitions().size(); i++) {
            numbers.add(i);
        }
        return numbers;
    }

    /// One request's elections.
    private static final class Round {
        private final Situation situation;
        private final boolean unclean;
        private final boolean quiet;
        private final ReplicaLogs logs;
        private final ElectLeadersResponseData response = new ElectLeadersResponseData();
        private final List<ApiMessage> records = new ArrayList<>();

        /// @param quiet leaves partitions out of the answer that need no election
        Round(Situation situation, boolean unclean, boolean quiet, ReplicaLogs logs) {
            this.logs = logs;
            this.situation = situation;
            this.unclean = unclean;
            this.quiet = quiet;
        }

        void elect(String topic, List<Integer> partitions) {
            ReplicaElectionResult result = new ReplicaElectionResult().setTopic(topic);
            Set<Integer> seen = new HashSet<>();
            for (int partition : partitions) {
                if (!seen.add(partition)) {
                    continue; // elected already, and another election would begin another leader epoch
                }
                PartitionResult one = new PartitionResult().setPartitionId(partition);
                try {
                    PartitionChangeRecord change = decide(topic, partition);
                    situation.checkSize(records.size() + 1L);
                    records.add(change);
                } catch (Refusal e) {
                    if (quiet && e.error() == Errors.ELECTION_NOT_NEEDED) {
                        continue;
                    }
                    one.setErrorCode(e.error().code()).setErrorMessage(e.reason());
                }
                result.partitionResult().add(one);
            }
            if (!result.partitionResult().isEmpty()) {
                response.replicaElectionResults().add(result);
            }
        }

        private PartitionChangeRecord decide(String name, int number) throws Refusal {
            TopicImage topic = situation.image().topic(name);
            PartitionImage partition = topic == null ? null : topic.partition(number);
            if (topic == null || partition == null) {
                throw new Refusal(
                        Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no partition " + number + " of '" + name + "'.");
            }
            return unclean
                    ? anyone(topic, number, partition)
                    : preferred(partition, new PartitionStep(topic, number, situation));
        }

        private PartitionChangeRecord preferred(PartitionImage partition, PartitionStep step) throws Refusal {
            int preferred = partition.replicas().getFirst();
            if (partition.leader() == preferred) {
                throw new Refusal(Errors.ELECTION_NOT_NEEDED, "The preferred replica leads the partition already.");
            }
            if (!isActive(preferred) || !partition.isr().contains(preferred)) {
                throw new Refusal(
                        Errors.PREFERRED_LEADER_NOT_AVAILABLE,
                        "The preferred replica, on broker " + preferred + ", is not there or not in sync.");
            }
            return step.leader(preferred).recordAnyway();
        }

        /// Whoever lacks nothing comes first: in sync, then eligible (KIP-966), then who has the longest log. The only
        /// one that is there need not be asked.
        private PartitionChangeRecord anyone(TopicImage topic, int number, PartitionImage partition) throws Refusal {
            if (partition.hasLeader()) {
                throw new Refusal(Errors.ELECTION_NOT_NEEDED, "The partition has a leader.");
            }
            PartitionStep clean = new PartitionStep(topic, number, situation);
            PartitionChangeRecord change = clean.recordAnyway();
            if (clean.newLeader() != PartitionImage.NO_LEADER) {
                return change;
            }
            List<Integer> candidates = clean.candidates();
            if (candidates.isEmpty()) {
                throw new Refusal(
                        Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE, "No replica of the partition is on a broker that runs.");
            }
            int chosen = candidates.size() == 1
                    ? candidates.getFirst()
                    : logs.longest(new TopicPartition(topic.name(), number), candidates)
                            .orElse(PartitionImage.NO_LEADER);
            if (chosen == PartitionImage.NO_LEADER) {
                throw new Refusal(
                        Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE,
                        "None of the brokers " + candidates
                                + " has said in time how long its log is. Try again, or stop "
                                + "all of them but the one that is to lead.");
            }
            return new PartitionStep(topic, number, situation).anyone(chosen).recordAnyway();
        }

        private boolean isActive(int brokerId) {
            ClusterImage image = situation.image();
            BrokerImage broker = image.broker(brokerId);
            return broker != null && broker.isActive();
        }
    }
}
