package io.kurier.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection: reads a request, has it answered on a virtual thread, and reads the next when the answer has left. A
/// request that does not come in time ends it.
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final int MAX_PARAMETERS = 100;

    private final Router router;
    private final HttpLimits limits;
    private final Executor slow;
    private @Nullable Future<?> deadline;

    HttpConnection(Router router, HttpLimits limits, Executor slow) {
        this.router = router;
        this.limits = limits;
        this.slow = slow;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        readRequest(context);
    }

    private void readRequest(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> context.close(), limits.requestMs(), TimeUnit.MILLISECONDS);
        context.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        endDeadline();
        boolean keepAlive =
                HttpUtil.isKeepAlive(message) && message.decoderResult().isSuccess();
        ResponseStream stream = new ResponseStream(
                context.channel(), message.protocolVersion().isKeepAliveDefault(), keepAlive, limits.writeMs());
        HttpResponse refusal = refusal(context, message);
        Supplier<HttpResponse> answer = refusal == null ? answer(message) : () -> refusal;
        slow.execute(() -> {
            send(stream, answer.get());
            try {
                context.executor().execute(() -> answered(context, keepAlive));
            } catch (RejectedExecutionException e) {
                LOG.debug("The server was closed meanwhile", e);
            }
        });
    }

    private void answered(ChannelHandlerContext context, boolean keepAlive) {
        if (keepAlive && context.channel().isActive()) {
            readRequest(context);
        } else {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static @Nullable HttpResponse refusal(ChannelHandlerContext context, FullHttpRequest message) {
        if (message.decoderResult().isFailure()) {
            return switch (message.decoderResult().cause()) {
                case TooLongHttpLineException _ -> HttpResponse.text(414, "The path is too long");
                case TooLongHttpHeaderException _ -> HttpResponse.text(431, "The headers are too long");
                default -> HttpResponse.text(400, "This is no HTTP request that can be read");
            };
        }
        InetSocketAddress local = (InetSocketAddress) context.channel().localAddress();
        String host = message.headers().get(HttpHeaderNames.HOST);
        return local.getAddress().isLoopbackAddress() && host != null && !isLoopbackName(host)
                ? HttpResponse.text(
                        421, "On a loopback address only localhost is answered; kurier.http.host opens another")
                : null;
    }

    /// A web page from elsewhere can make its own name lead to 127.0.0.1, and so read what is there through a browser
    /// on this machine; the name in the request gives it away.
    private static boolean isLoopbackName(String host) {
        int port = host.lastIndexOf(':');
        String name = port > host.lastIndexOf(']') ? host.substring(0, port) : host;
        return List.of("localhost", "127.0.0.1", "[::1]").contains(name);
    }

    /// The answer, once it is asked for; the message itself is not needed for it any more.
    private Supplier<HttpResponse> answer(FullHttpRequest message) {
        byte[] body = new byte[message.content().readableBytes()];
        message.content().getBytes(message.content().readerIndex(), body);
        String method = message.method().name();
        String uri = message.uri();
        return () -> {
            Supplier<HttpResponse> found;
            try {
                found = router.find(request(method, uri, ByteBuffer.wrap(body)));
            } catch (IllegalArgumentException wronglyEncoded) {
                return HttpResponse.text(400, "This is wrongly encoded: " + wronglyEncoded.getMessage());
            }
            try {
                return found.get();
            } catch (RuntimeException e) {
                LOG.error("A {} request failed: {}", method, uri, e);
                return HttpResponse.text(500, "This failed; the node's log says why");
            }
        };
    }

    private static HttpRequest request(String method, String uri, ByteBuffer body) {
        QueryStringDecoder decoder = QueryStringDecoder.builder()
                .hasPath(true)
                .maxParams(MAX_PARAMETERS)
                .build(uri);
        Map<String, String> query = new HashMap<>();
        decoder.parameters().forEach((name, values) -> query.put(name, values.getFirst()));
        return new HttpRequest(method, decoder.rawPath(), Map.of(), query, body);
    }

    private static void send(ResponseStream stream, HttpResponse response) {
        try (stream) {
            stream.begin(response.status(), response.contentType());
            response.body().writeTo(stream);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("An answer was not taken", e);
            stream.abort();
        } catch (RuntimeException e) {
            LOG.error("An answer could not be written", e);
            stream.abort();
        }
    }

    private void endDeadline() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        endDeadline();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("An HTTP connection failed", cause);
        context.close();
    }
}
