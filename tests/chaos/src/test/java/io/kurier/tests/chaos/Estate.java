package io.kurier.tests.chaos;

import static java.util.stream.Collectors.joining;

import io.kurier.testkit.FreePorts;
import io.kurier.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A cluster of nodes, each a process: on the loopback interface, or each on wires and a small disk of its own.
final class Estate implements AutoCloseable {
    private static final int PORT = 9092;
    private static final int DISK_MEGABYTES = 640;

    private final Path folder;
    private final @Nullable Wires wires;
    private final @Nullable Path shim;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<Path> disks = new ArrayList<>();

    /// Starts the nodes 1, 2, 3, ...
    ///
    /// @param apart true for [Wires] and disks, which takes a namespace that is all ours
    Estate(Path folder, int size, boolean apart) throws IOException, InterruptedException {
        this.folder = folder;
        this.wires = apart ? new Wires(size) : null;
        this.shim = apart ? SyncShim.compile(folder) : null;
        try {
            for (int id = 1; id <= size; id++) {
                nodes.add(start(id));
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private NodeProcess start(int id) throws IOException, InterruptedException {
        Path own = Files.createDirectory(folder.resolve("node-" + id));
        List<String> settings = new ArrayList<>(List.of("node.id=" + id));
        if (!nodes.isEmpty()) {
            settings.add("controller.quorum.bootstrap.servers=" + bootstrapServers());
        }
        List<String> program = new ArrayList<>();
        if (wires != null) {
            Shell.run("mount -t tmpfs -o size=" + DISK_MEGABYTES + "m tmpfs " + own);
            disks.add(own);
            program.addAll(List.of(Wires.prefix(id).split(" ")));
            if (shim != null) {
                program.addAll(List.of(
                        "env",
                        "LD_PRELOAD=" + shim,
                        "KURIER_SYNC_FAILS=" + syncFailure(id),
                        "KURIER_SYNC_SLOW=" + syncDelay(id)));
            }
        }
        program.addAll(NodeProcess.program());
        return wires == null
                ? NodeProcess.startAt("127.0.0.1", FreePorts.next(), program, own, settings.toArray(String[]::new))
                : NodeProcess.startAt(Wires.address(id), PORT, program, own, settings.toArray(String[]::new));
    }

    int size() {
        return nodes.size();
    }

    NodeProcess node(int id) {
        return nodes.get(id - 1);
    }

    /// All nodes' ids.
    List<Integer> ids() {
        return IntStream.rangeClosed(1, nodes.size()).boxed().toList();
    }

    /// All places on the [Wires].
    List<Integer> idsAndClients() {
        return IntStream.concat(IntStream.rangeClosed(1, nodes.size()), IntStream.of(Wires.CLIENTS))
                .boxed()
                .toList();
    }

    String bootstrapServers() {
        return nodes.stream().map(NodeProcess::bootstrapServers).collect(joining(","));
    }

    /// The network between the nodes; null on loopback.
    @Nullable
    Wires wires() {
        return wires;
    }

    /// True if syncs of a node can be made to fail.
    boolean canFailSyncs() {
        return shim != null;
    }

    /// While this file exists, each sync of the node fails with EIO.
    Path syncFailure(int id) {
        return folder.resolve("sync-fails-" + id);
    }

    /// While this file exists, each sync of the node takes half a second.
    Path syncDelay(int id) {
        return folder.resolve("sync-slow-" + id);
    }

    /// A file that takes all the space there is on a node's disk.
    Path ballast(int id) {
        return folder.resolve("node-" + id).resolve("ballast");
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
        disks.forEach(disk -> Shell.run("umount " + disk));
    }
}
