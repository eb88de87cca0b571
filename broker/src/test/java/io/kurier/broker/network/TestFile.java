package io.kurier.broker.network;

import io.kurier.kernel.DiskFile;
import io.kurier.kernel.Network.FileRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A real file, with or without its channel in sight, that counts how often its ranges were given out and back.
final class TestFile implements DiskFile {
    final AtomicInteger lent = new AtomicInteger();
    final AtomicInteger returned = new AtomicInteger();
    private final FileChannel channel;
    private final boolean showsChannel;

    TestFile(Path path, byte[] content, boolean showsChannel) {
        this.showsChannel = showsChannel;
        try {
            java.nio.file.Files.write(path, content);
            channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FileRange range(long position, long length) {
        lent.incrementAndGet();
        return new FileRange(this, position, length, returned::incrementAndGet);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return channel.read(into, position);
    }

    @Override
    public void write(ByteBuffer from, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void sync() {}

    @Override
    public Optional<FileChannel> channel() {
        return showsChannel ? Optional.of(channel) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
