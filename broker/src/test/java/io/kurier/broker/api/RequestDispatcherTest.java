package io.kurier.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.broker.metrics.RequestMeter;
import io.kurier.broker.quota.ClientQuotas;
import io.kurier.broker.quota.QuotaWindows;
import io.kurier.cluster.quota.QuotaEntity;
import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Network.Frame;
import io.kurier.kernel.Network.FrameReceiver;
import io.kurier.kernel.Network.Part;
import io.kurier.protocol.Responses;
import io.kurier.testkit.ManualClock;
import io.kurier.testkit.ManualThreads;
import io.kurier.testkit.ManualTimers;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.junit.jupiter.api.Test;

/// From frame to answer over a connection without sockets: order, hand-over, failures.
class RequestDispatcherTest {
    private final ManualClock clock = new ManualClock();
    private final ClientQuotas quotas = new ClientQuotas(clock, QuotaWindows.of(2, 1, 11, 1));
    private final ManualTimers timers = new ManualTimers(clock);
    private final ManualThreads threads = new ManualThreads();
    private final FakeConnection connection = new FakeConnection();
    private final List<CompletableFuture<HeartbeatResponseData>> beats = new ArrayList<>();
    private Duration work = Duration.ZERO;
    private Throwable defect = new IllegalStateException("a defect");
    private final RequestDispatcher dispatcher = new RequestDispatcher(
            new ApiRegistry(List.of(new Heartbeats(), new Lists())),
            quotas,
            threads,
            timers,
            "PLAINTEXT",
            new RequestMeter(clock));
    private final FrameReceiver receiver = dispatcher.accept(connection);

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
            clock.advance(work);
            beats.add(new CompletableFuture<>());
            return beats.getLast();
        }
    }

    /// May block, and fails.
    private final class Lists implements ApiHandler<ListGroupsRequestData> {
        @Override
        public ApiKeys key() {
            return ApiKeys.LIST_GROUPS;
        }

        @Override
        public CompletableFuture<ListGroupsResponseData> handle(RequestContext context, ListGroupsRequestData request) {
            if (defect instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) defect;
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
    void aHandlersErrorIsAnErrorAnswerAndTheConnectionGoesOn() {
        defect = new NoClassDefFoundError("a library is missing");
        FakeFrame frame = receive(ApiKeys.LIST_GROUPS, (short) 0, 1, new ListGroupsRequestData());
        threads.runAll();
        assertThat(connection.frames.getFirst().getShort(4)).isEqualTo(Errors.UNKNOWN_SERVER_ERROR.code());
        assertThat(frame.released).isEqualTo(1);
        assertThat(connection.paused).isFalse();
        assertThat(connection.closed).isFalse();
    }

    @Test
    void whoseRequestFindsTheMachineBrokenIsNotLeftWaiting() {
        defect = new StackOverflowError();
        FakeFrame frame = receive(ApiKeys.LIST_GROUPS, (short) 0, 1, new ListGroupsRequestData());
        assertThatThrownBy(threads::runAll).isSameAs(defect);
        assertThat(connection.closed).isTrue();
        assertThat(frame.released).isEqualTo(1);
    }

    @Test
    void anAnswerThatCannotBeWrittenClosesTheConnection() {
        receive(ApiKeys.HEARTBEAT, (short) 4, 1, new HeartbeatRequestData());
        beats.getFirst().complete(new HeartbeatResponseData() {
            @Override
            public void addSize(MessageSizeAccumulator size, ObjectSerializationCache cache, short version) {
                throw new NoClassDefFoundError("a library is missing");
            }
        });
        assertThat(connection.closed).isTrue();
    }

    @Test
    void whatIsNotServedClosesTheConnection() {
        FakeFrame frame = receive(ApiKeys.METADATA, (short) 1, 1, new MetadataRequestData());
        assertThat(connection.closed).isTrue();
        assertThat(frame.released).isEqualTo(1);
    }

    /// 15 ms of a thread are 1.5 s at 1 percent, and 1 s was saved up.
    private void overdraw() {
        quotas.update(Map.of(new QuotaEntity(Map.of("user", "ANONYMOUS")), Map.of("request_percentage", 1.0)));
        work = Duration.ofMillis(15);
        receive(ApiKeys.HEARTBEAT, (short) 4, 1, new HeartbeatRequestData());
    }

    private int throttleMs(int answer) {
        return connection.frames.get(answer).getInt(5);
    }

    @Test
    void whoIsOverTheQuotaIsToldAndNotReadForSoLong() {
        overdraw();
        assertThat(connection.paused).isTrue();
        beats.getFirst().complete(new HeartbeatResponseData());
        assertThat(connection.sent).as("the answer does not wait").containsExactly(1);
        assertThat(throttleMs(0)).isBetween(400, 500);
        clock.advance(Duration.ofMillis(throttleMs(0) - 1));
        assertThat(connection.paused).isTrue();
        clock.advance(Duration.ofMillis(1));
        assertThat(connection.paused).isFalse();
    }

    @Test
    void whoIsWithinTheQuotaIsNotThrottled() {
        quotas.update(Map.of(new QuotaEntity(Map.of("user", "ANONYMOUS")), Map.of("request_percentage", 50.0)));
        work = Duration.ofMillis(15);
        receive(ApiKeys.HEARTBEAT, (short) 4, 1, new HeartbeatRequestData());
        beats.getFirst().complete(new HeartbeatResponseData());
        assertThat(connection.paused).isFalse();
        assertThat(throttleMs(0)).isZero();
    }

    @Test
    void aBlockingRequestThatEndsDoesNotEndTheWait() {
        overdraw();
        receive(ApiKeys.LIST_GROUPS, (short) 4, 2, new ListGroupsRequestData());
        threads.runAll();
        assertThat(connection.paused).isTrue();
        clock.advance(Duration.ofSeconds(2));
        assertThat(connection.paused).isFalse();
    }

    @Test
    void aConnectionThatIsGoneWaitsForNothing() {
        overdraw();
        receiver.closed();
        assertThat(timers.size()).isZero();
    }

    @Test
    void anAddressWithTooManyConnectionsWaitsAndIsClosed() {
        quotas.update(Map.of(new QuotaEntity(Map.of("ip", "127.0.0.1")), Map.of("connection_creation_rate", 1.0)));
        List<FakeConnection> connections = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            connections.add(new FakeConnection());
            dispatcher.accept(connections.getLast());
        }
        assertThat(connections).extracting(one -> one.paused).containsExactly(false, false, true);
        clock.advance(Duration.ofSeconds(1));
        assertThat(connections).extracting(one -> one.closed).containsExactly(false, false, true);
    }

    @Test
    void garbageClosesTheConnection() {
        FakeFrame frame = new FakeFrame(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        receiver.received(frame);
        assertThat(connection.closed).isTrue();
        assertThat(frame.released).isEqualTo(1);
    }
}
