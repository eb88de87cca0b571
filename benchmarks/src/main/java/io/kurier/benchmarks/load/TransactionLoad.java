package io.kurier.benchmarks.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Several transactional producers of Kafka's Java client, each on its thread, that commit one transaction after the
/// other.
///
/// @param records of one transaction, spread over the partitions
public record TransactionLoad(String topic, int partitions, int records) {
    private static final int PRODUCERS = 8;
    private static final int VALUE_BYTES = 100;
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(1);

    /// What was committed.
    ///
    /// @param latencyNs from the first record of a transaction to the end of its commit
    public record Outcome(long transactions, long elapsedNs, Histogram latencyNs) {}

    /// Commits for so many seconds.
    public Outcome run(int port, int seconds) throws IOException {
        long beginNs = System.nanoTime();
        long untilNs = beginNs + TimeUnit.SECONDS.toNanos(seconds);
        Histogram all = new Histogram(LONGEST_NS, 3);
        try (ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS)) {
            List<Future<Histogram>> running = new ArrayList<>();
            for (int i = 0; i < PRODUCERS; i++) {
                int number = i;
                running.add(threads.submit(() -> one(port, number, untilNs)));
            }
            for (Future<Histogram> one : running) {
                all.add(one.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("a transactional producer failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return new Outcome(all.getTotalCount(), System.nanoTime() - beginNs, all);
    }

    private Histogram one(int port, int number, long untilNs) throws IOException {
        Histogram latencyNs = new Histogram(LONGEST_NS, 3);
        Map<String, Object> configs = Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + port,
                "transactional.id",
                "bench-" + number,
                "linger.ms",
                0,
                "enable.metrics.push",
                false);
        byte[] value = new byte[VALUE_BYTES];
        try (var producer = new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (int next = number; System.nanoTime() < untilNs; ) {
                long beginNs = System.nanoTime();
                producer.beginTransaction();
                for (int i = 0; i < records; i++) {
                    producer.send(new ProducerRecord<>(topic, next++ % partitions, null, value));
                }
                producer.flush(); // the client may send a commit ahead of a record that came in the same moment
                producer.commitTransaction();
                latencyNs.recordValue(Math.min(LONGEST_NS, System.nanoTime() - beginNs));
            }
        } catch (KafkaException e) {
            throw new IOException("transactional producer " + number + ": " + e.getMessage(), e);
        }
        return latencyNs;
    }
}
