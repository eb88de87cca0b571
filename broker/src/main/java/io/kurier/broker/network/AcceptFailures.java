package io.kurier.broker.network;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;

/// When a connection cannot be accepted, mostly because file descriptors ran out: says so in the log, and leaves those
/// that wait in the kernel for a second instead of failing as fast as it can.
final class AcceptFailures extends ChannelInboundHandlerAdapter {
    private static final long PAUSE_MS = 1_000;

    private final LogLimiter warnings;

    AcceptFailures(LogLimiter warnings) {
        this.warnings = warnings;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        warnings.warn("A connection could not be accepted, trying again in a second: " + cause
                + " (are there enough file descriptors, see `ulimit -n`?)");
        ChannelConfig config = context.channel().config();
        if (config.isAutoRead()) {
            config.setAutoRead(false);
            var _ = context.executor().schedule(() -> config.setAutoRead(true), PAUSE_MS, TimeUnit.MILLISECONDS);
        }
    }
}
