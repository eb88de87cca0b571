package io.kurier.cluster.controller;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.controller.Consensus.LostLeadershipException;
import io.kurier.cluster.controller.command.Commands;
import io.kurier.cluster.controller.command.Decision;
import io.kurier.cluster.controller.command.FirstRecords;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.controller.command.partitions.MinInSync;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.cluster.image.LogPosition;
import io.kurier.cluster.image.MetadataRecord;
import io.kurier.cluster.image.MetadataReplay;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.message.AddRaftVoterRequestData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.RemoveRaftVoterRequestData;
import org.apache.kafka.common.metadata.AbortTransactionRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the controller: follows the committed log, and while this node leads, decides commands one after the other,
/// appends their records, and answers when they are committed and applied. A command does not wait for the commit of
/// those before it: each is decided on the image as it will be.
///
/// Everything happens on one serial executor; only [#image()] and the hand-over of requests are for other threads.
public final class ControllerService implements ConsensusListener, ClusterView, ControllerGateway {
    /// How many commands may wait for their turn or their commit. More are refused at once.
    private static final int MAX_WAITING = 10_000;

    private static final byte RECOVERING = 1;

    private static final Logger LOG = LoggerFactory.getLogger(ControllerService.class);

    /// What a controller works with.
    ///
    /// @param serial the executor that the consensus engine calls back on, too
    public record Setup(
            World world,
            Executor serial,
            ControllerSettings settings,
            ConfigRules rules,
            FeatureRules features,
            SnapshotPolicy snapshots) {}

    private record Waiting(long offset, Runnable answer, Consumer<ApiException> fail) {}

    private final Setup setup;
    private final CompletableFuture<Consensus> consensus = new CompletableFuture<>();
    private final CompletableFuture<Void> active = new CompletableFuture<>();
    private final CopyOnWriteArrayList<Consumer<ImageChange>> listeners = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Consumer<Throwable>> failureListeners = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Runnable> leaderListeners = new CopyOnWriteArrayList<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private final LongAdder uncleanElections = new LongAdder();
    private volatile ClusterImage published;
    private MetadataReplay replay;
    private List<MetadataRecord> bootstrap = List.of();
    private volatile @Nullable Leadership leadership;
    private @Nullable ApiException stopped;
    private long bytesSinceSnapshot;
    private long lastSnapshotNs;
    private boolean snapshotRunning;

    /// This node's leadership: its epoch, and the image with all that it has appended.
    private static final class Leadership {
        final int epoch;
        ClusterImage decided;
        long lastOffset;

        Leadership(int epoch, ClusterImage decided) {
            this.epoch = epoch;
            this.decided = decided;
            this.lastOffset = decided.position().offset();
        }
    }

    /// A controller that knows nothing yet.
    public ControllerService(Setup setup, String clusterId) {
        this.setup = setup;
        this.published = ClusterImage.empty(clusterId);
        this.replay = new MetadataReplay(published);
        this.lastSnapshotNs = setup.world().clock().nanos();
    }

    /// Gives the controller its log. Once.
    public void attach(Consensus engine) {
        consensus.complete(engine);
    }

    /// Completes when this node leads and has written what a new cluster begins with; exceptionally if the engine dies
    /// before.
    public CompletionStage<Void> active() {
        return active;
    }

    /// True while this node decides commands.
    public boolean isActive() {
        return leadership != null;
    }

    /// Elections by this controller, since it was started, of leaders that may lack what was acknowledged.
    public long uncleanElections() {
        return uncleanElections.sum();
    }

    /// Calls `listener` whenever another node leads, or none, or this one; on the executor, which it must not hold up.
    public void onLeaderChange(Runnable listener) {
        leaderListeners.add(listener);
    }

    /// Calls `listener` once when the engine has died; at once if it is dead.
    public void onFailure(Consumer<Throwable> listener) {
        failureListeners.add(listener);
        setup.serial().execute(() -> {
            if (stopped != null && failureListeners.remove(listener)) {
                listener.accept(stopped);
            }
        });
    }

    @Override
    public ClusterImage image() {
        return published;
    }

