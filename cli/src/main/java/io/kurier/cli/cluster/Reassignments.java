package io.kurier.cli.cluster;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.TopicPartition;

/// Moves replicas and waits until they are there, with a line now and then about how far it is.
final class Reassignments {
    /// So many partitions are on their way at a time: the nodes have other work.
    private static final int AT_ONCE = 50;

    private static final long PAUSE_MS = 200;
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long STUCK_NS = TimeUnit.MINUTES.toNanos(5);

    private final Connection connection;
    private final Admin admin;
    private final PrintWriter progress;

    Reassignments(Connection connection, Admin admin, PrintWriter progress) {
        this.connection = connection;
        this.admin = admin;
        this.progress = progress;
    }

    /// Carries out what a plan says.
    ///
    /// @throws Failure if the controller refuses a part of it, or nothing gets on for five minutes
    void run(Map<TopicPartition, List<Integer>> changes) {
        Map<TopicPartition, Optional<NewPartitionReassignment>> some = new LinkedHashMap<>();
        int done = 0;
        for (Map.Entry<TopicPartition, List<Integer>> change : changes.entrySet()) {
            some.put(change.getKey(), Optional.of(new NewPartitionReassignment(change.getValue())));
            if (some.size() == AT_ONCE || done + some.size() == changes.size()) {
                connection.await(admin.alterPartitionReassignments(some).all(), "The reassignment");
                await(done, changes.size(), some.size());
                done += some.size();
                some.clear();
            }
        }
    }

    /// Waits for those that are going on.
    void awaitAll() {
        int going = going();
        if (going > 0) {
            progress.println("Waiting for " + going + " partitions that are being moved already");
            await(0, going, going);
        }
    }

    private int going() {
        return connection
                .await(admin.listPartitionReassignments().reassignments(), "The reassignments")
                .size();
    }

    private void await(int before, int all, int begun) {
        int left = begun;
        long movedNs = System.nanoTime();
        long toldNs = movedNs;
        while (true) {
            int now = Math.min(begun, going());
            if (now == 0) {
                progress.println((before + begun) + " of " + all + " partitions are where they should be");
                return;
            }
            if (now < left) {
                left = now;
                movedNs = System.nanoTime();
            }
            if (System.nanoTime() - movedNs > STUCK_NS) {
                throw new Failure(
                        left + " partitions do not get on. See which nodes are behind (kurier cluster status); "
                                + "the same command again goes on from here");
            }
            if (System.nanoTime() - toldNs > SILENCE_NS) {
                toldNs = System.nanoTime();
                progress.println((before + begun - left) + " of " + all + " partitions are where they should be");
            }
            pause();
        }
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted; the same command again goes on from here", e);
        }
    }
}
