package io.kurier.tests.transactions;

import io.kurier.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Apache's `TransactionalMessageCopier` for one partition, each time in a process of its own: it copies up to the end
/// that it saw at its start, and when it has ended or was killed, the next one takes over with the same transactional
/// id.
final class Copier implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int REMEMBERED_LINES = 40;
    /// Offsets that were committed in a transaction which nobody ended are unstable until it is aborted. A copier asks
    /// for its position, for a minute, before it ends what its predecessor left open.
    private static final String TRANSACTION_TIMEOUT_MS = "10000";

    private final List<String> command;
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Thread supervisor;
    private volatile @Nullable Process process;
    private volatile long transactions;
    private volatile boolean closing;
    private volatile boolean killed;

    Copier(String bootstrapServers, String from, String to, int partition) {
        command = Tools.apache(
                "TransactionalMessageCopier",
                "--broker-list",
                bootstrapServers,
                "--input-topic",
                from,
                "--input-partition",
                Integer.toString(partition),
                "--output-topic",
                to,
                "--consumer-group",
                groupId(partition),
                "--transactional-id",
                transactionalId(partition),
                "--transaction-size",
                "10",
                "--transaction-timeout",
                TRANSACTION_TIMEOUT_MS,
                "--enable-random-aborts",
                "--use-group-metadata");
        supervisor = Thread.ofPlatform().daemon().name("copier-" + partition).start(this::supervise);
    }

    static String transactionalId(int partition) {
        return "copier-" + partition;
    }

    static String groupId(int partition) {
        return "copiers-" + partition;
    }

    private void supervise() {
        while (!closing) {
            try {
                runOnce();
            } catch (IOException e) {
                failures.add(e.toString());
                return;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void runOnce() throws IOException, InterruptedException {
        killed = false;
        Process own = new ProcessBuilder(command).redirectErrorStream(true).start();
        process = own;
        Deque<String> lines = new ArrayDeque<>();
        try (BufferedReader output = own.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.contains("\"stage\":\"ProcessLoop\"")) {
                    transactions++;
                }
                lines.add(line);
                if (lines.size() > REMEMBERED_LINES) {
                    lines.remove();
                }
            }
        } catch (UncheckedIOException | IOException e) {
            lines.add(e.toString()); // it was killed while it wrote
        }
        int ended = own.waitFor();
        if (ended != 0 && !killed && !closing) {
            failures.add("ended with " + ended + ": " + String.join("\n", lines));
        }
    }

    /// Waits until it has ended so many transactions more.
    void awaitTransactions(int more) {
        long until = transactions + more;
        Await.until(LIMIT, more + " transactions of " + command, () -> transactions >= until || !failures.isEmpty());
    }

    /// Transactions that were ended, as far as it told.
    long transactions() {
        return transactions;
    }

    /// Kills it the hard way.
    void kill() throws InterruptedException {
        Process own = process;
        if (own != null) {
            killed = true;
            own.destroyForcibly().waitFor();
        }
    }

    /// What ended by itself with an error: nobody should.
    List<String> failures() {
        return failures;
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        kill();
        supervisor.join();
    }
}
