package io.kurier.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;

/// Topics, metadata and offsets of one node: what surrounds the load. One thread at a time.
public final class ControlClient implements AutoCloseable {
    private static final long LIMIT_NS = 300_000_000_000L;
    private static final long PAUSE_NS = 20_000_000L;
    private static final int OPERATION_TIMEOUT_MS = 300_000;
    private static final long LATEST = -1L;
    private static final long EARLIEST = -2L;

    private final NodeConnection connection;

    /// Connects.
    ///
    /// @throws IOException if nobody listens
    public ControlClient(int port) throws IOException {
        connection = new NodeConnection(port);
    }

    /// Creates a topic and waits until all its partitions have a leader that serves.
    public void create(String topic, int partitions, Map<String, String> configs) throws IOException {
        var creatable =
                new CreatableTopic().setName(topic).setNumPartitions(partitions).setReplicationFactor((short) 1);
        configs.forEach((name, value) ->
                creatable.configs().add(new CreatableTopicConfig().setName(name).setValue(value)));
        var request = new CreateTopicsRequestData().setTimeoutMs(OPERATION_TIMEOUT_MS);
        request.topics().add(creatable);
        var answer = new CreateTopicsResponseData();
        call(ApiKeys.CREATE_TOPICS, (short) 7, request, answer);
        for (var result : answer.topics()) {
            if (result.errorCode() != Errors.TOPIC_ALREADY_EXISTS.code()) {
                Answers.check(result.errorCode(), "create " + topic + ": " + result.errorMessage());
            }
        }
        awaitLeaders(List.of(topic), partitions);
        awaitServing(topic, partitions);
    }

    /// Waits until all these partitions answer.
    public void awaitServing(String topic, int partitions) throws IOException {
        long deadlineNs = System.nanoTime() + LIMIT_NS;
        while (!serves(topic, partitions)) {
            if (System.nanoTime() > deadlineNs) {
                throw new IOException(topic + " is not served after " + LIMIT_NS / 1_000_000_000L + " s");
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /// Metadata may name a leader a moment before it has taken its office.
    private boolean serves(String topic, int partitions) throws IOException {
        var answer = listOffsets(topic, partitions, LATEST);
        return answer.topics().getFirst().partitions().stream().allMatch(partition -> partition.errorCode() == 0);
    }

    /// Waits until metadata answers a leader for every partition of all these topics.
    public void awaitLeaders(List<String> topics, int partitionsEach) throws IOException {
        long deadlineNs = System.nanoTime() + LIMIT_NS;
        while (partitionsWithLeader(topics) < (long) topics.size() * partitionsEach) {
            if (System.nanoTime() > deadlineNs) {
                throw new IOException("no leaders for all partitions after " + LIMIT_NS / 1_000_000_000L + " s");
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    private long partitionsWithLeader(List<String> topics) throws IOException {
        var request = new MetadataRequestData()
                .setAllowAutoTopicCreation(false)
                .setTopics(topics.stream()
                        .map(topic -> new MetadataRequestTopic().setName(topic))
                        .toList());
        var answer = new MetadataResponseData();
        call(ApiKeys.METADATA, (short) 9, request, answer);
        long found = 0;
        for (MetadataResponseTopic topic : answer.topics()) {
            for (MetadataResponsePartition partition : topic.partitions()) {
                if (partition.errorCode() == 0 && partition.leaderId() >= 0) {
                    found++;
                }
            }
        }
        return found;
    }

    /// Deletes a topic.
    public void delete(String topic) throws IOException {
        var request =
                new DeleteTopicsRequestData().setTimeoutMs(OPERATION_TIMEOUT_MS).setTopicNames(List.of(topic));
        var answer = new DeleteTopicsResponseData();
        call(ApiKeys.DELETE_TOPICS, (short) 5, request, answer);
        for (var result : answer.responses()) {
            Answers.check(result.errorCode(), "delete " + topic);
        }
    }

    /// What the node gave to an idempotent producer.
    record Producer(long id, short epoch) {}

    /// A new producer id (KIP-98), as soon as the node has ids to give.
    Producer initProducerId() throws IOException {
        var request = new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000);
        var answer = new InitProducerIdResponseData();
        long deadlineNs = System.nanoTime() + LIMIT_NS;
        call(ApiKeys.INIT_PRODUCER_ID, (short) 4, request, answer);
        while (answer.errorCode() == Errors.COORDINATOR_LOAD_IN_PROGRESS.code() && System.nanoTime() < deadlineNs) {
            LockSupport.parkNanos(PAUSE_NS);
            call(ApiKeys.INIT_PRODUCER_ID, (short) 4, request, answer);
        }
        Answers.check(answer.errorCode(), "a producer id");
        return new Producer(answer.producerId(), answer.producerEpoch());
    }

    /// The offset after the last record of each partition, in order.
    public long[] endOffsets(String topic, int partitions) throws IOException {
        return offsets(topic, partitions, LATEST);
    }

    /// The first offset of each partition, in order.
    public long[] startOffsets(String topic, int partitions) throws IOException {
        return offsets(topic, partitions, EARLIEST);
    }

    private long[] offsets(String topic, int partitions, long timestamp) throws IOException {
        long[] offsets = new long[partitions];
        for (var partition :
                listOffsets(topic, partitions, timestamp).topics().getFirst().partitions()) {
            Answers.check(partition.errorCode(), "offsets of " + topic);
            offsets[partition.partitionIndex()] = partition.offset();
        }
        return offsets;
    }

    private ListOffsetsResponseData listOffsets(String topic, int partitions, long timestamp) throws IOException {
        var asked = new ArrayList<ListOffsetsPartition>();
        for (int i = 0; i < partitions; i++) {
            asked.add(new ListOffsetsPartition().setPartitionIndex(i).setTimestamp(timestamp));
        }
        var request = new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(List.of(new ListOffsetsTopic().setName(topic).setPartitions(asked)));
        var answer = new ListOffsetsResponseData();
        call(ApiKeys.LIST_OFFSETS, (short) 7, request, answer);
        return answer;
    }

    /// Sends a request and reads its answer.
    void call(ApiKeys key, short version, ApiMessage request, ApiMessage answer) throws IOException {
        connection.send(Frames.encode(key, version, request));
        ByteBuffer bytes = connection.receive();
        bytes.position(key.responseHeaderVersion(version) > 0 ? 5 : 4);
        answer.read(new ByteBufferAccessor(bytes), version);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
