package io.kurier.cluster.raft;

import io.kurier.cluster.config.QuorumMembers;
import io.kurier.cluster.controller.Consensus;
import io.kurier.cluster.controller.ConsensusListener;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageRecords;
import io.kurier.cluster.image.LogPosition;
import io.kurier.cluster.image.MetadataRecord;
import io.kurier.cluster.peer.Peers;
import io.kurier.cluster.raft.election.ElectionTurns;
import io.kurier.cluster.raft.election.PreVote;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import io.kurier.log.Durability;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.PartitionLog;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.LogContext;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.RaftClients;
import org.apache.kafka.raft.RaftMessage;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.errors.BufferAllocationException;
import org.apache.kafka.raft.errors.NotLeaderException;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RecordsSnapshotReader;
import org.apache.kafka.snapshot.SnapshotWriter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Kafka's own Raft client (KRaft 4.4.0) on our log, clock, timers and threads. It is driven by one virtual thread;
/// what it commits is handed to the controller's serial executor.
public final class RaftEngine implements Consensus, Closeable {
    /// The partition that the metadata log is.
    public static final TopicPartition PARTITION = new TopicPartition("__cluster_metadata", 0);

    private static final Logger LOG = LoggerFactory.getLogger(RaftEngine.class);
    private static final int SNAPSHOT_BATCH_RECORDS = 1_024;
    private static final int STOP_TIMEOUT_MS = 2_000;
    /// A leader that lives need not answer sooner; then the engine says what it knows.
    private static final long LOOK_NS = 50_000_000L;

    private final World world;
    private final RaftSettings settings;
    private final SpaceWait space;
    private final KafkaRaftClient<MetadataRecord> client;
    private final Voters voters;
    private final Metrics metrics;
    private final Consumer<Throwable> onFailure;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile boolean started;
    private volatile boolean closing;
    /// Only the controller's serial executor appends.
    private long appendedEnd;
    private int appendedEpoch = -1;

    /// What an engine is made of.
    private record Parts(KafkaRaftClient<MetadataRecord> client, SpaceWait space, Voters voters, Metrics metrics) {}

    /// What this node knows of the others.
    private record Voters(PeerChannel channel, LostLeader lost, ElectionTurns turns) {}

    private RaftEngine(World world, RaftSettings settings, Parts parts, Consumer<Throwable> onFailure) {
        this.world = world;
        this.settings = settings;
        this.space = parts.space;
        this.client = parts.client;
        this.voters = parts.voters;
        this.metrics = parts.metrics;
        this.onFailure = onFailure;
    }

