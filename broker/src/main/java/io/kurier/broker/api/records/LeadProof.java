package io.kurier.broker.api.records;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.kernel.Clock;
import io.kurier.log.LogException;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Makes sure, before a leader tells where a log ends, that no other node led the partition before it was asked: one
/// that was replaced while it stood still or was cut off would tell an end that is over.
final class LeadProof {
    private static final long LATEST = -1;
    private static final long MAX_TIMESTAMP = -3;

    /// Who could lead instead has so long to be heard.
    static final long PATIENCE_NS = 1_000_000_000L;

    private final Clock clock;
    private final Partitions partitions;

    LeadProof(Clock clock, Partitions partitions) {
        this.clock = clock;
        this.partitions = partitions;
    }

    /// For each partition that was asked for: NONE as soon as it is certain, or why it is not.
    IdentityHashMap<ListOffsetsPartition, CompletableFuture<Errors>> of(ListOffsetsRequestData request) {
        IdentityHashMap<ListOffsetsPartition, CompletableFuture<Errors>> led = new IdentityHashMap<>();
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition partition : topic.partitions()) {
                led.put(
                        partition,
                        isNeeded(request.replicaId(), partition.timestamp())
                                ? led(topic.name(), partition)
                                : CompletableFuture.completedFuture(Errors.NONE));
            }
        }
        return led;
    }

    /// Where the log starts everybody may tell; and a follower that asks does not fetch meanwhile.
    private static boolean isNeeded(int replicaId, long timestamp) {
        return replicaId < 0 && (timestamp >= 0 || timestamp == LATEST || timestamp == MAX_TIMESTAMP);
    }

    private CompletableFuture<Errors> led(String topic, ListOffsetsPartition asked) {
        CompletableFuture<Errors> known = new CompletableFuture<>();
        try {
            long moment = partitions.moments().next();
            Partition partition = partitions.find(new TopicPartition(topic, asked.partitionIndex()));
            partition.checkLeaderEpoch(asked.currentLeaderEpoch());
            partitions.whenLed(partition, moment, clock.nanos() + PATIENCE_NS, known::complete);
        } catch (PartitionException e) {
            known.complete(e.error());
        } catch (LogException e) {
            known.complete(e.error());
        }
        return known;
    }

    /// @param led what [#of] told, and is done
    /// @throws PartitionException if it is not certain
    static void check(String topic, @Nullable CompletableFuture<Errors> led) {
        Errors doubt = led == null ? Errors.NONE : led.join();
        if (doubt != Errors.NONE) {
            throw new PartitionException(
                    doubt == Errors.REQUEST_TIMED_OUT ? Errors.NOT_LEADER_OR_FOLLOWER : doubt,
                    "Those who could lead " + topic + " instead are not heard");
        }
    }
}
