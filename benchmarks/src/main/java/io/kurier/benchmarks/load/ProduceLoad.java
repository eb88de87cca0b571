package io.kurier.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// Produces as fast as the node answers: some connections, each with some requests in flight, until so many bytes are
/// acknowledged.
///
/// @param acks -1 for all
/// @param partitionsPerRequest how many partitions one request brings a batch for: 1 as a producer without keys does,
///     more with keys
public record ProduceLoad(
        String topic, int partitions, Payload payload, short acks, int recordsPerBatch, int partitionsPerRequest) {
    private static final long MAX_NS = 3_600_000_000_000L;

    /// How it is sent.
    ///
    /// @param bytes of batches in all; the load also ends after `maxNs`
    public record Pace(int connections, int inFlight, long bytes, long maxNs) {
        /// So many bytes, however long it takes.
        public static Pace bytes(int connections, int inFlight, long bytes) {
            return new Pace(connections, inFlight, bytes, MAX_NS);
        }
    }

    /// What was acknowledged.
    ///
    /// @param batchBytes bytes of batches, as stored
    /// @param requestNs from sending a request to its answer
    public record Outcome(long requests, long records, long batchBytes, long elapsedNs, Histogram requestNs) {}

    /// Runs it to its end.
    ///
    /// @throws IOException if the node refuses anything, or does not keep an order of offsets
    public Outcome run(int port, Pace pace) throws IOException {
        var left = new AtomicLong(pace.bytes());
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < pace.connections(); i++) {
            senders.add(new Sender(port, frames(i), pace, left));
        }
        long beginNs = System.nanoTime();
        Workers.run(senders);
        long elapsedNs = System.nanoTime() - beginNs;
        var all = new Histogram(3);
        long requests = 0;
        long records = 0;
        long bytes = 0;
        for (Sender sender : senders) {
            requests += sender.requests;
            records += sender.records;
            bytes += sender.bytes;
            all.add(sender.requestNs);
        }
        return new Outcome(requests, records, bytes, elapsedNs, all);
    }

    /// Sends each different request once, one after the other: at most 64.
    public void once(int port) throws IOException {
        var lastOffsets = new long[partitions];
        Arrays.fill(lastOffsets, -1L);
        List<ProduceFrames.Filled> frames = frames(0);
        beginSequences(port, frames);
        try (var connection = new NodeConnection(port)) {
            for (var filled : frames) {
                filled.sequences().advance();
                connection.send(filled.frame());
                Answers.produced(connection.receive(), lastOffsets);
            }
        }
    }

    /// The frames of one connection, which begins with another partition than the others.
    private List<ProduceFrames.Filled> frames(int connection) {
        List<ProduceFrames.Filled> frames = new ArrayList<>();
        int groups = Math.max(1, partitions / partitionsPerRequest);
        int kept = Math.min(groups, 64);
        for (int i = 0; i < kept; i++) {
            int group = (connection * 7 + i) % groups;
            List<Integer> some = IntStream.range(0, partitionsPerRequest)
                    .map(n -> (group + n * groups) % partitions)
                    .boxed()
                    .toList();
            frames.add(ProduceFrames.encode(topic, acks, payload, recordsPerBatch, some));
        }
        return frames;
    }

    /// Gives an idempotent connection its producer id.
    private void beginSequences(int port, List<ProduceFrames.Filled> frames) throws IOException {
        if (payload.idempotent()) {
            try (var control = new ControlClient(port)) {
                var producer = control.initProducerId();
                frames.forEach(filled -> filled.sequences().begin(producer.id(), producer.epoch()));
            }
        }
    }

    private final class Sender implements Workers.Work {
        private final int port;
        private final List<ProduceFrames.Filled> frames;
        private final Pace pace;
        private final AtomicLong left;
        private final long[] sentNs;
        private final long[] lastOffsets = new long[partitions];
        private final Histogram requestNs = new Histogram(3);
        private long requests;
        private long records;
        private long bytes;

        Sender(int port, List<ProduceFrames.Filled> frames, Pace pace, AtomicLong left) {
            this.port = port;
            this.frames = frames;
            this.pace = pace;
            this.left = left;
            this.sentNs = new long[pace.inFlight()];
            Arrays.fill(lastOffsets, -1L);
        }

        @Override
        public void run() throws IOException {
            beginSequences(port, frames);
            long deadlineNs = System.nanoTime() + pace.maxNs();
            try (var connection = new NodeConnection(port)) {
                long sent = 0;
                long answered = 0;
                boolean more = true;
                while (more || answered < sent) {
                    while (more && sent - answered < pace.inFlight()) {
                        var next = frames.get((int) (sent % frames.size()));
                        more = left.addAndGet(-next.batchBytes()) > -next.batchBytes()
                                && System.nanoTime() < deadlineNs;
                        if (more) {
                            Frames.number(next.frame(), (int) sent);
                            next.sequences().advance();
                            sentNs[(int) (sent % sentNs.length)] = System.nanoTime();
                            connection.send(next.frame());
                            sent++;
                        }
                    }
                    if (answered < sent) {
                        take(connection.receive(), answered++);
                    }
                }
            }
        }

        private void take(ByteBuffer answer, long number) throws IOException {
            if (answer.getInt(0) != (int) number) {
                throw new IOException("answer " + answer.getInt(0) + " where " + number + " was due");
            }
            requestNs.recordValue(System.nanoTime() - sentNs[(int) (number % sentNs.length)]);
            Answers.produced(answer, lastOffsets);
            var filled = frames.get((int) (number % frames.size()));
            requests++;
            records += filled.records();
            bytes += filled.batchBytes();
        }
    }
}
