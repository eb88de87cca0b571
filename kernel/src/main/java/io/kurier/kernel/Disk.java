package io.kurier.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The file system as a node uses it: positioned reads and writes, explicit durability, no memory maps.
///
/// What survives a power loss: the bytes of a file up to its last [DiskFile#sync()], and the names in a directory as of
/// the last [#syncDirectory(Path)]. Every method throws an `IOException` that names the path.
public interface Disk {
    /// How a file is opened.
    enum Open {
        /// For reading; it must exist.
        READ,
        /// For reading and writing; it must exist.
        WRITE,
        /// For reading and writing; made when it does not exist.
        CREATE
    }

    /// Opens a file. The caller closes it.
    DiskFile open(Path path, Open how) throws IOException;

    /// True if there is a file or folder of that name.
    boolean exists(Path path);

    /// True if there is a folder of that name.
    boolean isDirectory(Path path);

    /// Length of a file in bytes.
    long size(Path path) throws IOException;

    /// When a file was last written, in milliseconds since the epoch.
    long modifiedMs(Path path) throws IOException;

    /// Makes a folder and those above it; harmless if it is there.
    void createDirectories(Path path) throws IOException;

    /// What a folder holds, in the order of the names; files and folders.
    List<Path> list(Path directory) throws IOException;

    /// Renames a file or folder, atomically replacing a file of the new name.
    void rename(Path from, Path to) throws IOException;

    /// Deletes a file or an empty folder; harmless if there is none.
    void delete(Path path) throws IOException;

    /// Makes the names in a folder durable: after creating, renaming or deleting what must be seen after a power loss.
    void syncDirectory(Path directory) throws IOException;

    /// Bytes that can still be written to the disk that holds `path`.
    long usableBytes(Path path) throws IOException;

    /// Bytes that the disk that holds `path` has in all, used or not.
    long totalBytes(Path path) throws IOException;

    /// Takes a lock on a file for this process, until closed or until the process ends.
    ///
    /// @throws IOException if another process, or another node in this one, holds it
    Closeable lock(Path path) throws IOException;

    /// How many files may be open at once, for all that uses it.
    default int mostOpenFiles() {
        return 1_024;
    }
}
