package io.kurier.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Small files read and replaced as a whole: checkpoints, properties, marks.
public final class WholeFiles {
    /// What is put behind a file's name while its next content is written. A file of such a name is rubbish of a crash.
    public static final String TEMPORARY_SUFFIX = ".tmp";

    private WholeFiles() {}

    /// Reads a file whole.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    /// @throws IOException if it cannot be read, or is larger than `maxBytes`
    public static byte[] read(Disk disk, Path path, int maxBytes) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Open.READ)) {
            long size = file.size();
            if (size > maxBytes) {
                throw new IOException("cannot read " + path + ": it has " + size + " bytes, where at most " + maxBytes
                        + " are expected");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining()) {
                if (file.read(bytes, bytes.position()) < 0) {
                    throw new IOException("cannot read " + path + ": it shrank from " + size + " bytes to "
                            + bytes.position() + " while it was read");
                }
            }
            return bytes.array();
        }
    }

    /// Replaces a file's content, or makes the file: after a power loss at any moment it holds the old bytes or the new
    /// ones, and once this has returned the new ones. One writer a file at a time; the folder must exist.
    public static void writeAtomically(Disk disk, Path path, byte[] bytes) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("cannot write " + path + ": it is not the name of a file");
        }
        Path temporary = path.resolveSibling(path.getFileName() + TEMPORARY_SUFFIX);
        try {
            try (DiskFile file = disk.open(temporary, Disk.Open.CREATE)) {
                file.truncate(0);
                file.write(ByteBuffer.wrap(bytes), 0);
                file.sync();
            }
            disk.rename(temporary, path);
        } catch (IOException e) {
            deleteAfter(disk, temporary, e);
            throw e;
        }
        disk.syncDirectory(directory);
    }

    private static void deleteAfter(Disk disk, Path temporary, IOException failure) {
        try {
            disk.delete(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
