package io.kurier.broker.api;

import io.kurier.broker.metrics.RequestMeter;
import io.kurier.broker.network.ResponseOrderer;
import io.kurier.broker.quota.ClientQuota;
import io.kurier.broker.quota.ClientQuotas;
import io.kurier.kernel.Network.Acceptor;
import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Network.Frame;
import io.kurier.kernel.Network.FrameReceiver;
import io.kurier.kernel.Network.Part;
import io.kurier.kernel.Threads;
import io.kurier.kernel.Timers;
import io.kurier.protocol.MalformedRequestException;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import io.kurier.protocol.ThrottleTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From a frame to its handler and back: decodes, finds the handler, calls it where it may run, and encodes the answer
/// into the request's place in the order. A handler's failure becomes an error answer; a frame that is no request
/// closes the connection.
public final class RequestDispatcher implements Acceptor {
    private static final Logger LOG = LoggerFactory.getLogger(RequestDispatcher.class);

    /// Whom every client is taken for, as none proves who it is.
    private static final String ANONYMOUS = "ANONYMOUS";

    private final ApiRegistry registry;
    private final ClientQuotas quotas;
    private final Threads threads;
    private final Timers timers;
    private final String listenerName;
    private final RequestMeter meter;

    /// @param meter is told of each request that was answered
    public RequestDispatcher(
            ApiRegistry registry,
            ClientQuotas quotas,
            Threads threads,
            Timers timers,
            String listenerName,
            RequestMeter meter) {
        this.registry = registry;
        this.quotas = quotas;
        this.threads = threads;
        this.timers = timers;
        this.listenerName = listenerName;
        this.meter = meter;
    }

    @Override
    public FrameReceiver accept(Connection connection) {
        Receiver receiver = new Receiver(connection);
        long holdNs = quotas.holdConnectionNs(connection.remote().getAddress());
        if (holdNs > 0) {
            LOG.debug("Closing a connection of {}: it has too many (connection_creation_rate)", connection.remote());
            receiver.holds.hold();
            timers.after(holdNs, connection::close);
        }
        return receiver;
    }

    /// The requests of one connection.
    private final class Receiver implements FrameReceiver {
        private final Connection connection;
        private final ResponseOrderer orderer;
        private final ReadingHolds holds;
        private final CompletableFuture<Void> line = new CompletableFuture<>();
        // both the connection's thread alone
        private ClientQuota quota = ClientQuota.NONE;
        private ClientSoftware software = ClientSoftware.UNKNOWN;

        Receiver(Connection connection) {
            this.connection = connection;
            this.orderer = new ResponseOrderer(connection);
            this.holds = new ReadingHolds(connection, orderer, timers);
        }

        @Override
        public void received(Frame frame) {
            long receivedNs = meter.now();
            int bytes = frame.bytes().remaining();
            try {
                RequestHeader header = Requests.header(frame.bytes());
                if (header.versionKnown()) {
                    quota = quotas.of(ANONYMOUS, header.clientId(), quota);
                    quota.received(header.key(), bytes);
                    long beganNs = quota.beginNs();
                    ApiMessage body = Requests.body(header, frame.bytes());
                    quota.worked(beganNs);
                    if (body instanceof ApiVersionsRequestData versions && header.version() >= 3) {
                        software = ClientSoftware.of(versions);
                    }
                    dispatch(context(header, receivedNs, bytes), body, frame);
                } else {
                    frame.release();
                    answerUnknownVersion(header);
                }
            } catch (MalformedRequestException e) {
                frame.release();
                LOG.info("Closing the connection of {}: {}", connection.remote(), e.getMessage());
                connection.close();
            }
        }

        private void answerUnknownVersion(RequestHeader header) {
            ApiVersionsResponseData answer =
                    ApiVersionsHandler.ranges(registry).setErrorCode(Errors.UNSUPPORTED_VERSION.code());
            orderer.next().complete(Responses.encode(header, answer));
        }

