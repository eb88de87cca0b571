package io.kurier.cli;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// The load of a rehearsal: as much as goes, then single records at a fixed pace, all with `acks=all`. The JVM learns
/// from it which methods a busy node needs, and how they are called (JEP 515).
///
/// @param addresses of the nodes
/// @param topic takes the records
record RehearsedLoad(String addresses, String topic) {
    private static final int TIMEOUT_SECONDS = 30;
    private static final int BULK_RECORDS = 100_000;
    private static final int BULK_RECORD_BYTES = 1 << 10;
    private static final int PACED_RECORDS = 60_000;
    private static final int PACED_RECORD_BYTES = 200;
    private static final long PACE_NS = 50_000;

    /// Sends it all and waits until it is acknowledged.
    ///
    /// @throws Failure if some of it was not
    void send() {
        send(BULK_RECORDS, BULK_RECORD_BYTES, 0, 5, 128 << 10);
        send(PACED_RECORDS, PACED_RECORD_BYTES, PACE_NS, 0, 16 << 10);
    }

    private void send(int records, int recordBytes, long paceNs, int lingerMs, int batchBytes) {
        Properties settings = new Connection(addresses, TIMEOUT_SECONDS, null).properties();
        settings.put("acks", "all");
        settings.put("linger.ms", lingerMs);
        settings.put("batch.size", batchBytes);
        var failure = new AtomicReference<@Nullable Exception>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] value = new byte[recordBytes];
            long beginNs = System.nanoTime();
            for (int i = 0; i < records; i++) {
                while (System.nanoTime() - beginNs < i * paceNs) {
                    LockSupport.parkNanos(paceNs);
                }
                producer.send(new ProducerRecord<>(topic, value), (_, problem) -> failure.compareAndSet(null, problem));
            }
        }
        Exception refused = failure.get();
        if (refused != null) {
            throw new Failure("The rehearsed load was refused: " + refused.getMessage(), refused);
        }
    }
}