    /// Opens the metadata log in a data directory, making a cluster of one voter if there is none and no seeds are
    /// given. Blocks for the recovery of the log. Nothing happens before [#start()].
    ///
    /// @param peers the way to other voters
    /// @param serial calls of `listener` come here, in order
    /// @throws IOException if the log, its snapshots or its quorum state cannot be read
    public static RaftEngine open(
            World world,
            LogDirectory directory,
            RaftSettings settings,
            Peers peers,
            Executor serial,
            ConsensusListener listener)
            throws IOException {
        try {
            PartitionLog partition = directory.open(PARTITION, Uuid.METADATA_TOPIC_ID, logConfig());
            partition.recover();
            Path folder = directory.path().resolve(PARTITION.toString());
            SpaceWait space = new SpaceWait(world.timers(), directory);
            MetadataLog log = new MetadataLog(partition, SnapshotStore.open(world.disk(), folder), space);
            log.truncateToLatestSnapshot();
            QuorumStateFile quorumState = new QuorumStateFile(world.disk(), folder);
            RaftTime time = new RaftTime(world.clock());
            Endpoints endpoints = endpoints(settings);
            if (settings.members().isFirst()
                    && !quorumState.exists()
                    && log.endOffset().offset() == 0) {
                FirstCheckpoint.write(log, settings, endpoints, time);
            }
            Consumer<Throwable> onFailure = cause -> serial.execute(() -> listener.failed(cause));
            Metrics metrics = new Metrics();
            Voters voters = voters(world, settings, peers);
            KafkaRaftClient<MetadataRecord> client = RaftClients.of(
                    self(settings, endpoints),
                    new RaftClients.Outside(
                            voters.channel,
                            log,
                            new RaftQueue(world.timers()),
                            time,
                            new RaftTimeouts(world.timers()),
                            new Random(world.random().nextLong())),
                    new RecordFrames(),
                    supportedKRaftVersions(),
                    settings.quorumConfig());
            client.initialize(staticVoters(settings), quorumState, metrics, ignored -> {});
            voters.lost.attach(client);
            RaftEngine engine = new RaftEngine(world, settings, new Parts(client, space, voters, metrics), onFailure);
            Commits commits = new Commits(
                    settings.nodeId(),
                    serial,
                    listener,
                    () -> client.kraftVersion().featureLevel(),
                    voters.turns::begun);
            if (log.endOffset().offset() == 0) {
                loadBootstrap(world, directory, commits);
            }
            client.register(commits);
            return engine;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Voters voters(World world, RaftSettings settings, Peers peers) {
        LostLeader lost = new LostLeader(world.clock(), settings);
        ElectionTurns turns = new ElectionTurns(
                world.clock(),
                world.timers(),
                settings.nodeId(),
                settings.timeouts().electionMs());
        PeerChannel channel = new PeerChannel(peers, settings.listener().listener(), settings.timeouts(), lost, turns);
        return new Voters(channel, lost, turns);
    }

    private static RaftClients.Self self(RaftSettings settings, Endpoints endpoints) {
        QuorumMembers members = settings.members();
        Uuid directoryId = settings.directoryId();
        return new RaftClients.Self(
                settings.nodeId(),
                members.canVote() ? directoryId : QuorumMembers.neverVoting(directoryId),
                settings.clusterId(),
                members.canVote(),
                members.seeds(),
                endpoints);
    }

    /// What Kafka's `kafka-storage format` left for the first leader.
    private static void loadBootstrap(World world, LogDirectory directory, Commits commits) throws IOException {
        if (BootstrapCheckpoint.exists(world.disk(), directory.path())) {
            commits.handleLoadBootstrap(RecordsSnapshotReader.of(
                    BootstrapCheckpoint.read(world.disk(), directory.path()),
                    new RecordFrames(),
                    BufferSupplier.NO_CACHING,
                    KafkaRaftClient.MAX_BATCH_SIZE_BYTES,
                    true,
                    new LogContext("[bootstrap.checkpoint] ")));
        }
    }

    /// Begins to run: elections, commits and callbacks. Once.
    public void start() {
        started = true;
        world.threads().slow().execute(this::run);
    }

    private void run() {
        try {
            while (client.isRunning()) {
                client.poll();
            }
        } catch (RuntimeException | Error e) {
            onFailure.accept(e);
        } finally {
            ended.complete(null);
        }
    }

    static SupportedVersionRange supportedKRaftVersions() {
        return Feature.KRAFT_VERSION.supportedVersionRange();
    }

    private static LogConfig logConfig() {
        LogConfig defaults = LogConfig.defaults();
        return defaults.with(new LogConfig.Retention(
                        -1, -1, true, false, defaults.retention().fileDeleteDelayMs()))
                .withSegmentBytes(RaftSettings.SEGMENT_BYTES)
                .withMaxMessageBytes(2 * KafkaRaftClient.MAX_BATCH_SIZE_BYTES)
                // Every append is followed by a flush of our own; the flusher need not do it a second time.
                .withDurability(Durability.MEMORY);
    }

    private static Endpoints endpoints(RaftSettings settings) {
        return Endpoints.fromInetSocketAddresses(
                Map.of(ListenerName.normalised(settings.listener().listener()), address(settings)));
    }

    private static InetSocketAddress address(RaftSettings settings) {
        return InetSocketAddress.createUnresolved(
                settings.listener().host(), settings.listener().port());
    }

    /// Who votes in a log with `kraft.version` 0; the engine ignores it where the log names its voters. A node that was
    /// told of nobody may be on such a log that Apache Kafka wrote as its only voter.
    private static Map<Integer, InetSocketAddress> staticVoters(RaftSettings settings) {
        return settings.members().isFirst()
                ? Map.of(settings.nodeId(), address(settings))
                : settings.members().fixed();
    }

    @Override
    public long append(int epoch, List<MetadataRecord> records) throws LostLeadershipException {
        if (closing) {
            throw new LostLeadershipException("This node is stopping.");
        }
        try {
            long last = client.prepareAppend(epoch, records);
            client.schedulePreparedAppend();
            appendedEnd = last + 1;
            appendedEpoch = epoch;
            return last;
        } catch (NotLeaderException e) {
            throw new LostLeadershipException("This node does not lead the metadata log in epoch " + epoch + ".");
        } catch (BufferAllocationException e) {
            throw new ApiException("The metadata log takes no more records right now. Try again.", e);
        }
    }

    @Override
    public void raiseKraftVersion(int epoch, short level, boolean validateOnly) throws LostLeadershipException {
        try {
            client.upgradeKRaftVersion(epoch, KRaftVersion.fromFeatureLevel(level), validateOnly);
        } catch (NotLeaderException e) {
            throw new LostLeadershipException("This node does not lead the metadata log in epoch " + epoch + ".");
        } catch (InvalidUpdateVersionException | IllegalStateException e) {
            throw new InvalidUpdateVersionException(
                    e.getMessage()
                            + ". Each voter must run, on software that knows the level, and have told the leader so:"
                            + " a moment after an election try again.",
                    e);
        }
    }

    @Override
    public @Nullable String trouble() {
        return space.reason();
    }

    @Override
    public long nextOffset() {
        long logEnd = client.logEndOffset();
        return client.leaderAndEpoch().epoch() == appendedEpoch ? Math.max(logEnd, appendedEnd) : logEnd;
    }

    @Override
    public boolean snapshot(ClusterImage image) {
        LogPosition at = image.position();
        Optional<SnapshotWriter<MetadataRecord>> created =
                client.createSnapshot(new OffsetAndEpoch(at.offset() + 1, at.epoch()), at.timestampMs());
        if (created.isEmpty()) {
            return false;
        }
        try (SnapshotWriter<MetadataRecord> writer = created.get()) {
            List<MetadataRecord> batch = new ArrayList<>(SNAPSHOT_BATCH_RECORDS);
            ImageRecords.write(image, FeatureLevels.recordVersions(), record -> {
                batch.add(record);
                if (batch.size() == SNAPSHOT_BATCH_RECORDS) {
                    writer.append(List.copyOf(batch));
                    batch.clear();
                }
            });
            if (!batch.isEmpty()) {
                writer.append(List.copyOf(batch));
            }
            writer.freeze();
        }
        return true;
    }

    @Override
    public CompletionStage<ApiMessage> handle(ApiMessage request, short version) {
        return request instanceof VoteRequestData vote && PreVote.isQuestion(vote)
                ? answer(vote, version)
                : enter(request, version);
    }

    /// Whoever still believes in the leader would say no, and the asker would ask again much later. So this node looks
    /// for the leader itself first, for a moment.
    private CompletionStage<ApiMessage> answer(VoteRequestData question, short version) {
        CompletableFuture<Void> looked = voters.channel
                .lookAtLeader(PreVote.asker(question))
                .toCompletableFuture()
                .copy();
        Timers.Timer late = world.timers().after(LOOK_NS, () -> looked.complete(null));
        return looked.thenCompose(nothing -> enter(question, version)).whenComplete((answer, failure) -> {
            late.cancel();
            if (answer != null && PreVote.isGranted(answer)) {
                voters.turns.granted();
            }
        });
    }

    private CompletionStage<ApiMessage> enter(ApiMessage request, short version) {
        return client.handle(new RaftRequest.Inbound(
                        ListenerName.normalised(settings.listener().listener()),
                        requests.getAndIncrement(),
                        version,
                        request,
                        world.clock().wallMs()))
                .thenApply(RaftMessage::data);
    }

    /// Tells who may be among the voters: they take turns in elections. Before the start.
    public void nodes(Supplier<Collection<Integer>> known) {
        voters.lost.nodes(known);
    }

    /// The node that leads the metadata log as far as this one knows; empty while there is an election.
    public OptionalInt leader() {
        return client.leaderAndEpoch().leaderId();
    }

    /// The epoch that this node is in.
    public int epoch() {
        return client.leaderAndEpoch().epoch();
    }

    /// Where a voter's controller listens; empty if this node knows no such voter.
    public Optional<InetSocketAddress> addressOf(int voter) {
        return client.voterNode(
                        voter, ListenerName.normalised(settings.listener().listener()))
                .map(node -> InetSocketAddress.createUnresolved(node.host(), node.port()));
    }

    /// Stops the engine and waits for that. What was appended and not committed may be found by the next run, or not.
    @Override
    public void close() {
        closing = true;
        space.close();
        if (started) {
            client.shutdown(STOP_TIMEOUT_MS);
            ended.join();
        }
        try {
            client.close();
        } catch (RuntimeException e) {
            LOG.warn("The metadata log could not be flushed at the end: {}", e.toString());
        }
        metrics.close();
    }
}
