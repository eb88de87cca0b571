package io.kurier.cli.records;

import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.StartPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/// Polls a consumer and writes what comes, until enough came, nothing came for long, the end is reached or the process
/// is told to stop. A group's offsets are committed for exactly what was written.
public final class ReadLoop {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long COMMIT_INTERVAL_NS = 1_000_000_000L;
    private static final long LOOK_INTERVAL_NS = 10_000_000_000L;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordSink sink;
    private final boolean commits;
    private final Map<TopicPartition, OffsetAndMetadata> written = new HashMap<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private Map<TopicPartition, Long> ends = Map.of();
    private Collection<String> grows = List.of();
    private long records;
    private long nextCommitNs = System.nanoTime() + COMMIT_INTERVAL_NS;
    private long nextLookNs = System.nanoTime() + LOOK_INTERVAL_NS;

    /// A loop over a consumer that commits nothing by itself.
    ///
    /// @param commits whether to commit what was written, as a member of the consumer's group
    public ReadLoop(KafkaConsumer<byte[], byte[]> consumer, RecordSink sink, boolean commits) {
        this.consumer = consumer;
        this.sink = sink;
        this.commits = commits;
    }

    /// When to stop.
    ///
    /// @param count after so many records
    /// @param idleNs when no record came for so long, in nanoseconds
    /// @param atEnd when all that was there at the start is written
    public record Until(long count, long idleNs, boolean atEnd) {}

    /// Reads as a member of the consumer's group.
    ///
    /// @throws Failure if a topic does not exist
    public void join(Collection<String> topics) {
        topics.forEach(this::partitionsOf);
        consumer.subscribe(topics, new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                // Also where nothing is read: so the group's lag counts every partition from now on.
                partitions.forEach(
                        partition -> written.put(partition, new OffsetAndMetadata(consumer.position(partition))));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                commit();
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                written.keySet().removeAll(partitions);
            }
        });
    }

    /// Reads these partitions of the topics (none: all, also those that are added later) from a place.
    ///
    /// @throws Failure if a topic or partition does not exist
    public void assign(Collection<String> topics, List<Integer> wanted, StartPoint start) {
        List<TopicPartition> chosen = new ArrayList<>();
        for (String topic : topics) {
            List<TopicPartition> all = partitionsOf(topic);
            for (int partition : wanted) {
                if (!all.contains(new TopicPartition(topic, partition))) {
                    throw new Failure(
                            "Topic " + topic + " has no partition " + partition + ", only 0 to " + (all.size() - 1));
                }
            }
            all.stream()
                    .filter(one -> wanted.isEmpty() || wanted.contains(one.partition()))
                    .forEach(chosen::add);
        }
        consumer.assign(chosen);
        seek(chosen, start);
        if (wanted.isEmpty()) {
            grows = topics;
        }
    }

    /// Also reads partitions that were added since, from their beginning.
    private void look() {
        List<TopicPartition> added = new ArrayList<>();
        for (String topic : grows) {
            List<PartitionInfo> infos = consumer.partitionsFor(topic);
            for (PartitionInfo info : infos == null ? List.<PartitionInfo>of() : infos) {
                TopicPartition partition = new TopicPartition(topic, info.partition());
                if (!consumer.assignment().contains(partition)) {
                    added.add(partition);
                }
            }
        }
        if (!added.isEmpty()) {
            List<TopicPartition> all = new ArrayList<>(consumer.assignment());
            all.addAll(added);
            consumer.assign(all);
            consumer.seekToBeginning(added);
        }
    }

    private List<TopicPartition> partitionsOf(String topic) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic);
        if (infos == null || infos.isEmpty()) {
            throw new Failure("Topic " + topic + " does not exist");
        }
        return infos.stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
                .toList();
    }

    private void seek(List<TopicPartition> partitions, StartPoint start) {
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> latest = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> times = new HashMap<>();
        if (start instanceof StartPoint.Time(long timestampMs)) {
            Map<TopicPartition, Long> wanted = new HashMap<>();
            partitions.forEach(partition -> wanted.put(partition, timestampMs));
            consumer.offsetsForTimes(wanted).forEach((partition, found) -> {
                if (found != null) {
                    times.put(partition, found.offset());
                }
            });
        }
        for (TopicPartition partition : partitions) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = latest.getOrDefault(partition, begin);
            consumer.seek(partition, start.in(begin, end, times.getOrDefault(partition, -1L)));
        }
    }

    /// Runs until an end is reached. On Ctrl-C it ends as if enough had come.
    ///
    /// @return how many records were written
    public long run(Until until) {
        Thread stop = new Thread(this::wakeUp, "consume-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            poll(until);
        } catch (WakeupException stopped) {
            // what was read is written and committed below
        } finally {
            sink.flush();
            commit();
            ended.countDown();
        }
        return records;
    }

    private void wakeUp() {
        consumer.wakeup();
        try {
            boolean inTime = ended.await(3, TimeUnit.SECONDS);
            assert inTime || !commits;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void poll(Until until) {
        long lastNs = System.nanoTime();
        while (records < until.count()) {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : polled) {
                sink.write(record);
                written.put(
                        new TopicPartition(record.topic(), record.partition()),
                        new OffsetAndMetadata(record.offset() + 1));
                records++;
                if (records == until.count()) {
                    break;
                }
            }
            if (!sink.flush() || (until.atEnd() && atEnd())) {
                return;
            }
            long nowNs = System.nanoTime();
            if (!polled.isEmpty()) {
                lastNs = nowNs;
            } else if (nowNs - lastNs > until.idleNs()) {
                return;
            }
            if (nowNs - nextCommitNs > 0) {
                commit();
                nextCommitNs = nowNs + COMMIT_INTERVAL_NS;
            }
            if (nowNs - nextLookNs > 0) {
                look();
                nextLookNs = nowNs + LOOK_INTERVAL_NS;
            }
        }
    }

    /// Whether every partition that is ours was read up to the end that it had when we first looked.
    private boolean atEnd() {
        if (consumer.assignment().isEmpty()) {
            return false;
        }
        if (!ends.keySet().equals(consumer.assignment())) {
            ends = Map.copyOf(consumer.endOffsets(consumer.assignment()));
        }
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void commit() {
        if (commits && !written.isEmpty()) {
            consumer.commitSync(Map.copyOf(written), Duration.ofSeconds(5));
            written.clear();
        }
    }
}
