package io.kurier.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Produces at a fixed rate over one connection, as a producer with linger 0 does: what is due goes out in one batch as
/// soon as fewer than five requests are in flight. A record's latency counts from the moment at which it was due, so
/// that a node that stalls pays for all that had to wait (no coordinated omission).
public record PacedLoad(String topic, int partitions, Payload payload, int recordsPerSecond) {
    private static final int IN_FLIGHT = 5;
    private static final int RING = 8;
    /// An answer wakes the sender; should that ever be missed, this does.
    private static final long MOST_PARK_NS = 1_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;

    /// Runs for so long and answers the latency of each record in nanoseconds.
    public Histogram run(int port, long durationNs) throws IOException {
        var all = new Histogram(3);
        runBySeconds(port, durationNs).forEach(all::add);
        return all;
    }

    /// The same, apart for the records that were due in each second.
    public List<Histogram> runBySeconds(int port, long durationNs) throws IOException {
        try (var connection = new NodeConnection(port)) {
            var run = new Run(connection, durationNs * recordsPerSecond / SECOND_NS);
            Workers.run(List.of(run::send, run::receive));
            return run.latencyNs;
        }
    }

    private final class Run {
        private final NodeConnection connection;
        private final long total;
        private final long beginNs = System.nanoTime() + 10_000_000L;
        private final List<List<ProduceFrames.Filled>> frames = new ArrayList<>();
        private final int[] counts = new int[RING];
        private final AtomicLong sentRequests = new AtomicLong();
        private final AtomicLong answeredRequests = new AtomicLong();
        private volatile @Nullable Thread waiting;
        private final List<Histogram> latencyNs = new ArrayList<>();

        /// Batches of 1 to 32 records, then in larger steps: the largest that is due is sent.
        Run(NodeConnection connection, long total) {
            this.connection = connection;
            this.total = total;
            for (int partition = 0; partition < partitions; partition++) {
                List<ProduceFrames.Filled> sizes = new ArrayList<>();
                for (int records = 1; records <= 512; records = records < 32 ? records + 1 : records * 2) {
                    sizes.add(ProduceFrames.encode(topic, (short) -1, payload, records, List.of(partition)));
                }
                frames.add(sizes);
            }
        }

        private long dueNs(long record) {
            return beginNs + record * SECOND_NS / recordsPerSecond;
        }

        void send() throws IOException {
            long sent = 0;
            for (long request = 0; sent < total; ) {
                awaitTurn(request, sent);
                long now = System.nanoTime();
                long due = Math.min(total, (now - beginNs) * recordsPerSecond / SECOND_NS + 1) - sent;
                var filled = largest(frames.get((int) (request % partitions)), due);
                counts[(int) (request % RING)] = filled.records();
                Frames.number(filled.frame(), (int) request);
                sent += filled.records();
                sentRequests.set(++request);
                connection.send(filled.frame());
            }
        }

        /// Until the next record is due and a request may be sent.
        private void awaitTurn(long request, long record) {
            long dueNs = dueNs(record);
            for (long left = dueNs - System.nanoTime(); left > 0; left = dueNs - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            while (request - answeredRequests.get() >= IN_FLIGHT) {
                waiting = Thread.currentThread();
                if (request - answeredRequests.get() >= IN_FLIGHT) {
                    LockSupport.parkNanos(MOST_PARK_NS);
                }
                waiting = null;
            }
        }

        private Histogram ofSecond(long second) {
            if (second == latencyNs.size()) {
                latencyNs.add(new Histogram(3));
            }
            return latencyNs.get((int) second);
        }

        private static ProduceFrames.Filled largest(List<ProduceFrames.Filled> sizes, long due) {
            int at = sizes.size() - 1;
            while (at > 0 && sizes.get(at).records() > due) {
                at--;
            }
            return sizes.get(at);
        }

        void receive() throws IOException {
            long[] lastOffsets = new long[partitions];
            Arrays.fill(lastOffsets, -1L);
            long answered = 0;
            for (long request = 0; answered < total; request++) {
                Answers.produced(connection.receive(), lastOffsets);
                long now = System.nanoTime();
                int count = counts[(int) (request % RING)];
                if (request >= sentRequests.get()) {
                    throw new IOException("an answer to a request that was not sent");
                }
                for (int i = 0; i < count; i++) {
                    ofSecond((answered + i) / recordsPerSecond).recordValue(now - dueNs(answered + i));
                }
                answered += count;
                answeredRequests.set(request + 1);
                LockSupport.unpark(waiting);
            }
        }
    }
}
