package io.kurier.broker.api.producers;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.image.BrokerImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Producer ids that nobody else in the cluster gets (KIP-730): taken from blocks that the controller gives to this
/// broker. The next block is fetched when little is left of the last, so that producers seldom wait.
public final class ProducerIds {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerIds.class);

    private final int nodeId;
    private final ClusterView cluster;
    private final ControllerGateway controller;

    // Under the lock of this object:
    private final ArrayDeque<CompletableFuture<Long>> waiting = new ArrayDeque<>();
    private long next;
    private long end;
    private long nextBlock;
    private long nextBlockEnd;
    private long fetchBelow;
    private boolean fetching;

    /// @param nodeId of the broker that the blocks are for
    public ProducerIds(int nodeId, ClusterView cluster, ControllerGateway controller) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.controller = controller;
    }

    /// A new id. Fails with a `CoordinatorLoadInProgressException`, which clients repeat, if the controller gives none.
    public CompletableFuture<Long> next() {
        CompletableFuture<Long> id;
        boolean fetch;
        synchronized (this) {
            Long ready = take();
            if (ready != null) {
                id = CompletableFuture.completedFuture(ready);
            } else {
                id = new CompletableFuture<>();
                waiting.add(id);
            }
            fetch = !fetching && (!waiting.isEmpty() || (end - next <= fetchBelow && nextBlock == nextBlockEnd));
            fetching |= fetch;
        }
        if (fetch) {
            fetch();
        }
        return id;
    }

    private @Nullable Long take() {
        if (next == end && nextBlock < nextBlockEnd) {
            next = nextBlock;
            end = nextBlockEnd;
            nextBlock = nextBlockEnd;
        }
        return next < end ? next++ : null;
    }

    private void fetch() {
        BrokerImage self = cluster.image().broker(nodeId);
        if (self == null) {
            failed("this broker is not registered yet");
            return;
        }
        AllocateProducerIdsRequestData request =
                new AllocateProducerIdsRequestData().setBrokerId(nodeId).setBrokerEpoch(self.epoch());
        controller
                .submit(request, ApiKeys.ALLOCATE_PRODUCER_IDS.latestVersion())
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        failed(String.valueOf(failure.getMessage()));
                    } else {
                        received((AllocateProducerIdsResponseData) answer);
                    }
                });
    }

    private void received(AllocateProducerIdsResponseData block) {
        if (block.errorCode() != Errors.NONE.code() || block.producerIdLen() <= 0) {
            failed(Errors.forCode(block.errorCode()).message());
            return;
        }
        List<Runnable> served = new ArrayList<>();
        boolean more;
        synchronized (this) {
            nextBlock = block.producerIdStart();
            nextBlockEnd = nextBlock + block.producerIdLen();
            fetchBelow = block.producerIdLen() / 10;
            while (!waiting.isEmpty()) {
                Long id = take();
                if (id == null) {
                    break;
                }
                CompletableFuture<Long> first = waiting.remove();
                served.add(() -> first.complete(id));
            }
            more = !waiting.isEmpty();
            fetching = more;
        }
        served.forEach(Runnable::run);
        if (more) {
            fetch();
        }
    }

    private void failed(String why) {
        LOG.warn("No producer ids can be had from the controller: {}", why);
        List<CompletableFuture<Long>> unserved;
        synchronized (this) {
            unserved = List.copyOf(waiting);
            waiting.clear();
            fetching = false;
        }
        unserved.forEach(
                id -> id.completeExceptionally(new CoordinatorLoadInProgressException("No producer ids: " + why)));
    }
}
