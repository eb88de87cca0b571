package io.kurier.broker.api;

import io.kurier.broker.metrics.RequestMeter;
import io.kurier.broker.network.ResponseOrderer;
import io.kurier.kernel.Network.Acceptor;
import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Network.Frame;
import io.kurier.kernel.Network.FrameReceiver;
import io.kurier.kernel.Network.Part;
import io.kurier.kernel.Threads;
import io.kurier.protocol.MalformedRequestException;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
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

    private final ApiRegistry registry;
    private final Threads threads;
    private final String listenerName;
    private final RequestMeter meter;

    /// @param meter is told of each request that was answered
    public RequestDispatcher(ApiRegistry registry, Threads threads, String listenerName, RequestMeter meter) {
        this.registry = registry;
        this.threads = threads;
        this.listenerName = listenerName;
        this.meter = meter;
    }

    @Override
    public FrameReceiver accept(Connection connection) {
        return new Receiver(connection);
    }

    /// The requests of one connection.
    private final class Receiver implements FrameReceiver {
        private final Connection connection;
        private final ResponseOrderer orderer;
        private ClientSoftware software = ClientSoftware.UNKNOWN; // the connection's thread alone

        Receiver(Connection connection) {
            this.connection = connection;
            this.orderer = new ResponseOrderer(connection);
        }

        @Override
        public void received(Frame frame) {
            long receivedNs = meter.now();
            int bytes = frame.bytes().remaining();
            try {
                RequestHeader header = Requests.header(frame.bytes());
                if (header.versionKnown()) {
                    ApiMessage body = Requests.body(header, frame.bytes());
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
                    software,
                    receivedNs,
                    bytes);
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
                orderer.holdReading(true);
                threads.slow().execute(() -> {
                    call(handler, context, body, frame, slot);
                    connection.executor().execute(() -> orderer.holdReading(false));
                });
            } else {
                call(handler, context, body, frame, slot);
            }
        }

        private void call(
                ApiHandler<ApiMessage> handler,
                RequestContext context,
                ApiMessage body,
                Frame frame,
                ResponseOrderer.Slot slot) {
            CompletableFuture<? extends ApiMessage> answer;
            try {
                answer = handler.handle(context, body);
            } catch (RuntimeException e) {
                answer = CompletableFuture.failedFuture(e);
            } finally {
                frame.release();
            }
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
                List<Part> frame = answer == null ? List.of() : Responses.encode(context.header(), answer);
                meter.answered(context.key(), context.receivedNs(), context.bytes(), length(frame), failure != null);
                if (answer != null) {
                    slot.complete(frame);
                } else if (failure == null) {
                    slot.skip();
                } else {
                    connection.close();
                }
            } catch (RuntimeException e) {
                LOG.error("No answer can be made to a {} request of {}", context.key(), connection.remote(), e);
                connection.close();
            }
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
            orderer.close();
        }
    }
}
