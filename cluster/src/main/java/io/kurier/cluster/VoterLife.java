package io.kurier.cluster;

import io.kurier.cluster.image.Endpoint;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.AddRaftVoterRequestData;
import org.apache.kafka.common.message.AddRaftVoterResponseData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.RemoveRaftVoterRequestData;
import org.apache.kafka.common.message.RemoveRaftVoterResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the quorum now and then: tells where the other voters are, and makes this node one of them when the cluster
/// has room for one more (KIP-853).
final class VoterLife {
    private static final Logger LOG = LoggerFactory.getLogger(VoterLife.class);
    /// While the quorum grows; once it does not need this node, it is looked at ten times less often.
    private static final long SOON_NS = 300_000_000L;
    /// Pause before a node asks again that was too early: mostly another one is just becoming a voter.
    private static final long AGAIN_NS = 30_000_000L;
    /// How long the leader may wait for a new voter to catch up.
    private static final int TIMEOUT_MS = 10_000;

    private final World world;
    private final KRaftCluster.Settings settings;
    private final Uuid directoryId;
    private final ControllerLink controller;
    private Consumer<List<InetSocketAddress>> onVoters = voters -> {};
    private volatile Set<InetSocketAddress> told = Set.of();
    private volatile boolean stoodStill;
    private volatile boolean closed;
    private volatile Timers.@Nullable Timer next;

    VoterLife(World world, KRaftCluster.Settings settings, Uuid directoryId, ControllerLink controller) {
        this.world = world;
        this.settings = settings;
        this.directoryId = directoryId;
        this.controller = controller;
    }

    /// Before the start.
    void onVoters(Consumer<List<InetSocketAddress>> listener) {
        onVoters = listener;
    }

    void start() {
        look();
    }

    /// Other nodes are there than before: those that become voters should do so at the same time, as two voters are
    /// worse than one.
    void nodesChanged() {
        Timers.Timer timer = next;
        if (timer != null && timer.cancel()) {
            look();
        }
    }

    private void look() {
        DescribeQuorumRequestData request = new DescribeQuorumRequestData()
                .setTopics(List.of(new DescribeQuorumRequestData.TopicData()
                        .setTopicName("__cluster_metadata")
                        .setPartitions(List.of(new DescribeQuorumRequestData.PartitionData().setPartitionIndex(0)))));
        submit(request).thenApply(DescribeQuorumResponseData.class::cast).whenComplete((quorum, failure) -> {
            if (failure != null || quorum.errorCode() != Errors.NONE.code()) {
                if (failure instanceof TimeoutException
                        || failure instanceof CompletionException && failure.getCause() instanceof TimeoutException) {
                    standsStill();
                }
                later(SOON_NS);
                return;
            }
            PartitionData partition = quorum.topics().getFirst().partitions().getFirst();
            if (partition.errorCode() != Errors.NONE.code()) {
                later(SOON_NS);
                return;
            }
            if (stoodStill) {
                stoodStill = false;
                LOG.info("The metadata can be changed again: node {} is the active controller", partition.leaderId());
            }
            tell(quorum);
            if (!settings.members().canVote()) {
                later(10 * SOON_NS);
                return;
            }
            switch (VoterGrowth.next(partition, settings.nodeId(), directoryId)) {
                case VoterGrowth.Step.Stay stay -> later(isGrowing(partition) ? SOON_NS : 10 * SOON_NS);
                case VoterGrowth.Step.Join join -> join();
                case VoterGrowth.Step.Leave leave -> remove(directoryId, "give its vote back: their number was even");
                case VoterGrowth.Step.Replace replace ->
                    remove(replace.lostDirectory(), "take its lost directory out of the voters");
            }
        });
    }

    private void standsStill() {
        if (!stoodStill && !closed) {
            stoodStill = true;
            LOG.warn(
                    "The metadata cannot be changed: no active controller was found in {} s. A majority of the voters"
                            + " must be up; the others were at {}. What is led here is served meanwhile, and nothing is"
                            + " lost: start them again, with their data",
                    2 * TIMEOUT_MS / 1_000,
                    told.stream()
                            .map(at -> at.getHostString() + ":" + at.getPort())
                            .toList());
        }
    }

    /// Two voters stand still when one of them is lost: from one to three it must go quickly.
    private static boolean isGrowing(PartitionData quorum) {
        int voters = quorum.currentVoters().size();
        return voters < 3 || voters % 2 == 0;
    }

    /// On the thread of the answer; one look ends before the next begins.
    private void tell(DescribeQuorumResponseData quorum) {
        Set<InetSocketAddress> others = new LinkedHashSet<>();
        quorum.nodes().stream()
                .filter(node -> node.nodeId() != settings.nodeId())
                .flatMap(node -> node.listeners().stream())
                .map(listener -> InetSocketAddress.createUnresolved(listener.host(), listener.port()))
                .forEach(others::add);
        if (!others.equals(told)) {
            told = others;
            onVoters.accept(List.copyOf(others));
        }
    }

    private CompletableFuture<ApiMessage> submit(ApiMessage request) {
        return controller.submit(request, ApiKeys.forId(request.apiKey()).latestVersion(), 2 * TIMEOUT_MS);
    }

    private void join() {
        Endpoint listener = settings.controllerListener();
        AddRaftVoterRequestData request = new AddRaftVoterRequestData()
                .setClusterId(settings.clusterId())
                .setTimeoutMs(TIMEOUT_MS)
                .setVoterId(settings.nodeId())
                .setVoterDirectoryId(directoryId);
        request.listeners()
                .add(new AddRaftVoterRequestData.Listener()
                        .setName(listener.listener())
                        .setHost(listener.host())
                        .setPort(listener.port()));
        submit(request).whenComplete((answer, failure) -> {
            if (answer instanceof AddRaftVoterResponseData added) {
                told("become a voter", added.errorCode(), added.errorMessage());
            }
            boolean tooEarly = answer instanceof AddRaftVoterResponseData added
                    && added.errorCode() == Errors.REQUEST_TIMED_OUT.code();
            later(tooEarly ? AGAIN_NS : SOON_NS);
        });
    }

    private void remove(Uuid directory, String what) {
        RemoveRaftVoterRequestData request = new RemoveRaftVoterRequestData()
                .setClusterId(settings.clusterId())
                .setVoterId(settings.nodeId())
                .setVoterDirectoryId(directory);
        submit(request).whenComplete((answer, failure) -> {
            if (answer instanceof RemoveRaftVoterResponseData removed) {
                told(what, removed.errorCode(), removed.errorMessage());
            }
            later(SOON_NS);
        });
    }

    private static void told(String what, short code, @Nullable String message) {
        if (code == Errors.NONE.code()) {
            LOG.info("This node could {}", what);
        } else {
            LOG.debug("This node could not {} yet: {} {}", what, Errors.forCode(code), message);
        }
    }

    private void later(long delayNs) {
        if (!closed) {
            next = world.timers().after(delayNs, this::look);
        }
    }

    void close() {
        closed = true;
        Timers.Timer timer = next;
        if (timer != null) {
            timer.cancel();
        }
    }
}
