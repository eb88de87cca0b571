package io.kurier.tests.clients.crowd;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;

/// One life of a member, on a thread of its own: it reads, commits what it has read, and tells the [GroupBook].
final class CrowdMember {
    private enum End {
        NONE,
        LEAVES,
        DIES
    }

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration COMMIT = Duration.ofSeconds(2);

    private final String name;
    private final Map<String, Object> settings;
    private final String topic;
    private final long sessionMs;
    private final GroupBook book;
    private final Thread thread;
    private final Map<Integer, Long> ownedSinceMs = new HashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> processed = new HashMap<>();
    private volatile End end = End.NONE;
    private boolean isDead;
    private boolean mustCommitAgain;
    private long polledNs;
    private long longestPollMs;
    private long longestDelayMs;
    private volatile long watchedSinceMs = Long.MAX_VALUE;

    /// Begins to read.
    ///
    /// @param settings of the consumer, besides its name
    /// @param sessionMs silent for so long, it may be put out
    CrowdMember(String name, Map<String, Object> settings, String topic, long sessionMs, GroupBook book) {
        this.name = name;
        this.settings = new HashMap<>(settings);
        this.settings.put("client.id", name);
        this.topic = topic;
        this.sessionMs = sessionMs;
        this.book = book;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    String name() {
        return name;
    }

    /// Leaves the group in good order.
    void leave() {
        end = End.LEAVES;
    }

    /// Stops without a word to anybody: nothing is committed, and nobody is told.
    void die() {
        end = End.DIES;
    }

    /// From now on it is measured how it is served.
    void watch() {
        watchedSinceMs = System.currentTimeMillis();
    }

    /// Waits until it has ended.
    void await() throws InterruptedException {
        thread.join();
    }

    /// After the end: the longest that it was away in one poll.
    long longestPollMs() {
        return longestPollMs;
    }

    /// After the end: the longest that a record took to it, from its producer, of a partition that it had already.
    long longestDelayMs() {
        return longestDelayMs;
    }

    /// On its own thread: true if it was away for so long that it may have been put out.
    boolean stoodStill() {
        long awayMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - polledNs);
        return Math.max(longestPollMs, awayMs) > sessionMs / 2;
    }

    private void run() {
        KafkaConsumer<Integer, Integer> consumer =
                new KafkaConsumer<>(settings, new IntegerDeserializer(), new IntegerDeserializer());
        try {
            consumer.subscribe(List.of(topic), listener(consumer));
            polledNs = System.nanoTime();
            while (end == End.NONE) {
                work(consumer);
            }
        } catch (RuntimeException e) {
            book.complain(name + " failed: " + e);
        } finally {
            boolean dies = end == End.DIES;
            if (dies) {
                isDead = true;
                book.released(this, List.copyOf(ownedSinceMs.keySet()));
            }
            consumer.close(CloseOptions.timeout(dies ? Duration.ZERO : Duration.ofSeconds(30))
                    .withGroupMembershipOperation(
                            dies ? GroupMembershipOperation.REMAIN_IN_GROUP : GroupMembershipOperation.LEAVE_GROUP));
        }
    }

    private void work(KafkaConsumer<Integer, Integer> consumer) {
        var records = consumer.poll(POLL);
        long nowNs = System.nanoTime();
        longestPollMs = Math.max(longestPollMs, TimeUnit.NANOSECONDS.toMillis(nowNs - polledNs));
        polledNs = nowNs;
        long nowMs = System.currentTimeMillis();
        for (ConsumerRecord<Integer, Integer> record : records) {
            Long sinceMs = ownedSinceMs.get(record.partition());
            if (sinceMs == null) {
                book.complain(name + " is given a record of partition " + record.partition() + ", which it has not");
            } else if (record.timestamp() > Math.max(sinceMs, watchedSinceMs)) {
                longestDelayMs = Math.max(longestDelayMs, nowMs - record.timestamp());
            }
            book.read(record.partition(), record.offset());
            processed.put(new TopicPartition(topic, record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        if (!records.isEmpty() || mustCommitAgain) {
            mustCommitAgain = false;
            consumer.commitAsync(Map.copyOf(processed), (committed, failure) -> {
                if (failure == null) {
                    acknowledged(committed);
                } else {
                    mustCommitAgain = true;
                }
            });
        }
    }

    private void acknowledged(Map<TopicPartition, OffsetAndMetadata> committed) {
        committed.forEach((partition, offset) -> book.acknowledged(partition.partition(), offset.offset()));
    }

    private ConsumerRebalanceListener listener(KafkaConsumer<Integer, Integer> consumer) {
        return new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                if (!isDead) {
                    book.assigned(CrowdMember.this, numbers(partitions));
                    long nowMs = System.currentTimeMillis();
                    partitions.forEach(partition -> ownedSinceMs.put(partition.partition(), nowMs));
                }
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                if (!isDead) {
                    commit(consumer, partitions);
                    book.released(CrowdMember.this, forget(partitions));
                }
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                // a classic consumer that leaves during a rebalance says so too
                if (end == End.NONE) {
                    book.lost(CrowdMember.this, forget(partitions));
                } else if (!isDead) {
                    book.released(CrowdMember.this, forget(partitions));
                }
            }
        };
    }

    private void commit(KafkaConsumer<Integer, Integer> consumer, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> last = new HashMap<>(processed);
        last.keySet().retainAll(partitions);
        if (!last.isEmpty()) {
            try {
                consumer.commitSync(last, COMMIT);
                acknowledged(last);
            } catch (KafkaException notInTime) {
                // whoever reads them next reads some records again
            }
        }
    }

    private List<Integer> forget(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> {
            ownedSinceMs.remove(partition.partition());
            processed.remove(partition);
        });
        return numbers(partitions);
    }

    private static List<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).toList();
    }
}
