package io.kurier.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;

/// The body of one answer on its way: a short one leaves with its length, a longer one in pieces, each of which the
/// client must have taken before the next is made. So an answer takes little memory, however long it is and however
/// slowly it is read.
final class ResponseStream extends OutputStream {
    private static final int PIECE_BYTES = 32 << 10;

    private final Channel channel;
    private final boolean canChunk;
    private final boolean keepAlive;
    private final long writeMs;
    private final byte[] piece = new byte[PIECE_BYTES];
    private int status;
    private String contentType = "";
    private int length;
    private boolean headSent;
    private boolean closed;

    /// @param canChunk false for a client of HTTP/1.0, whose answer ends with the connection
    ResponseStream(Channel channel, boolean canChunk, boolean keepAlive, long writeMs) {
        this.channel = channel;
        this.canChunk = canChunk;
        this.keepAlive = keepAlive;
        this.writeMs = writeMs;
    }

    void begin(int newStatus, String newContentType) {
        status = newStatus;
        contentType = newContentType;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int end = offset + count;
        while (from < end) {
            if (length == PIECE_BYTES) {
                sendPiece();
            }
            int copied = Math.min(PIECE_BYTES - length, end - from);
            System.arraycopy(bytes, from, piece, length, copied);
            length += copied;
            from += copied;
        }
    }

    private void sendPiece() throws IOException {
        if (!headSent) {
            headSent = true;
            DefaultHttpResponse head =
                    new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
            head(head);
            if (canChunk) {
                head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            } else {
                head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            send(head);
        }
        send(new DefaultHttpContent(taken()));
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (headSent) {
            send(new DefaultHttpContent(taken()));
            send(LastHttpContent.EMPTY_LAST_CONTENT);
            if (!canChunk) {
                abort();
            }
            return;
        }
        DefaultFullHttpResponse whole =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), taken());
        head(whole);
        whole.headers().set(HttpHeaderNames.CONTENT_LENGTH, whole.content().readableBytes());
        send(whole);
    }

    /// Ends the connection: what was sent is no whole answer.
    void abort() {
        closed = true;
        var _ = channel.close();
    }

    private void head(HttpMessage head) {
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set("x-content-type-options", "nosniff")
                .set(HttpHeaderNames.CONNECTION, keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    }

    private ByteBuf taken() {
        ByteBuf bytes = Unpooled.copiedBuffer(piece, 0, length);
        length = 0;
        return bytes;
    }

    private void send(HttpObject object) throws IOException {
        ChannelFuture sent = channel.writeAndFlush(object);
        if (!sent.awaitUninterruptibly(writeMs)) {
            throw new IOException("The client takes nothing");
        }
        if (!sent.isSuccess()) {
            throw new IOException(String.valueOf(sent.cause()));
        }
    }
}
