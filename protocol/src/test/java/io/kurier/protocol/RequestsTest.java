package io.kurier.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.Part;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Frames to requests: every version of every API, and what is no request.
class RequestsTest {
    private static final int MUTATIONS = Integer.getInteger("kurier.mutations", 200);

    private static Stream<ApiKeys> keys() {
        return Arrays.stream(ApiKeys.values()).filter(Requests::isForBrokers);
    }

    private static ByteBuffer frame(ApiKeys key, short version, ApiMessage body) {
        short headerVersion = key.requestHeaderVersion(version);
        ByteBuffer header = Responses.toBytes(
                new RequestHeaderData()
                        .setRequestApiKey(key.id)
                        .setRequestApiVersion(version)
                        .setCorrelationId(4711)
                        .setClientId("a client"),
                headerVersion);
        ByteBuffer bytes = Responses.toBytes(body, version);
        return ByteBuffer.allocate(header.remaining() + bytes.remaining())
                .put(header)
                .put(bytes)
                .flip();
    }

    @TestFactory
    Stream<DynamicTest> everyVersionIsReadBack() {
        return keys().map(key -> DynamicTest.dynamicTest(key.name(), () -> {
            for (short version : key.allVersions()) {
                ApiMessage body = key.messageType.newRequest();
                ByteBuffer frame = frame(key, version, body);
                RequestHeader header = Requests.header(frame);
                assertThat(header).isEqualTo(new RequestHeader(key, version, true, 4711, "a client"));
                assertThat(Requests.body(header, frame)).isEqualTo(body);
            }
        }));
    }

    @Test
    void anUnknownVersionOfApiVersionsKeepsItsCorrelation() throws Exception {
        ByteBuffer frame = ByteBuffer.allocate(8)
                .putShort(ApiKeys.API_VERSIONS.id)
                .putShort((short) 99)
                .putInt(7)
                .flip();
        RequestHeader header = Requests.header(frame);
        assertThat(header.versionKnown()).isFalse();

        List<Part> parts = Responses.encode(header, new ApiVersionsResponseData().setErrorCode((short) 35));
        ByteBuffer answer = ((Bytes) parts.getFirst()).buffer();
        assertThat(answer.getInt(0)).isEqualTo(7);
        assertThat(answer.getShort(4)).isEqualTo((short) 35);
    }

    @Test
    void whatIsNoRequestIsRefusedWithTheReason() {
        refused(ByteBuffer.allocate(3), "no header");
        refused(ByteBuffer.allocate(20).putShort(0, (short) 999), "unknown API key 999");
        refused(
                ByteBuffer.allocate(20).putShort(0, ApiKeys.METADATA.id).putShort(2, (short) 77),
                "version 77 of METADATA is not supported");
        refused(
                ByteBuffer.allocate(20).putShort(0, ApiKeys.METADATA.id).putShort(2, (short) -1),
                "version -1 of METADATA is not supported");
    }

    private static void refused(ByteBuffer frame, String why) {
        assertThatThrownBy(() -> Requests.header(frame))
                .isInstanceOf(MalformedRequestException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aClaimedArrayOfBillionsTakesNoMemory() throws Exception {
        ByteBuffer body = frame(ApiKeys.METADATA, (short) 1, new MetadataRequestData());
        body.putInt(body.limit() - 4, Integer.MAX_VALUE);
        RequestHeader header = Requests.header(body);
        assertThatThrownBy(() -> Requests.body(header, body)).isInstanceOf(MalformedRequestException.class);
    }

    /// Mutated frames are either read or refused; nothing else may happen, and quickly.
    @TestFactory
    Stream<DynamicTest> mutatedFramesAreReadOrRefused() {
        long seed = Long.getLong("kurier.seed", System.nanoTime());
        return keys().map(key -> DynamicTest.dynamicTest(key.name(), () -> {
            Random random = new Random(seed ^ key.id);
            for (int i = 0; i < MUTATIONS; i++) {
                short version = (short) random.nextInt(key.oldestVersion(), key.latestVersion() + 1);
                ByteBuffer good = frame(key, version, key.messageType.newRequest());
                byte[] bytes = new byte[good.limit() + random.nextInt(40)];
                good.get(bytes, 0, good.limit());
                for (int change = random.nextInt(1, 6); change > 0; change--) {
                    bytes[random.nextInt(8, bytes.length)] = (byte) random.nextInt();
                }
                try {
                    ByteBuffer frame = ByteBuffer.wrap(bytes);
                    RequestHeader header = Requests.header(frame);
                    Requests.body(header, frame);
                } catch (MalformedRequestException expected) {
                    assertThat(expected.getMessage()).isNotEmpty();
                } catch (Throwable t) {
                    throw new AssertionError("repeat with -Dkurier.seed=" + seed, t);
                }
            }
        }));
    }

    private static ApiMessage request(ApiKeys key) {
        return key == ApiKeys.PRODUCE ? new ProduceRequestData().setAcks((short) 1) : key.messageType.newRequest();
    }

    @Test
    void aProducerThatWantsNoAnswersGetsNoErrorEither() {
        RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, (short) 9, true, 1, null);
        assertThat(Requests.errorAnswer(
                        header, new ProduceRequestData().setAcks((short) 0), Errors.CORRUPT_MESSAGE.exception()))
                .isNull();
    }

    @Test
    void aProduceWithoutRecordsHasAnErrorAnswer() {
        RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, (short) 9, true, 1, null);
        ProduceRequestData request = new ProduceRequestData().setAcks((short) 1);
        request.topicData()
                .add(new TopicProduceData()
                        .setName("t")
                        .setPartitionData(List.of(new PartitionProduceData().setRecords(null))));
        assertThat(Requests.errorAnswer(header, request, Errors.UNKNOWN_SERVER_ERROR.exception()))
                .isNotNull();
    }

    @TestFactory
    Stream<DynamicTest> everyRequestHasAnErrorAnswer() {
        // an empty DescribeAcls is not valid, an empty Envelope carries nothing
        return keys().filter(key -> key != ApiKeys.DESCRIBE_ACLS && key != ApiKeys.ENVELOPE)
                .map(key -> DynamicTest.dynamicTest(key.name(), () -> {
                    for (short version : key.allVersions()) {
                        RequestHeader header = new RequestHeader(key, version, true, 1, null);
                        ApiMessage answer =
                                Requests.errorAnswer(header, request(key), Errors.UNKNOWN_SERVER_ERROR.exception());
                        assertThat(Responses.encode(header, Objects.requireNonNull(answer)))
                                .isNotEmpty();
                    }
                }));
    }

    /// Two bytes each on the wire, and forty or more in memory if an object were made of each.
    @Test
    void taggedFieldsOfTheHeaderAreSkippedWithoutMemory() throws MalformedRequestException {
        int fields = 400_000;
        ByteBuffer frame = ByteBuffer.allocate(2 * fields + 40);
        frame.putShort((short) 18).putShort((short) 3).putInt(7).putShort((short) -1);
        frame.put(new byte[] {(byte) 0x80, (byte) 0xb5, 0x18});
        for (int i = 0; i < fields; i++) {
            frame.put((byte) 100).put((byte) 0);
        }
        frame.flip();
        long allocated = allocated(() -> Requests.header(frame));
        assertThat(allocated).isLessThan(2_000_000);
        assertThat(frame.hasRemaining()).isFalse();
    }

    private interface Task {
        void run() throws MalformedRequestException;
    }

    private static long allocated(Task task) throws MalformedRequestException {
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        task.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
