package io.kurier.broker;

import io.kurier.protocol.Responses;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData.AcquiredRecords;
import org.apache.kafka.common.message.ShareFetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;

/// A member of a share group with a connection of its own, which says word by word what a test wants to be said.
final class ShareMember implements AutoCloseable {
    static final String GROUP = "workers";

    private final Socket socket;
    private final DataInputStream in;
    private final String id;
    private final Uuid topicId;
    private int correlationId;
    private int epoch;

    ShareMember(BrokerFixture broker, String id, Uuid topicId) throws IOException {
        String[] address = broker.bootstrapServers().split(":");
        this.socket = new Socket(address[0], Integer.parseInt(address[1]));
        this.in = new DataInputStream(socket.getInputStream());
        this.id = id;
        this.topicId = topicId;
        socket.setSoTimeout(20_000);
    }

    ApiMessage ask(ApiMessage request) {
        send(request);
        return receive(ApiKeys.forId(request.apiKey()));
    }

    void send(ApiMessage request) {
        try {
            ApiKeys key = ApiKeys.forId(request.apiKey());
            short version = key.latestVersion();
            ByteBuffer header = Responses.toBytes(
                    new RequestHeaderData()
                            .setRequestApiKey(key.id)
                            .setRequestApiVersion(version)
                            .setCorrelationId(correlationId++)
                            .setClientId(id),
                    key.requestHeaderVersion(version));
            ByteBuffer body = Responses.toBytes(request, version);
            ByteBuffer frame = ByteBuffer.allocate(4 + header.remaining() + body.remaining());
            frame.putInt(header.remaining() + body.remaining()).put(header).put(body);
            OutputStream out = socket.getOutputStream();
            out.write(frame.array());
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ApiMessage receive(ApiKeys key) {
        try {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            ByteBuffer frame = ByteBuffer.wrap(bytes);
            Responses.correlationId(frame);
            return Responses.decode(key, key.latestVersion(), frame);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (io.kurier.protocol.MalformedResponseException e) {
            throw new AssertionError(e);
        }
    }

    int nextEpoch() {
        return epoch++;
    }

    /// As the next of its session, for partition 0.
    ShareFetchRequestData fetchRequest(int maxWaitMs, int maxRecords) {
        ShareFetchRequestData request = new ShareFetchRequestData()
                .setGroupId(GROUP)
                .setMemberId(id)
                .setShareSessionEpoch(nextEpoch())
                .setMaxWaitMs(maxWaitMs)
                .setMinBytes(1)
                .setMaxBytes(1 << 20)
                .setMaxRecords(maxRecords)
                .setBatchSize(500);
        partition(request);
        return request;
    }

    ShareFetchRequestData.FetchPartition partition(ShareFetchRequestData request) {
        var topic = request.topics().find(topicId);
        if (topic == null) {
            topic = new ShareFetchRequestData.FetchTopic().setTopicId(topicId);
            topic.partitions().add(new ShareFetchRequestData.FetchPartition().setPartitionIndex(0));
            request.topics().add(topic);
        }
        return topic.partitions().find(0);
    }

    ShareFetchResponseData fetch(int maxWaitMs, int maxRecords) {
        return (ShareFetchResponseData) ask(fetchRequest(maxWaitMs, maxRecords));
    }

    /// What it has been given, waiting for some: `first-last x deliveries`.
    List<String> acquire(int maxRecords) {
        ShareFetchResponseData answer = fetch(10_000, maxRecords);
        if (answer.errorCode() != 0
                || answer.responses().isEmpty()
                || only(answer).errorCode() != 0) {
            throw new AssertionError(id + " was to be given records, not " + answer);
        }
        return acquired(answer);
    }

    static List<String> acquired(ShareFetchResponseData answer) {
        List<String> ranges = new ArrayList<>();
        for (var topic : answer.responses()) {
            for (PartitionData partition : topic.partitions()) {
                for (AcquiredRecords range : partition.acquiredRecords()) {
                    ranges.add(range.firstOffset() + "-" + range.lastOffset() + " x" + range.deliveryCount());
                }
            }
        }
        return ranges;
    }

    static PartitionData only(ShareFetchResponseData answer) {
        return answer.responses().iterator().next().partitions().getFirst();
    }

    /// The offsets of the records that came, acquired or not.
    static List<Long> offsets(ShareFetchResponseData answer) {
        List<Long> offsets = new ArrayList<>();
        for (Record record : ((MemoryRecords) only(answer).records()).records()) {
            offsets.add(record.offset());
        }
        return offsets;
    }

    ShareAcknowledgeRequestData acknowledgeRequest(int sessionEpoch, long first, long last, int... types) {
        var batch = new ShareAcknowledgeRequestData.AcknowledgementBatch()
                .setFirstOffset(first)
                .setLastOffset(last);
        ShareAcknowledgeRequestData request = new ShareAcknowledgeRequestData()
                .setGroupId(GROUP)
                .setMemberId(id)
                .setShareSessionEpoch(sessionEpoch);
        for (int type : types) {
            batch.acknowledgeTypes().add((byte) type);
            request.setIsRenewAck(request.isRenewAck() || type == 4);
        }
        var partition = new ShareAcknowledgeRequestData.AcknowledgePartition().setPartitionIndex(0);
        partition.acknowledgementBatches().add(batch);
        var topic = new ShareAcknowledgeRequestData.AcknowledgeTopic().setTopicId(topicId);
        topic.partitions().add(partition);
        request.topics().add(topic);
        return request;
    }

    /// The error of its partition, or of the whole answer.
    short acknowledge(long first, long last, int... types) {
        return error((ShareAcknowledgeResponseData) ask(acknowledgeRequest(nextEpoch(), first, last, types)));
    }

    static short error(ShareAcknowledgeResponseData answer) {
        return answer.errorCode() != 0
                ? answer.errorCode()
                : answer.responses().iterator().next().partitions().getFirst().errorCode();
    }

    ShareFetchRequestData closing() {
        return new ShareFetchRequestData().setGroupId(GROUP).setMemberId(id).setShareSessionEpoch(-1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
