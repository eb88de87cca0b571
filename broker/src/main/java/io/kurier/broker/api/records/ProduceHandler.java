package io.kurier.broker.api.records;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.transaction.Verifications;
import io.kurier.kernel.Clock;
import io.kurier.log.Appended;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Produce: appends on the connection's thread, answers acks=1 at once, acks=all when it is committed, acks=0 not at
/// all.
public final class ProduceHandler implements ApiHandler<ProduceRequestData> {
    private static final short ACKS_ALL = -1;

    private final Partitions partitions;
    private final Clock clock;
    private final ProduceTransactions transactions;

    /// @param verifications asked before a transaction begins in a partition
    public ProduceHandler(Partitions partitions, Clock clock, Verifications verifications) {
        this.transactions = new ProduceTransactions(partitions, verifications);
        this.partitions = partitions;
        this.clock = clock;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.PRODUCE;
    }

    /// Only if a log must be opened or recovered first, compressed records must be looked at one by one, or a
    /// transaction begins in a partition.
    @Override
    public boolean mayBlock(ProduceRequestData request) {
        for (TopicProduceData topic : request.topicData()) {
            String name = nameOf(topic);
            for (PartitionProduceData data : topic.partitionData()) {
                if (name != null && mayBlock(new TopicPartition(name, data.index()), data)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean mayBlock(TopicPartition name, PartitionProduceData data) {
        Partition partition = partitions.ready(name);
        return partition == null
                || transactions.mustAsk(partition, data)
                || (partition.log().config().looksAtRecords() && Batches.anyCompressed(Batches.bytes(data.records())));
    }

    private List<TopicPartition> notReady(ProduceRequestData request) {
        List<TopicPartition> found = List.of();
        for (TopicProduceData topic : request.topicData()) {
            String name = nameOf(topic);
            for (PartitionProduceData data : topic.partitionData()) {
                TopicPartition partition = name == null ? null : new TopicPartition(name, data.index());
                if (partition != null && partitions.ready(partition) == null) {
                    found = found.isEmpty() ? new ArrayList<>() : found;
                    found.add(partition);
                }
            }
        }
        return found;
    }

    @Override
    public CompletableFuture<ProduceResponseData> handle(RequestContext context, ProduceRequestData request) {
        short acks = request.acks();
        partitions.makeReady(notReady(request));
        Map<TopicPartition, Errors> refused = beginTransactions(request, context.version());
        PendingProduce pending = new PendingProduce();
        long deadlineNs = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(Math.max(0, request.timeoutMs()));
        for (TopicProduceData topic : request.topicData()) {
            TopicProduceResponse topicAnswer =
                    new TopicProduceResponse().setName(topic.name()).setTopicId(topic.topicId());
            pending.response.responses().add(topicAnswer);
            String name = nameOf(topic);
            for (PartitionProduceData data : topic.partitionData()) {
                PartitionProduceResponse answer = new PartitionProduceResponse().setIndex(data.index());
                topicAnswer.partitionResponses().add(answer);
                if (name == null) {
                    fail(answer, Errors.UNKNOWN_TOPIC_ID, "There is no topic with the id " + topic.topicId());
                } else if (acks < ACKS_ALL || acks > 1) {
                    fail(answer, Errors.INVALID_REQUIRED_ACKS, "acks is 0, 1 or -1 (all), not " + acks);
                } else if (refused.containsKey(new TopicPartition(name, data.index()))) {
                    Errors error = refused.getOrDefault(new TopicPartition(name, data.index()), Errors.NONE);
                    fail(answer, error, ProduceTransactions.message(error, request.transactionalId()));
                } else {
                    append(new TopicPartition(name, data.index()), data, acks, deadlineNs, answer, pending);
                }
            }
        }
        return acks == 0 ? withoutAnswer(pending) : pending.finish();
    }

    /// What may not be appended because of its transaction.
    private Map<TopicPartition, Errors> beginTransactions(ProduceRequestData request, short version) {
        Map<TopicPartition, PartitionProduceData> all = new HashMap<>();
        for (TopicProduceData topic : request.topicData()) {
            String name = nameOf(topic);
            for (PartitionProduceData data : topic.partitionData()) {
                if (name != null && ProduceTransactions.isTransactional(data)) {
                    all.put(new TopicPartition(name, data.index()), data);
                }
            }
        }
        return all.isEmpty() ? Map.of() : transactions.ask(request, all, version);
    }

    /// Null if there is no topic with the id.
    private @Nullable String nameOf(TopicProduceData topic) {
        if (topic.topicId().equals(Uuid.ZERO_UUID)) {
            return topic.name();
        }
        try {
            return partitions.topicName(topic.topicId());
        } catch (PartitionException e) {
            return null;
        }
    }

    private void append(
            TopicPartition name,
            PartitionProduceData data,
            short acks,
            long deadlineNs,
            PartitionProduceResponse answer,
            PendingProduce pending) {
        try {
            Partition partition = partitions.find(name);
            try {
                if (acks == ACKS_ALL) {
                    partition.checkInSync();
                }
                Appended appended = partition.append(Batches.bytes(data.records()), Origin.CLIENT);
                answer.setBaseOffset(appended.baseOffset())
                        .setLogAppendTimeMs(appended.appendTimeMs())
                        .setLogStartOffset(partition.log().logStartOffset());
                if (acks == ACKS_ALL) {
                    pending.expect();
                    partition.whenCommitted(
                            appended.lastOffset() + 1, deadlineNs, outcome -> pending.arrived(answer, outcome));
                }
            } catch (InvalidBatchException e) {
                fail(answer, e.error(), e.getMessage());
                if (e.error() == Errors.OUT_OF_ORDER_SEQUENCE_NUMBER) {
                    confirm(partition, answer, pending);
                }
            }
        } catch (PartitionException e) {
            fail(answer, e.error(), e.getMessage());
        } catch (LogException e) {
            fail(answer, e.error(), e.getMessage());
        }
    }

    /// A leader that was replaced while it stood still does not know what producers have written since. Only one that
    /// surely leads says that something is missing; clients make of it that records are lost.
    private void confirm(Partition partition, PartitionProduceResponse answer, PendingProduce pending) {
        pending.expect();
        partitions.whenLed(partition, partitions.moments().next(), clock.nanos() + LeadProof.PATIENCE_NS, outcome -> {
            if (outcome != Errors.NONE) {
                fail(
                        answer,
                        Errors.NOT_LEADER_OR_FOLLOWER,
                        "Those who could lead " + partition.name() + " instead are not heard");
            }
            pending.arrived(answer, Errors.NONE);
        });
    }

    private static void fail(PartitionProduceResponse answer, Errors error, @Nullable String message) {
        answer.setErrorCode(error.code())
                .setErrorMessage(message)
                .setBaseOffset(-1)
                .setLogAppendTimeMs(-1)
                .setLogStartOffset(-1);
    }

    /// A producer that wants no answers learns of an error by a closed connection.
    private static CompletableFuture<ProduceResponseData> withoutAnswer(PendingProduce pending) {
        for (TopicProduceResponse topic : pending.response.responses()) {
            for (PartitionProduceResponse partition : topic.partitionResponses()) {
                if (partition.errorCode() != Errors.NONE.code()) {
                    return CompletableFuture.failedFuture(
                            Errors.forCode(partition.errorCode()).exception(partition.errorMessage()));
                }
            }
        }
        return CompletableFuture.completedFuture(null);
    }
}
