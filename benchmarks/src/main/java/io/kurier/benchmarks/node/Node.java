package io.kurier.benchmarks.node;

import io.kurier.benchmarks.load.ControlClient;
import io.kurier.benchmarks.node.Nodes.Installation;
import io.kurier.benchmarks.node.ProcFiles.Cpu;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

/// One running process of a node.
public final class Node implements AutoCloseable {
    private static final long START_LIMIT_NS = 300_000_000_000L;
    private static final int STOP_LIMIT_SECONDS = 60;

    private final Installation installation;
    private final Process process;
    private final long startedNs;
    private final Runnable ended;

    Node(Installation installation, Process process, long startedNs, Runnable ended) {
        this.installation = installation;
        this.process = process;
        this.startedNs = startedNs;
        this.ended = ended;
    }

    /// What it was started from.
    public Installation installation() {
        return installation;
    }

    /// Where clients connect.
    public int port() {
        return installation.port();
    }

    /// Its process id; `bin/kurier` becomes the Java process.
    public long pid() {
        return process.pid();
    }

    /// Milliseconds since its process was started.
    public double sinceStartMs() {
        return (System.nanoTime() - startedNs) / 1e6;
    }

    /// CPU time that it has used.
    public Cpu cpu() throws IOException {
        return ProcFiles.cpu(pid());
    }

    /// A connection, as soon as it answers.
    public ControlClient connect() throws IOException {
        try {
            return Nodes.connect(port(), process, START_LIMIT_NS);
        } catch (IOException e) {
            throw new IOException(
                    e.getMessage() + "\n" + Files.readString(installation.data().resolve("output.txt")), e);
        }
    }

    /// Asks it to stop and waits; answers how long it took in milliseconds. It has ended in any case.
    ///
    /// @throws TookTooLongException if it did not stop by itself
    public double stop() throws IOException {
        long beginNs = System.nanoTime();
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new TookTooLongException(STOP_LIMIT_SECONDS, new IOException("it did not stop"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            close();
        }
        return (System.nanoTime() - beginNs) / 1e6;
    }

    /// Sends it a signal of kill(1), such as `STOP`.
    public void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// Ends it without a chance to do anything, and waits until it is gone.
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        ended.run();
    }
}
