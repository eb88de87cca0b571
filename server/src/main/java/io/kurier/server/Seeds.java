package io.kurier.server;

import io.kurier.kernel.Disk;
import io.kurier.kernel.WholeFiles;
import io.kurier.server.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file `kurier.seeds` beside the metadata log: where the other voters of the cluster were when this node last
/// knew, one `HOST:PORT` a line. With it a node finds its cluster again without being told, and one whose log was not
/// written yet does not take itself for a new cluster.
final class Seeds {
    private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);
    private static final String NAME = "kurier.seeds";
    private static final int MAX_BYTES = 1 << 16;

    private final Disk disk;
    private final Path path;

    /// @param directory of the metadata log
    Seeds(Disk disk, Path directory) {
        this.disk = disk;
        this.path = directory.resolve(NAME);
    }

    /// The addresses of the file, behind others.
    ///
    /// @throws IOException if the file cannot be read
    List<InetSocketAddress> with(List<HostPort> others) throws IOException {
        Set<InetSocketAddress> all = new LinkedHashSet<>();
        others.forEach(other -> all.add(InetSocketAddress.createUnresolved(other.host(), other.port())));
        if (disk.exists(path)) {
            String text = new String(WholeFiles.read(disk, path, MAX_BYTES), StandardCharsets.UTF_8);
            text.lines()
                    .flatMap(line -> HostPort.parse(line.strip()).stream())
                    .forEach(seed -> all.add(InetSocketAddress.createUnresolved(seed.host(), seed.port())));
        }
        return new ArrayList<>(all);
    }

    /// Remembers the other voters; none deletes the file.
    ///
    /// @throws IOException if it cannot be written
    synchronized void write(List<InetSocketAddress> voters) throws IOException {
        if (!voters.isEmpty()) {
            String text = voters.stream()
                    .map(voter -> new HostPort(voter.getHostString(), voter.getPort()) + "\n")
                    .collect(Collectors.joining());
            WholeFiles.writeAtomically(disk, path, text.getBytes(StandardCharsets.UTF_8));
        } else if (disk.exists(path)) {
            disk.delete(path);
        }
    }

    /// The same; a disk that cannot is no reason to stop.
    void replace(List<InetSocketAddress> voters) {
        try {
            write(voters);
        } catch (IOException e) {
            LOG.warn("Where the other voters are could not be remembered in {}: {}", path, e.getMessage());
        }
    }
}
