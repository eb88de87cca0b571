package io.kurier.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.metrics.RequestMeter;
import io.kurier.kernel.Clock;
import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Network.Frame;
import io.kurier.kernel.Network.FrameReceiver;
import io.kurier.kernel.Network.Part;
import io.kurier.protocol.Responses;
import io.kurier.testkit.ManualThreads;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// From frame to answer over a connection without sockets: order, hand-over, failures.
class RequestDispatcherTest {
    private final ManualThreads threads = new ManualThreads();
    private final FakeConnection connection = new FakeConnection();
    private final List<CompletableFuture<HeartbeatResponseData>> beats = new ArrayList<>();
    private final FrameReceiver receiver = new RequestDispatcher(
                    new ApiRegistry(List.of(new Heartbeats(), new Lists())),
                    threads,
                    "PLAINTEXT",
                    new RequestMeter(Clock.system()))
            .accept(connection);

    /// Answers when the test says so.
    private final class Heartbeats implements ApiHandler<HeartbeatRequestData> {
        @Override
        public ApiKeys key() {
            return ApiKeys.HEARTBEAT;
        }

        @Override
        public boolean mayBlock(HeartbeatRequestData request) {
            return false;
        }

        @Override
        public CompletableFuture<HeartbeatResponseData> handle(RequestContext context, HeartbeatRequestData request) {
            beats.add(new CompletableFuture<>());
            return beats.getLast();
        }
    }

    /// May block, and fails.
    private static final class Lists implements ApiHandler<ListGroupsRequestData> {
        @Override
        public ApiKeys key() {
            return ApiKeys.LIST_GROUPS;
        }

        @Override
        public CompletableFuture<ListGroupsResponseData> handle(RequestContext context, ListGroupsRequestData request) {
            throw new IllegalStateException("a defect");
        }
    }

    private static final class FakeConnection implements Connection {
        private final List<Integer> sent = new ArrayList<>();
        private final List<ByteBuffer> frames = new ArrayList<>();
        private boolean paused;
        private boolean closed;

        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress("127.0.0.1", 9092);
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress("127.0.0.1", 50000);
        }

        @Override
        public Executor executor() {
            return Runnable::run;
        }

        @Override
        public void send(List<Part> parts) {
            ByteBuffer first = ((Bytes) parts.getFirst()).buffer();
            sent.add(first.getInt(first.position()));
            frames.add(first);
        }

        @Override
        public void pauseReading(boolean pause) {
            paused = pause;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /// Counts its releases.
    private static final class FakeFrame implements Frame {
        private final ByteBuffer bytes;
        private int released;

        private FakeFrame(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public void release() {
            released++;
        }
    }

    private FakeFrame receive(ApiKeys key, short version, int correlationId, ApiMessage body) {
        ByteBuffer header = Responses.toBytes(
                new RequestHeaderData()
                        .setRequestApiKey(key.id)
                        .setRequestApiVersion(version)
                        .setCorrelationId(correlationId),
                key.requestHeaderVersion(version));
        ByteBuffer bytes = Responses.toBytes(body, version);
        FakeFrame frame = new FakeFrame(ByteBuffer.allocate(header.remaining() + bytes.remaining())
                .put(header)
                .put(bytes)
                .flip());
        receiver.received(frame);
        return frame;
    }

    @Test
    void answersLeaveInTheOrderOfTheirRequests() {
        receive(ApiKeys.HEARTBEAT, (short) 4, 1, new HeartbeatRequestData());
        receive(ApiKeys.HEARTBEAT, (short) 4, 2, new HeartbeatRequestData());
        beats.get(1).complete(new HeartbeatResponseData());
        assertThat(connection.sent).isEmpty();
        beats.get(0).complete(new HeartbeatResponseData());
        assertThat(connection.sent).containsExactly(1, 2);
    }

    @Test
    void whatMayBlockRunsElsewhereWhileNothingMoreIsDelivered() {
        FakeFrame frame = receive(ApiKeys.LIST_GROUPS, (short) 4, 1, new ListGroupsRequestData());
        assertThat(connection.paused).isTrue();
        assertThat(frame.released).isZero();
        threads.runAll();
        assertThat(connection.paused).isFalse();
        assertThat(frame.released).isEqualTo(1);
        assertThat(connection.sent).containsExactly(1);
    }

    @Test
    void aHandlersDefectIsAnErrorAnswer() {
        receive(ApiKeys.LIST_GROUPS, (short) 0, 1, new ListGroupsRequestData());
        threads.runAll();
        assertThat(connection.frames.getFirst().getShort(4)).isEqualTo(Errors.UNKNOWN_SERVER_ERROR.code());
        assertThat(connection.closed).isFalse();
    }

    @Test
    void whatIsNotServedClosesTheConnection() {
        FakeFrame frame = receive(ApiKeys.METADATA, (short) 1, 1, new MetadataRequestData());
        assertThat(connection.closed).isTrue();
        assertThat(frame.released).isEqualTo(1);
    }

    @Test
    void garbageClosesTheConnection() {
        FakeFrame frame = new FakeFrame(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        receiver.received(frame);
        assertThat(connection.closed).isTrue();
        assertThat(frame.released).isEqualTo(1);
    }
}
