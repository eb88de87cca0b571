package io.kurier.cluster.controller.command.partitions;

import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// What becomes of all partitions when a broker goes, comes, or is another process. Each is given the situation in
/// which the broker's own change has been made, and the records to add to.
public final class BrokerEvents {
    private final Situation situation;
    private final int broker;

    /// @param situation after the record that changes the broker's registration
    public BrokerEvents(Situation situation, int broker) {
        this.situation = situation;
        this.broker = broker;
    }

    /// What one partition does about it; empty for nothing.
    @FunctionalInterface
    private interface Reaction {
        Optional<PartitionChangeRecord> to(TopicImage topic, int number, PartitionImage partition);
    }

    private List<ApiMessage> each(Reaction reaction) {
        List<ApiMessage> records = new ArrayList<>();
        for (TopicImage topic : situation.image().topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                PartitionImage partition = topic.partitions().get(i);
                if (partition.replicas().contains(broker)) {
                    reaction.to(topic, i, partition).ifPresent(records::add);
                }
            }
        }
        return records;
    }

    private PartitionStep step(TopicImage topic, int number) {
        return new PartitionStep(topic, number, situation);
    }

    /// The broker is fenced, or was taken out: it is in no ISR and leads nothing.
    public List<ApiMessage> gone() {
        return each((topic, number, partition) -> partition.isr().contains(broker) || partition.leader() == broker
                ? step(topic, number).without(broker).record()
                : Optional.empty());
    }

    /// The broker is about to stop. What others have in sync goes on without it; what it has alone it leads to the end.
    public List<ApiMessage> stopping() {
        return each((topic, number, partition) ->
                hasOther(partition) ? step(topic, number).without(broker).record() : Optional.empty());
    }

    private boolean hasOther(PartitionImage partition) {
        return partition.isr().contains(broker)
                && partition.isr().stream().anyMatch(id -> id != broker && isActive(id));
    }

    private boolean isActive(int id) {
        BrokerImage other = situation.image().broker(id);
        return other != null && other.isActive();
    }

    /// Another process of the broker has come, which has all that the one before it had: it leaves what others have in
    /// sync, and goes on with what it alone has, without a trace in the metadata.
    public List<ApiMessage> restarted() {
        return each((topic, number, partition) -> {
            if (isDiskGone(partition)) {
                return step(topic, number).lost(broker).record();
            }
            return isShared(partition) ? step(topic, number).without(broker).record() : Optional.empty();
        });
    }

    /// Another process of the broker has come, and what the one before it had written but not flushed may be gone. It
    /// is in sync nowhere; what has no other replica it leads in a new epoch, by which clients find out (KIP-320).
    public List<ApiMessage> restartedUncleanly() {
        return each((topic, number, partition) -> {
            boolean single = partition.replicas().size() == 1;
            boolean only = !isShared(partition) && partition.leader() == broker && !isDiskGone(partition);
            if (only && (single || !situation.image().keepsEligible())) {
                return step(topic, number).newEpoch().record();
            }
            return partition.isr().contains(broker) || partition.elr().contains(broker)
                    ? step(topic, number).lost(broker).record()
                    : Optional.empty();
        });
    }

    private boolean isShared(PartitionImage partition) {
        return partition.isr().size() > 1 && partition.isr().contains(broker);
    }

    private boolean isDiskGone(PartitionImage partition) {
        BrokerImage image = situation.image().broker(broker);
        return image != null
                && partition.replicas().size() > 1
                && (partition.isr().contains(broker) || partition.elr().contains(broker))
                && !PartitionStep.isOnline(partition.directory(broker), image);
    }

    /// The broker is active: it leads what has no leader, if it may.
    public List<ApiMessage> came() {
        return each((topic, number, partition) ->
                partition.hasLeader() ? Optional.empty() : step(topic, number).record());
    }
}
