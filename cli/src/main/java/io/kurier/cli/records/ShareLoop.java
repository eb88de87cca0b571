package io.kurier.cli.records;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.UsageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A member of a share group that writes what it is given until enough came, nothing came for long, or the process is
/// told to stop. What became of a record is said when it is written, so that none is missing if the process ends.
public final class ShareLoop implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SETTLE = Duration.ofSeconds(10);
    private static final int MAX_POLL_RECORDS = 500;
    private static final long STOP_SECONDS = 3;

    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private final RecordSink sink;
    private final AcknowledgeType word;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long most;
    private long records;

    /// @param settings of the consumer, with its group
    /// @param most records to write. What is fetched beyond that goes to others, and has been delivered once more
    /// @param word what is said of a record that was written; of one that cannot be it is REJECT
    public ShareLoop(Properties settings, long most, RecordSink sink, AcknowledgeType word) {
        Map<String, Object> all = new HashMap<>();
        settings.forEach((name, value) -> all.put((String) name, value));
        all.put("share.acknowledgement.mode", "explicit");
        all.put("key.deserializer", ByteArrayDeserializer.class);
        all.put("value.deserializer", ByteArrayDeserializer.class);
        if (most < MAX_POLL_RECORDS) {
            all.put("max.poll.records", (int) Math.max(1, most));
            all.put("share.acquire.mode", "record_limit");
        }
        this.most = most;
        this.consumer = new KafkaShareConsumer<>(all);
        this.sink = sink;
        this.word = word;
    }

    /// What `--reject` and `--release` say of records; without them ACCEPT.
    ///
    /// @throws UsageException if both are there
    public static AcknowledgeType word(Call call) {
        if (call.has("--reject") && call.has("--release")) {
            throw new UsageException("At most one of --reject and --release may be specified.");
        }
        return call.has("--reject")
                ? AcknowledgeType.REJECT
                : call.has("--release") ? AcknowledgeType.RELEASE : AcknowledgeType.ACCEPT;
    }

    /// Joins the group.
    public void join(Collection<String> topics) {
        consumer.subscribe(topics);
    }

    /// Runs until an end is reached. On Ctrl-C it ends as if enough had come.
    ///
    /// @param idleNs it ends when no record came for so long
    /// @return how many were written
    /// @throws KafkaException if they were, but the group does not know
    public long run(long idleNs) {
        Thread stop = new Thread(this::wakeUp, "consume-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            poll(idleNs);
            settle();
        } catch (WakeupException stopped) {
            settle();
        } finally {
            ended.countDown();
        }
        return records;
    }

    private void wakeUp() {
        consumer.wakeup();
        try {
            if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("The group may not know of the last records: others may get them again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void poll(long idleNs) {
        long lastNs = System.nanoTime();
        while (records < most) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            if (!write(polled)) {
                return;
            }
            long nowNs = System.nanoTime();
            if (!polled.isEmpty()) {
                lastNs = nowNs;
            } else if (nowNs - lastNs > idleNs) {
                return;
            }
        }
    }

    /// False if nobody reads it any more; then these are not spoken of.
    private boolean write(ConsumerRecords<byte[], byte[]> polled) {
        List<AcknowledgeType> words = new ArrayList<>(polled.count());
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            if (records == most) {
                words.add(AcknowledgeType.RELEASE);
            } else {
                words.add(sink.write(record) ? word : AcknowledgeType.REJECT);
                records++;
            }
        }
        if (!sink.flush()) {
            return false;
        }
        int at = 0;
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            consumer.acknowledge(record, words.get(at));
            at++;
        }
        return true;
    }

    private void settle() {
        for (Map.Entry<TopicIdPartition, Optional<KafkaException>> outcome :
                consumer.commitSync(SETTLE).entrySet()) {
            if (outcome.getValue().isPresent()) {
                throw outcome.getValue().get();
            }
        }
    }

    /// Leaves the group: what it was given and has not spoken of goes to others.
    @Override
    public void close() {
        consumer.close();
    }
}
