package io.kurier.tests.clients.crowd;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/// Asks as an administrator, again and again, what a group has committed, and tells the [GroupBook].
final class CommitWatcher implements AutoCloseable {
    private static final int PERIOD_MS = 200;

    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private final Admin admin;
    private final String group;
    private final GroupBook book;
    private volatile Map<Integer, Long> committed = Map.of();

    CommitWatcher(String bootstrap, String group, GroupBook book) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        this.group = group;
        this.book = book;
        pace.scheduleWithFixedDelay(this::look, 0, PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    /// As it was told last.
    Map<Integer, Long> committed() {
        return committed;
    }

    private void look() {
        Map<Integer, Long> atLeast = book.acknowledged();
        Map<Integer, Long> now = new HashMap<>();
        try {
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .forEach((partition, offset) -> now.put(partition.partition(), offset.offset()));
        } catch (ExecutionException | RuntimeException e) {
            book.complain("committed offsets cannot be had: " + e);
            return;
        } catch (InterruptedException e) {
            return; // the test is over
        }
        book.looked(now, atLeast);
        committed = now;
    }

    @Override
    public void close() {
        pace.shutdownNow();
        admin.close();
    }
}
