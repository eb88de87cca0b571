package io.kurier.coordinator.txn;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnPartitionResult;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnResult;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnTopicResult;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnTopicResultCollection;
import org.apache.kafka.common.protocol.Errors;

/// The two shapes of AddPartitionsToTxn: one transaction before version 4, several from then on.
final class AddAnswers {
    private static final short FIRST_OF_MANY = 4;

    private AddAnswers() {}

    /// The transactions of a request of any version, in the newer shape.
    static List<AddPartitionsToTxnTransaction> asked(AddPartitionsToTxnRequestData request, short version) {
        return version >= FIRST_OF_MANY
                ? List.copyOf(request.transactions())
                : List.of(new AddPartitionsToTxnTransaction()
                        .setTransactionalId(request.v3AndBelowTransactionalId())
                        .setProducerId(request.v3AndBelowProducerId())
                        .setProducerEpoch(request.v3AndBelowProducerEpoch())
                        .setTopics(request.v3AndBelowTopics()));
    }

    static Set<TopicPartition> partitions(AddPartitionsToTxnTransaction asked) {
        Set<TopicPartition> partitions = new LinkedHashSet<>();
        for (AddPartitionsToTxnTopic topic : asked.topics()) {
            topic.partitions().forEach(index -> partitions.add(new TopicPartition(topic.name(), index)));
        }
        return partitions;
    }

    static AddPartitionsToTxnResult result(
            AddPartitionsToTxnTransaction asked, Function<TopicPartition, Errors> outcome) {
        AddPartitionsToTxnTopicResultCollection topics = new AddPartitionsToTxnTopicResultCollection();
        for (Map.Entry<String, List<Integer>> topic :
                Partitions.byTopic(partitions(asked)).entrySet()) {
            AddPartitionsToTxnTopicResult result = new AddPartitionsToTxnTopicResult().setName(topic.getKey());
            for (int index : topic.getValue()) {
                result.resultsByPartition()
                        .add(new AddPartitionsToTxnPartitionResult()
                                .setPartitionIndex(index)
                                .setPartitionErrorCode(outcome.apply(new TopicPartition(topic.getKey(), index))
                                        .code()));
            }
            topics.add(result);
        }
        return new AddPartitionsToTxnResult()
                .setTransactionalId(asked.transactionalId())
                .setTopicResults(topics);
    }

    static AddPartitionsToTxnResponseData response(List<AddPartitionsToTxnResult> results, short version) {
        AddPartitionsToTxnResponseData response = new AddPartitionsToTxnResponseData();
        if (version >= FIRST_OF_MANY) {
            response.resultsByTransaction().addAll(results);
        } else {
            response.setResultsByTopicV3AndBelow(results.getFirst().topicResults());
        }
        return response;
    }
}