    @Override
    public Subscription subscribe(Consumer<ImageChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<? extends ApiMessage> submit(ApiMessage request, short version) {
        CompletableFuture<ApiMessage> answer = new CompletableFuture<>();
        setup.serial().execute(() -> run(request, version, answer));
        return answer;
    }

    private void run(ApiMessage request, short version, CompletableFuture<ApiMessage> answer) {
        try {
            Leadership now = leadership;
            String trouble = consensus.join().trouble();
            if (stopped != null) {
                answer.completeExceptionally(stopped);
            } else if (now == null) {
                answer.completeExceptionally(new NotLeadingException("This node is not the active controller."));
            } else if (isAboutTheQuorum(request)) {
                consensus.join().handle(request, version).whenComplete((response, error) -> {
                    if (error != null) {
                        answer.completeExceptionally(error);
                    } else {
                        answer.complete(response);
                    }
                });
            } else if (waiting.size() >= MAX_WAITING) {
                answer.completeExceptionally(
                        new ApiException("The controller has " + MAX_WAITING + " commands waiting. Try again later."));
            } else if (trouble != null) {
                answer.completeExceptionally(new KafkaStorageException("The metadata cannot be changed: " + trouble));
            } else {
                decide(request, version, answer, now);
            }
        } catch (ApiException e) {
            answer.completeExceptionally(e);
        } catch (LostLeadershipException e) {
            answer.completeExceptionally(new NotLeadingException(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("The controller failed on {}", request, e);
            answer.completeExceptionally(new UnknownServerException("The controller failed on the request: " + e));
        }
    }

    private static boolean isAboutTheQuorum(ApiMessage request) {
        return request instanceof DescribeQuorumRequestData
                || request instanceof AddRaftVoterRequestData
                || request instanceof RemoveRaftVoterRequestData;
    }

    private void decide(ApiMessage request, short version, CompletableFuture<ApiMessage> answer, Leadership now)
            throws LostLeadershipException {
        Consensus engine = consensus.join();
        Situation situation = new Situation(
                now.decided,
                setup.settings(),
                setup.rules(),
                new QuorumFeatures(setup.features(), engine, now.epoch),
                setup.world().random(),
                engine.nextOffset());
        Decision<? extends ApiMessage> decision = Commands.decide(request, version, situation);
        if (decision.kraftVersion() != 0) {
            engine.raiseKraftVersion(now.epoch, decision.kraftVersion(), false);
            now.decided = new ImageBuilder(now.decided)
                    .kraftVersion(decision.kraftVersion())
                    .build();
        }
        if (!decision.records().isEmpty()) {
            append(decision.records(), now);
        }
        // A refusal may rest on what is decided and not yet committed, so it waits like everything else.
        if (now.lastOffset <= replay.image().position().offset()) {
            answer.complete(decision.response());
        } else {
            waiting.add(new Waiting(
                    now.lastOffset, () -> answer.complete(decision.response()), answer::completeExceptionally));
        }
    }

    /// Appends in one batch what a command from outside may cause. Only the elections that follow a registration can be
    /// more: each of their records stands for itself.
    private void append(List<ApiMessage> messages, Leadership now) throws LostLeadershipException {
        int most = setup.settings().maxRecordsPerCommand();
        for (int from = 0; from < messages.size(); from += most) {
            appendBatch(messages.subList(from, Math.min(messages.size(), from + most)), now);
        }
    }

    private void appendBatch(List<ApiMessage> messages, Leadership now) throws LostLeadershipException {
        short level = now.decided.metadataVersion();
        List<MetadataRecord> records = messages.stream()
                .map(message -> setup.features().recordVersions().fit(message, level))
                .toList();
        ImageBuilder next = new ImageBuilder(now.decided);
        records.forEach(record -> next.replay(record.message(), record.version()));
        ClusterImage decided = next.build();
        now.lastOffset = consensus.join().append(now.epoch, records);
        now.decided = decided;
        messages.forEach(message -> warnOfLoss(message, decided));
    }

    private void warnOfLoss(ApiMessage message, ClusterImage decided) {
        if (message instanceof PartitionChangeRecord change && change.leaderRecoveryState() == RECOVERING) {
            uncleanElections.increment();
            TopicImage topic = decided.topic(change.topicId());
            LOG.warn(
                    "Broker {} leads {}-{} uncleanly: it may lack records that were acknowledged",
                    change.leader(),
                    topic == null ? change.topicId() : topic.name(),
                    change.partitionId());
        }
    }

    @Override
    public void elected(int epoch) {
        try {
            Consensus engine = consensus.join();
            if (replay.inTransaction()) {
                engine.append(
                        epoch,
                        List.of(new MetadataRecord(
                                new AbortTransactionRecord().setReason("A new leader was elected."), (short) 0)));
            }
            Leadership now = new Leadership(epoch, replay.image());
            leadership = now;
            List<ApiMessage> first = firstRecords(now.decided);
            if (first.isEmpty()) {
                active.complete(null);
            } else {
                append(first, now);
                waiting.add(new Waiting(now.lastOffset, () -> active.complete(null), active::completeExceptionally));
            }
            leaderListeners.forEach(Runnable::run);
        } catch (LostLeadershipException e) {
            deposed();
        }
    }

    private List<ApiMessage> firstRecords(ClusterImage image) {
        List<ApiMessage> records = new ArrayList<>(
                image.metadataVersion() == 0 && !bootstrap.isEmpty()
                        ? bootstrap.stream().map(MetadataRecord::message).toList()
                        : FirstRecords.of(image, setup.features().ofNewCluster()));
        ImageBuilder next = new ImageBuilder(image);
        records.forEach(record -> next.replay(record, record.highestSupportedVersion()));
        if (next.build().keepsEligible()) {
            records.addAll(MinInSync.firstRecords(image, setup.rules()));
        }
        return records;
    }

    @Override
    public void deposed() {
        leadership = null;
        failWaiting(new NotControllerException("This node is not the active controller any more."));
        leaderListeners.forEach(Runnable::run);
    }

    @Override
    public void bootstrap(List<MetadataRecord> records) {
        bootstrap = List.copyOf(records);
    }

    @Override
    public void committed(List<MetadataRecord> records, LogPosition position, short kraftVersion, int bytes) {
        publish(replay.apply(records, position, kraftVersion));
        while (!waiting.isEmpty() && waiting.peek().offset() <= position.offset()) {
            waiting.remove().answer().run();
        }
        bytesSinceSnapshot += bytes;
        snapshotIfDue();
    }

    @Override
    public void restored(Iterable<List<MetadataRecord>> batches, LogPosition position, short kraftVersion) {
        ImageBuilder builder = new ImageBuilder(ClusterImage.empty(published.clusterId()));
        for (List<MetadataRecord> batch : batches) {
            batch.forEach(record -> builder.replay(record.message(), record.version()));
        }
        ClusterImage image = builder.at(position).kraftVersion(kraftVersion).build();
        replay = new MetadataReplay(image);
        bytesSinceSnapshot = 0;
        lastSnapshotNs = setup.world().clock().nanos();
        publish(image);
    }

    private void publish(ClusterImage next) {
        ClusterImage before = published;
        published = next;
        ImageChange change = new ImageChange(before, next);
        for (Consumer<ImageChange> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                LOG.error("A listener of the metadata failed at {}", next, e);
            }
        }
    }

    private void snapshotIfDue() {
        long sinceMs = (setup.world().clock().nanos() - lastSnapshotNs) / 1_000_000;
        if (snapshotRunning || replay.inTransaction() || !setup.snapshots().isDue(bytesSinceSnapshot, sinceMs)) {
            return;
        }
        snapshotRunning = true;
        bytesSinceSnapshot = 0;
        lastSnapshotNs = setup.world().clock().nanos();
        ClusterImage image = replay.image();
        setup.world().threads().slow().execute(() -> {
            try {
                consensus.join().snapshot(image);
            } catch (RuntimeException e) {
                LOG.error("No snapshot of the metadata at {} could be written; the log keeps everything", image, e);
            } finally {
                setup.serial().execute(() -> snapshotRunning = false);
            }
        });
    }

    @Override
    public void failed(Throwable cause) {
        if (stopped == null) {
            LOG.error("The metadata log has failed; this node can change nothing any more", cause);
            stop(new KafkaStorageException("The metadata log has failed: " + cause.getMessage(), cause));
            failureListeners.forEach(listener -> listener.accept(cause));
            failureListeners.clear();
        }
    }

    /// Refuses all commands from now on, and those in flight.
    public void stop() {
        setup.serial().execute(() -> stop(new NotControllerException("This node is stopping.")));
    }

    private void stop(ApiException reason) {
        if (stopped == null) {
            stopped = reason;
            leadership = null;
            active.completeExceptionally(reason);
            failWaiting(reason);
        }
    }

    private void failWaiting(ApiException reason) {
        while (!waiting.isEmpty()) {
            waiting.remove().fail().accept(reason);
        }
    }
}