        private RequestContext context(RequestHeader header, long receivedNs, int bytes) {
            return new RequestContext(
                    header,
                    connection.executor(),
                    connection.local(),
                    connection.remote(),
                    listenerName,
                    quota,
                    software,
                    receivedNs,
                    bytes,
                    line);
        }

        private void dispatch(RequestContext context, ApiMessage body, Frame frame) throws MalformedRequestException {
            ApiHandler<?> found = registry.find(context.key(), context.version());
            if (found == null) {
                throw new MalformedRequestException(context.key() + " is not served here");
            }
            @SuppressWarnings("unchecked") // a handler's key decides the type of its requests
            ApiHandler<ApiMessage> handler = (ApiHandler<ApiMessage>) found;
            ResponseOrderer.Slot slot = orderer.next();
            if (handler.mayBlock(body)) {
                holds.hold();
                threads.slow().execute(() -> {
                    call(handler, context, body, frame, slot);
                    connection.executor().execute(() -> {
                        mute(context);
                        holds.release();
                    });
                });
            } else {
                call(handler, context, body, frame, slot);
                mute(context);
            }
        }

        /// What the client is told to wait, its connection waits as well, so that it makes no difference whether the
        /// client does as it is told.
        private void mute(RequestContext context) {
            holds.mute(context.quota().throttleNs(context.key()));
        }

        private void call(
                ApiHandler<ApiMessage> handler,
                RequestContext context,
                ApiMessage body,
                Frame frame,
                ResponseOrderer.Slot slot) {
            CompletableFuture<? extends ApiMessage> answer;
            long beganNs = context.quota().beginNs();
            try {
                answer = handler.handle(context, body);
            } catch (VirtualMachineError e) {
                connection.close();
                throw e;
            } catch (RuntimeException | Error e) {
                answer = CompletableFuture.failedFuture(e);
            } finally {
                frame.release();
            }
            context.quota().worked(beganNs);
            answer.whenComplete((message, failure) -> finish(context, body, slot, message, failure));
        }

        private void finish(
                RequestContext context,
                ApiMessage body,
                ResponseOrderer.Slot slot,
                @Nullable ApiMessage message,
                @Nullable Throwable failure) {
            try {
                ApiMessage answer = failure == null ? message : errorAnswer(context, body, failure);
                List<Part> frame = answer == null ? List.of() : encode(context, answer);
                meter.answered(context.key(), context.receivedNs(), context.bytes(), length(frame), failure != null);
                if (answer != null) {
                    slot.complete(frame);
                } else if (failure == null) {
                    slot.skip();
                } else {
                    connection.close();
                }
            } catch (RuntimeException | Error e) { // nobody looks at what is thrown out of here
                LOG.error("No answer can be made to a {} request of {}", context.key(), connection.remote(), e);
                connection.close();
            }
        }

        private static List<Part> encode(RequestContext context, ApiMessage answer) {
            ClientQuota limits = context.quota();
            if (limits == ClientQuota.NONE) {
                return Responses.encode(context.header(), answer);
            }
            long beganNs = limits.beginNs();
            int throttleMs = limits.throttleMs(context.key());
            if (throttleMs > 0) {
                ThrottleTime.set(answer, throttleMs);
            }
            List<Part> parts = Responses.encode(context.header(), answer);
            limits.worked(beganNs);
            limits.answered(context.key(), length(parts));
            return parts;
        }

        private static long length(List<Part> frame) {
            long bytes = 0;
            for (Part part : frame) {
                bytes += part.length();
            }
            return bytes;
        }

        private @Nullable ApiMessage errorAnswer(RequestContext context, ApiMessage body, Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (Errors.forException(cause) == Errors.UNKNOWN_SERVER_ERROR) {
                LOG.error("A {} request of {} failed", context.key(), connection.remote(), cause);
            }
            return Requests.errorAnswer(context.header(), body, cause);
        }

        @Override
        public void closed() {
            holds.close();
            orderer.close();
            line.complete(null);
        }
    }
}
