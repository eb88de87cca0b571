package io.kurier.broker.api.storage;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.log.LogException;
import io.kurier.log.producer.ProducerSnapshot;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// DescribeProducers (KIP-664): the idempotent producers that a partition remembers, and their open transactions.
public final class DescribeProducersHandler implements ApiHandler<DescribeProducersRequestData> {
    private final Partitions partitions;

    public DescribeProducersHandler(Partitions partitions) {
        this.partitions = partitions;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_PRODUCERS;
    }

    @Override
    public CompletableFuture<DescribeProducersResponseData> handle(
            RequestContext context, DescribeProducersRequestData request) {
        DescribeProducersResponseData answer = new DescribeProducersResponseData();
        for (TopicRequest topic : request.topics()) {
            TopicResponse topicAnswer = new TopicResponse().setName(topic.name());
            for (int number : topic.partitionIndexes()) {
                topicAnswer.partitions().add(describe(new TopicPartition(topic.name(), number)));
            }
            answer.topics().add(topicAnswer);
        }
        return CompletableFuture.completedFuture(answer);
    }

    private PartitionResponse describe(TopicPartition name) {
        PartitionResponse answer = new PartitionResponse().setPartitionIndex(name.partition());
        try {
            Partition partition = partitions.find(name);
            partition.checkOpen();
            for (ProducerSnapshot producer : partition.log().activeProducers()) {
                answer.activeProducers()
                        .add(new ProducerState()
                                .setProducerId(producer.producerId())
                                .setProducerEpoch(producer.producerEpoch())
                                .setLastSequence(producer.lastSequence())
                                .setLastTimestamp(producer.timestampMs())
                                .setCoordinatorEpoch(producer.coordinatorEpoch())
                                .setCurrentTxnStartOffset(producer.currentTxnFirstOffset()));
            }
            return answer;
        } catch (PartitionException e) {
            return refused(answer, e.error(), e);
        } catch (LogException e) {
            return refused(answer, e.error(), e);
        }
    }

    private static PartitionResponse refused(PartitionResponse answer, Errors error, RuntimeException why) {
        return answer.setErrorCode(error.code()).setErrorMessage(why.getMessage());
    }
}
