package io.kurier.broker.replica.follow;

import io.kurier.broker.replica.Followed;
import io.kurier.broker.replica.Followed.Position;
import io.kurier.broker.replica.Followed.Told;
import io.kurier.broker.replica.follow.FetchConversation.Key;
import io.kurier.broker.replica.leader.ReplicaThrottle;
import io.kurier.cluster.config.ReplicationSettings;
import io.kurier.cluster.peer.PeerAnswer;
import io.kurier.kernel.OneByOne;
import io.kurier.kernel.World;
import io.kurier.log.EpochEnd;
import io.kurier.log.LogException;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fetches from one leader node all partitions that this node follows there: asks, appends what comes, waits until it
/// is on the disk, and asks again. So the offset that it asks from says what is safe here, and needs no further word.
///
/// A partition that fails, or whose disk takes long, is left out for a while; the others go on. One that comes while
/// the leader waits for records does not wait with the others: another request of the session ends that wait.
///
/// What comes is appended by the connection's thread, and the flusher's asks for more; an answer that is large, or
/// after which a log is cut, goes to a thread that may block.
final class ReplicaFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFetcher.class);
    private static final short VERSION = ApiKeys.FETCH.latestVersion();
    /// A disk that takes longer does not hold up partitions on other disks.
    private static final long SYNC_PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /// A leader that this node's metadata is ahead of, or behind, is soon in step.
    private static final long SHORT_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MOST_IN_FLIGHT = 2;
    /// More than that is not appended on the connection's thread, which has others to serve.
    private static final int QUICK_BYTES = 2 << 20;
    /// How long a partition that the throttle holds back is left out, before it is looked at again.
    private static final long THROTTLED_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final World world;
    private final int leader;
    private final Fetching fetching;
    private final LeaderCalls calls;
    private final LeaderStart leaderStart;
    private final OneByOne turns;
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean closed;

    // in turns alone
    private final Map<Key, Entry> entries = new HashMap<>();
    private final Map<TopicPartition, Key> keys = new HashMap<>();
    /// Not in the conversation as they stand: what was appended is not durable yet, or they have just come.
    private final Set<Entry> unsettled = new LinkedHashSet<>();
    private final FetchConversation conversation = new FetchConversation();
    private int inFlight;
    /// Of the request that was sent last.
    private long number;
    private boolean paused;
    private long patientUntilNs;
    private boolean alarmed;

    /// How a node fetches.
    ///
    /// @param settings `replica.fetch...`
    /// @param brokerEpoch of this node's registration (KIP-903)
    /// @param throttle of what is taken while it is not in sync
    record Fetching(
            int nodeId, ReplicationSettings.Fetch settings, LongSupplier brokerEpoch, ReplicaThrottle throttle) {}

    /// One partition that is fetched here.
    private static final class Entry {
        final Key key;
        final Followed partition;
        final int leaderEpoch;
        long askedOffset;
        /// The first request that says so.
        long askedIn;

        Entry(Key key, Followed partition, int leaderEpoch) {
            this.key = key;
            this.partition = partition;
            this.leaderEpoch = leaderEpoch;
        }
    }

    ReplicaFetcher(World world, int leader, Fetching fetching, LeaderCalls calls) {
        this.world = world;
        this.leader = leader;
        this.fetching = fetching;
        this.calls = calls;
        this.leaderStart = new LeaderStart(leader, fetching, calls);
        this.patientUntilNs = world.clock().nanos();
        this.turns = new OneByOne("replica-fetcher-" + leader);
    }

    /// Fetches a partition from now on, in the leader epoch that it has now.
    void add(Followed partition) {
        turns.execute(() -> {
            Key key = new Key(partition.topicId(), partition.name().partition());
            Entry entry = new Entry(key, partition, partition.leaderEpoch());
            drop(partition.name());
            entries.put(key, entry);
            keys.put(partition.name(), key);
            partition.onDurable(this::wake);
            unsettled.add(entry);
            step();
        });
    }

    /// Does not fetch the partition any more.
    void remove(TopicPartition name) {
        turns.execute(() -> drop(name));
    }

    private void drop(TopicPartition name) {
        Key key = keys.remove(name);
        Entry entry = key == null ? null : entries.remove(key);
        if (key != null && entry != null) {
            unsettled.remove(entry);
            conversation.remove(key);
        }
    }

    void close() {
        closed = true;
    }

    /// Called on any thread when there may be something to do.
    private void wake() {
        if (!woken.get() && woken.compareAndSet(false, true)) {
            turns.execute(() -> {
                woken.set(false);
                step();
            });
        }
    }

    // ---- asking

    private void step() {
        if (inFlight >= MOST_IN_FLIGHT || paused || closed) {
            return;
        }
        settle();
        if (inFlight > 0) {
            if (conversation.hasNews()) {
                ask();
            }
            return;
        }
        boolean patient = patientUntilNs - world.clock().nanos() > 0;
        if (!conversation.isEmpty() && (unsettled.isEmpty() || !patient)) {
            ask();
        } else if (patient && !alarmed) {
            alarmed = true;
            world.timers()
                    .after(
                            SYNC_PATIENCE_NS,
                            () -> slowly(() -> {
                                alarmed = false;
                                step();
                            }));
        }
    }

    /// Takes those into the conversation whose records are durable; the others must not be asked for.
    private void settle() {
        unsettled.removeIf(entry -> {
            try {
                Position position = entry.partition.position();
                if (!position.durable()) {
                    conversation.remove(entry.key);
                    return false;
                }
                if (isHeldBack(entry.partition.name())) {
                    leaveOut(entry, THROTTLED_NS);
                    return true;
                }
                entry.askedOffset = position.endOffset();
                entry.askedIn = number + 1;
                conversation.put(entry.key, asked(entry, position));
                return true;
            } catch (LogException e) {
                pause(entry, "its log fails: " + e.getMessage());
                return true;
            }
        });
    }

    private boolean isHeldBack(TopicPartition name) {
        return fetching.throttle.holdsBack(name) && fetching.throttle.isBehind(name);
    }

    private FetchPartition asked(Entry entry, Position position) {
        return new FetchPartition()
                .setPartition(entry.key.partition())
                .setCurrentLeaderEpoch(entry.leaderEpoch)
                .setFetchOffset(position.endOffset())
                .setLastFetchedEpoch(position.lastEpoch())
                .setLogStartOffset(position.logStartOffset())
                .setPartitionMaxBytes(fetching.settings.maxBytes());
    }

    private void ask() {
        inFlight++;
        long mine = ++number;
        FetchRequestData request = new FetchRequestData()
                .setReplicaState(new ReplicaState()
                        .setReplicaId(fetching.nodeId)
                        .setReplicaEpoch(fetching.brokerEpoch.getAsLong()))
                .setMaxWaitMs(fetching.settings.waitMaxMs())
                .setMinBytes(fetching.settings.minBytes())
                .setMaxBytes(fetching.settings.responseMaxBytes());
        conversation.ask(request);
        long timeoutMs = (long) fetching.settings.waitMaxMs() + fetching.settings.timeoutMs();
        calls.send(leader, request, VERSION, timeoutMs).whenComplete((answer, failure) -> {
            Runnable next = () -> answered(mine, answer, failure);
            if (isQuick(answer)) {
                turns.execute(next);
            } else {
                slowly(next);
            }
        });
    }

    private void slowly(Runnable task) {
        turns.executeOn(world.threads().slow(), task);
    }

    /// True if it takes no longer than a Produce request: some records to append, and nothing else.
    private static boolean isQuick(@Nullable PeerAnswer answer) {
        int bytes = 0;
        if (answer != null) {
            for (FetchResponseData.FetchableTopicResponse topic : ((FetchResponseData) answer.message()).responses()) {
                for (PartitionData data : topic.partitions()) {
                    if (data.errorCode() != Errors.NONE.code()
                            || data.divergingEpoch().endOffset() >= 0) {
                        return false;
                    }
                    bytes += data.records().sizeInBytes();
                }
            }
        }
        return bytes <= QUICK_BYTES;
    }

    private void answered(long asked, @Nullable PeerAnswer answer, @Nullable Throwable failure) {
        inFlight--;
        if (answer == null) {
            conversation.restart();
            LOG.debug("Node {} did not answer a fetch: {}", leader, String.valueOf(failure));
            if (!paused) {
                paused = true;
                world.timers()
                        .after(
                                SHORT_PAUSE_NS,
                                () -> slowly(() -> {
                                    paused = false;
                                    step();
                                }));
            }
            return;
        }
        try (answer) {
            take(asked, (FetchResponseData) answer.message());
        }
        step();
    }

    // ---- what comes

    private void take(long asked, FetchResponseData answer) {
        if (!conversation.answered(answer)) {
            return;
        }
        patientUntilNs = world.clock().nanos() + SYNC_PATIENCE_NS;
        for (FetchResponseData.FetchableTopicResponse topic : answer.responses()) {
            for (PartitionData data : topic.partitions()) {
                Entry entry = entries.get(new Key(topic.topicId(), data.partitionIndex()));
                if (entry != null && entry.askedIn <= asked) { // else it answers what is not asked any more
                    take(entry, data);
                }
            }
        }
    }

    private void take(Entry entry, PartitionData data) {
        Told told = new Told(entry.leaderEpoch, data.highWatermark(), data.logStartOffset());
        try {
            if (unsettled.contains(entry)) {
                return; // an earlier answer has changed its log, and the leader does not know that yet
            }
            switch (Errors.forCode(data.errorCode())) {
                case NONE -> {
                    if (data.divergingEpoch().endOffset() >= 0) {
                        EpochEnd end = new EpochEnd(
                                data.divergingEpoch().epoch(),
                                data.divergingEpoch().endOffset());
                        entry.partition.truncate(end, told);
                    } else if (entry.partition.position().isAllBelow(told.logStartOffset())) {
                        beginAgain(entry, told);
                        return;
                    } else {
                        ByteBuffer batches = Batches.bytes(data.records());
                        int bytes = batches.remaining();
                        entry.partition.append(entry.askedOffset, batches, told);
                        if (bytes > 0 && fetching.throttle.isBehind(entry.partition.name())) {
                            fetching.throttle.went(entry.partition.name(), bytes);
                        }
                    }
                    unsettled.add(entry);
                }
                case OFFSET_OUT_OF_RANGE -> restart(entry, told);
                case FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_ID ->
                    leaveOut(entry, SHORT_PAUSE_NS);
                default -> pause(entry, "its leader answers " + Errors.forCode(data.errorCode()));
            }
        } catch (InvalidBatchException e) {
            pause(entry, "what its leader sent is not sound: " + e.getMessage());
        } catch (LogException e) {
            pause(entry, "its log fails: " + e.getMessage());
        }
    }

    private void beginAgain(Entry entry, Told told) {
        conversation.remove(entry.key);
        slowly(() -> {
            if (entries.get(entry.key) == entry) {
                beginAgain(entry, told.logStartOffset(), told);
            }
        });
    }

    private void beginAgain(Entry entry, long start, Told told) {
        try {
            entry.partition.restartAt(start, told);
            unsettled.add(entry);
            step();
        } catch (LogException e) {
            pause(entry, "its log fails: " + e.getMessage());
        }
    }

    /// The leader's first record is behind the last one here, or it cannot tell whether the logs agree.
    private void restart(Entry entry, Told told) {
        conversation.remove(entry.key);
        leaderStart
                .ask(entry.partition.name(), entry.leaderEpoch)
                .whenComplete((start, failure) -> slowly(() -> {
                    if (entries.get(entry.key) != entry) {
                        return;
                    }
                    if (failure != null) {
                        pause(entry, "its leader does not say where it starts: " + failure.getMessage());
                    } else if (start <= entry.partition.position().endOffset()) {
                        pause(entry, "its leader has another log, and cannot tell where they differ");
                    } else {
                        beginAgain(entry, start, told);
                    }
                }));
    }

    private void pause(Entry entry, String why) {
        LOG.warn("{} does not follow node {} for a moment: {}", entry.partition.name(), leader, why);
        leaveOut(entry, TimeUnit.MILLISECONDS.toNanos(fetching.settings.backoffMs()));
    }

    private void leaveOut(Entry entry, long pauseNs) {
        conversation.remove(entry.key);
        world.timers()
                .after(
                        pauseNs,
                        () -> slowly(() -> {
                            if (Objects.equals(entries.get(entry.key), entry)) {
                                unsettled.add(entry);
                                step();
                            }
                        }));
    }
}
