package io.kurier.broker.replica.follow;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.records.FetchHandler;
import io.kurier.broker.api.records.FetchSessions;
import io.kurier.broker.api.records.ListOffsetsHandler;
import io.kurier.broker.replica.DataFolders;
import io.kurier.broker.replica.Housekeeping;
import io.kurier.broker.replica.IsrChanges;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.TopicPolicy;
import io.kurier.cluster.config.ReplicationSettings;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.FileRange;
import io.kurier.kernel.Network.Part;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.MetaProperties;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// One node's replicas: real partitions, fetchers, fetch handler and logs on a simulated disk.
final class SimNode {
    static final TopicPartition WORDS = new TopicPartition("words", 0);

    final int id;
    final SimWorld sim;
    private final SimController controller;
    private final LeaderCalls calls;
    private final int minInSync;
    private @Nullable Process process;

    private record Process(
            LogDirectory directory,
            Partitions partitions,
            FetchHandler fetch,
            ListOffsetsHandler listOffsets,
            Executor connection) {}

    SimNode(int id, long seed, SimController controller, LeaderCalls calls, int minInSync) {
        this.id = id;
        this.sim = SimWorld.shuffled(seed);
        this.controller = controller;
        this.calls = calls;
        this.minInSync = minInSync;
    }

    boolean isUp() {
        return process != null;
    }

    void start() {
        try {
            LogDirectory directory = LogDirectory.open(sim.world(), Path.of("/data"), LogDirectory.Settings.defaults());
            if (directory.metaProperties().isEmpty()) {
                directory.writeMetaProperties(new MetaProperties("cluster", id, SimController.directory(id)));
            }
            SimController.View view = controller.view(id);
            LogConfig config = LogConfig.defaults().withSegmentBytes(2_000);
            Partitions partitions = new Partitions(
                    id,
                    view,
                    sim.world(),
                    new DataFolders(List.of(directory), List.of()),
                    topic -> new TopicPolicy(config, minInSync));
            directory.onOffline(failure -> partitions.offline(directory));
            new IsrChanges(sim.world(), id, view, partitions);
            new Housekeeping(sim.world(), partitions, 300_000, 2_000).start();
            new ReplicaFetchers(
                    sim.world(),
                    id,
                    view,
                    partitions,
                    calls,
                    new ReplicationSettings.Fetch(100, 1, 1_000, 10_000, 50, 500));
            process = new Process(
                    directory,
                    partitions,
                    new FetchHandler(
                            sim.world(),
                            partitions,
                            new FetchSessions(10, sim.world().random()),
                            1 << 20),
                    new ListOffsetsHandler(sim.world(), partitions),
                    sim.world().threads().serial("connection"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The process ends, or the machine loses its power.
    void kill(boolean powerLoss) {
        if (powerLoss) {
            sim.disk().powerLoss();
        } else {
            sim.disk().killProcess();
        }
        process = null;
        sim.restart();
    }

    /// The partition if this node leads it as far as it knows, and can be asked without waiting.
    @Nullable
    Partition led() {
        return process == null ? null : process.partitions.ready(WORDS);
    }

    /// The partition if this node leads it as far as it knows; opens it.
    Partition lead() {
        return require().partitions.find(WORDS);
    }

    /// The log, if it is open.
    @Nullable
    PartitionLog log() {
        Process now = process;
        return now == null || !now.directory.isOnline()
                ? null
                : now.directory.log(WORDS).filter(PartitionLog::isReady).orElse(null);
    }

    private Process require() {
        Process now = process;
        if (now == null) {
            throw new IllegalStateException("node " + id + " is down");
        }
        return now;
    }

    /// Serves a request as it comes from the wire; the answer as it goes there, without length.
    CompletableFuture<ByteBuffer> serve(ByteBuffer frame) throws Exception {
        RequestHeader header = Requests.header(frame);
        ApiMessage request = Requests.body(header, frame);
        InetSocketAddress here = new InetSocketAddress("127.0.0.1", 1);
        RequestContext context = new RequestContext(header, require().connection, here, here, "PLAINTEXT");
        CompletableFuture<? extends ApiMessage> answer = switch (request) {
            case FetchRequestData fetch -> handle(require().fetch, context, fetch);
            case ListOffsetsRequestData list -> handle(require().listOffsets, context, list);
            default -> throw new IllegalArgumentException("unexpected " + request);
        };
        return answer.thenApply(message -> flatten(Responses.encode(header, message)));
    }

    private static <Q extends ApiMessage> CompletableFuture<? extends ApiMessage> handle(
            ApiHandler<Q> handler, RequestContext context, Q request) {
        CompletableFuture<ApiMessage> answer = new CompletableFuture<>();
        context.executor()
                .execute(() -> handler.handle(context, request).whenComplete((message, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                    } else {
                        answer.complete(message);
                    }
                }));
        return answer;
    }

    /// All bytes of a frame, in one buffer.
    static ByteBuffer flatten(List<Part> parts) {
        long length = parts.stream().mapToLong(Part::length).sum();
        ByteBuffer all = ByteBuffer.allocate((int) length);
        for (Part part : parts) {
            try {
                switch (part) {
                    case Bytes bytes -> all.put(bytes.buffer());
                    case FileRange range -> read(range.file(), range.position(), (int) range.length(), all);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                part.release();
            }
        }
        return all.flip();
    }

    private static void read(DiskFile file, long position, int length, ByteBuffer into) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the file ends");
            }
        }
        into.put(bytes.flip());
    }
}
