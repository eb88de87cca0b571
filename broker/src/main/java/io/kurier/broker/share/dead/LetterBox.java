package io.kurier.broker.share.dead;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.Clock;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Appends batches to partitions of the cluster, here or on the node that leads them, as a producer with acks=all.
public final class LetterBox {
    private static final short ACKS_ALL = -1;
    private static final int TIMEOUT_MS = 8_000;

    private final int nodeId;
    private final ClusterView cluster;
    private final Partitions partitions;
    private final Clock clock;
    private final NodeCalls calls;

    public LetterBox(int nodeId, ClusterView cluster, Partitions partitions, Clock clock, NodeCalls calls) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.partitions = partitions;
        this.clock = clock;
        this.calls = calls;
    }

    /// Appends a batch; NONE when it is committed. Another answer may mean that it is nevertheless. Never fails. On a
    /// thread that may wait for the disk.
    CompletableFuture<Errors> put(TopicImage topic, int partition, ByteBuffer batch) {
        PartitionImage leading = topic.partition(partition);
        if (leading == null || leading.leader() < 0 || cluster.image().broker(leading.leader()) == null) {
            return CompletableFuture.completedFuture(Errors.LEADER_NOT_AVAILABLE);
        }
        return leading.leader() == nodeId
                ? append(new TopicPartition(topic.name(), partition), batch)
                : send(leading.leader(), topic, partition, batch);
    }

    private CompletableFuture<Errors> append(TopicPartition name, ByteBuffer batch) {
        CompletableFuture<Errors> committed = new CompletableFuture<>();
        try {
            Partition partition = partitions.find(name);
            partition.checkInSync();
            long end = partition.append(batch, Origin.CLIENT).lastOffset() + 1;
            long deadlineNs = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
            partition.whenCommitted(end, deadlineNs, committed::complete);
        } catch (InvalidBatchException e) {
            committed.complete(e.error());
        } catch (PartitionException e) {
            committed.complete(e.error());
        } catch (LogException e) {
            committed.complete(e.error());
        }
        return committed;
    }

    private CompletableFuture<Errors> send(int leader, TopicImage topic, int partition, ByteBuffer batch) {
        TopicProduceDataCollection data = new TopicProduceDataCollection();
        data.add(new TopicProduceData()
                .setName(topic.name())
                .setTopicId(topic.id())
                .setPartitionData(
                        List.of(new PartitionProduceData().setIndex(partition).setRecords(Batches.inMemory(batch)))));
        ProduceRequestData request = new ProduceRequestData()
                .setAcks(ACKS_ALL)
                .setTimeoutMs(TIMEOUT_MS)
                .setTopicData(data);
        return calls.ask(leader, request, ProduceResponseData.class)
                .handle((answer, failure) -> failure == null ? outcome(answer) : Errors.LEADER_NOT_AVAILABLE);
    }

    private static Errors outcome(ProduceResponseData answer) {
        for (var topic : answer.responses()) {
            for (var partition : topic.partitionResponses()) {
                return Errors.forCode(partition.errorCode());
            }
        }
        return Errors.UNKNOWN_SERVER_ERROR;
    }
}
