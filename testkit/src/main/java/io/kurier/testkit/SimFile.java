package io.kurier.testkit;

import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;
import java.util.Optional;

/// One open file of a [SimDisk].
final class SimFile implements DiskFile {
    private final SimDisk disk;
    private final Path path;
    private final SimInode inode;
    private final boolean writable;
    private final long boot;
    private boolean closed;

    SimFile(SimDisk disk, Path path, SimInode inode, boolean writable, long boot) {
        this.disk = disk;
        this.path = path;
        this.inode = inode;
        this.writable = writable;
        this.boot = boot;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        synchronized (disk) {
            usable("read");
            disk.beforeRead(path);
            return inode.read(into, position);
        }
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        synchronized (disk) {
            usable("write");
            changeable();
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            if (bytes.length > 0) {
                disk.write(inode, path, bytes, position);
            }
        }
    }

    @Override
    public long size() throws IOException {
        synchronized (disk) {
            usable("read the size of");
            return inode.size();
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        synchronized (disk) {
            usable("truncate");
            changeable();
            disk.truncate(inode, path, size);
        }
    }

    @Override
    public void sync() throws IOException {
        synchronized (disk) {
            usable("sync");
            disk.sync(inode, path);
        }
    }

    @Override
    public Optional<FileChannel> channel() {
        return Optional.empty();
    }

    @Override
    public Residence residence(long position, long length) {
        synchronized (disk) {
            return inode.loadedAtChill == disk.chills ? Residence.IN_MEMORY : Residence.ON_DISK;
        }
    }

    @Override
    public boolean load(long position, long length) {
        synchronized (disk) {
            inode.loadedAtChill = disk.chills;
            return true;
        }
    }

    @Override
    public void close() {
        synchronized (disk) {
            closed = true;
        }
    }

    private void changeable() {
        if (!writable) {
            throw new NonWritableChannelException();
        }
    }

    private void usable(String what) throws IOException {
        if (closed) {
            throw new IOException("cannot " + what + " " + path + ": the file is closed");
        }
        disk.alive(path, boot);
    }
}
