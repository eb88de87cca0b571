package io.kurier.broker.network;

import io.kurier.kernel.Network;
import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/// A range of a file that the kernel sends by itself. Unlike Netty's own it leaves the channel open, which belongs to
/// the log, and releases the part instead.
final class FileSection extends DefaultFileRegion {
    private final Network.FileRange range;

    FileSection(FileChannel channel, Network.FileRange range) {
        super(channel, range.position(), range.length());
        this.range = range;
    }

    @Override
    protected void deallocate() {
        range.release();
    }
}
