package io.kurier.broker.replica.follow;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.RecordDeletion;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.MalformedResponseException;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// One seed: some thousand random deeds with what must hold checked after each, then everything heals and must
/// converge.
final class ReplicationRun {
    private static final int NODES = 3;
    private static final int CONSUMER = 0;

    private final Random random;
    private final SimController controller;
    private final SimCalls calls;
    private final List<SimNode> nodes;
    private final CommittedRecords committed = new CommittedRecords();
    private long nextValue;
    private int seenAtFollowers;
    private @Nullable String stale;
    private int endsTold;

    ReplicationRun(long seed) {
        this.random = new Random(seed);
        int minInSync = 1 + random.nextInt(2);
        this.controller = new SimController(random);
        this.calls = new SimCalls(random, this::node);
        this.nodes = IntStream.rangeClosed(1, NODES)
                .mapToObj(id -> new SimNode(id, seed * NODES + id, controller, calls.from(id), minInSync))
                .toList();
        List<Integer> ids = nodes.stream().map(node -> node.id).toList();
        ids.forEach(controller::join);
        controller.create(ids, minInSync);
        nodes.forEach(SimNode::start);
    }

    private SimNode node(int id) {
        return nodes.get(id - 1);
    }

    /// How often a follower gave a consumer records.
    int seenAtFollowers() {
        return seenAtFollowers;
    }

    /// How often a node told where the log ends.
    int run(int deeds) {
        for (int i = 0; i < deeds; i++) {
            deed();
            check();
        }
        heal();
        int most = 200_000;
        while (!converged()) {
            if (most-- == 0) {
                throw new AssertionError("does not converge: " + describe());
            }
            goOn();
            check();
        }
        if (committed.acknowledged() == 0) {
            throw new AssertionError("nothing was ever acknowledged: the run shows nothing");
        }
        return endsTold;
    }

    private SimNode any() {
        return nodes.get(random.nextInt(NODES));
    }

    private void deed() {
        int what = random.nextInt(400);
        if (what < 20) {
            produce(any());
        } else if (what == 20) {
            deleteOld(any());
        } else if (what == 21) {
            fault();
        } else if (what < 30) {
            askForEnd(any());
        } else if (what < 33) {
            consume(any());
        } else {
            goOn();
        }
    }

    private void goOn() {
        int what = random.nextInt(10);
        SimNode node = any();
        boolean did = what < 5
                ? node.isUp() && node.sim.threads().runOne()
                : what < 8 ? calls.deliver() : node.id != calls.cutOff && controller.tell(node.id);
        if (!did || random.nextInt(10) == 0) {
            Duration by = Duration.ofMillis(random.nextInt(4));
            nodes.forEach(each -> each.sim.clock().advance(by));
        }
    }

    private void produce(SimNode node) {
        if (!node.isUp()) {
            return;
        }
        try {
            Partition partition = node.lead();
            partition.checkInSync();
            long value = nextValue++;
            ByteBuffer key = ByteBuffer.allocate(8).putLong(0, value);
            ByteBuffer batch = Batches.of(List.of(new NewRecord(node.sim.clock().wallMs(), key, null)));
            long offset = partition.append(batch, Origin.CLIENT).lastOffset();
            long deadlineNs = node.sim.clock().nanos() + 5_000_000_000L;
            partition.whenCommitted(offset + 1, deadlineNs, outcome -> {
                if (outcome == Errors.NONE) {
                    committed.acknowledged(node, offset, value);
                }
            });
        } catch (PartitionException | LogException e) {
            // Not led here, or its disk is gone: a producer would try elsewhere.
        } catch (InvalidBatchException e) {
            throw new AssertionError(e);
        }
    }

    /// A consumer reads from any node, whether it leads or follows, and must see nothing but what is committed.
    private void consume(SimNode node) {
        FetchRequestData request = new FetchRequestData()
                .setMaxBytes(10_000)
                .setTopics(List.of(new FetchTopic()
                        .setTopicId(SimController.TOPIC)
                        .setPartitions(List.of(new FetchPartition()
                                .setFetchOffset(random.nextInt(committed.size() + 2))
                                .setPartitionMaxBytes(10_000)))));
        calls.from(CONSUMER)
                .send(node.id, request, ApiKeys.FETCH.latestVersion(), 500)
                .whenComplete((answer, failure) -> {
                    if (answer != null) {
                        check();
                        ((FetchResponseData) answer.message())
                                .responses()
                                .forEach(topic ->
                                        topic.partitions().forEach(one -> seen(node, Batches.bytes(one.records()))));
                    }
                });
    }

    private void seen(SimNode node, ByteBuffer batches) {
        if (batches.hasRemaining()) {
            committed.seen(node.id, batches);
            if (node.led() == null) {
                seenAtFollowers++;
            }
        }
    }

    /// Whoever takes itself for the leader is asked where the log ends: all that was committed before is below.
    private void askForEnd(SimNode node) {
        if (node.led() == null) {
            return;
        }
        long atLeast = committed.size();
        RequestHeader header = new RequestHeader(ApiKeys.LIST_OFFSETS, (short) 9, true, 1, "consumer");
        ListOffsetsRequestData request = new ListOffsetsRequestData().setReplicaId(-1);
        request.topics()
                .add(new ListOffsetsTopic()
                        .setName(SimNode.WORDS.topic())
                        .setPartitions(List.of(new ListOffsetsPartition().setTimestamp(-1))));
        try {
            node.serve(SimNode.flatten(Requests.encode(header, request)))
                    .thenAccept(bytes -> compare(node.id, header, bytes, atLeast))
                    .exceptionally(failure -> {
                        stale = "node " + node.id + " does not answer: " + failure;
                        return null;
                    });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void compare(int node, RequestHeader header, ByteBuffer bytes, long atLeast) {
        try {
            Responses.correlationId(bytes);
            ListOffsetsResponseData answer =
                    (ListOffsetsResponseData) Responses.decode(header.key(), header.version(), bytes);
            ListOffsetsPartitionResponse told =
                    answer.topics().getFirst().partitions().getFirst();
            if (told.errorCode() == Errors.NONE.code()) {
                endsTold++;
                if (told.offset() < atLeast) {
                    stale = "node " + node + " tells the end " + told.offset() + "; when it was asked, " + atLeast
                            + " were committed";
                }
            }
        } catch (MalformedResponseException e) {
            throw new AssertionError(e);
        }
    }

    /// Old records go, so that a follower that was away finds nothing to go on with.
    private void deleteOld(SimNode node) {
        Partition led = node.led();
        if (led == null || random.nextBoolean()) {
            return;
        }
        try {
            long start = led.log().logStartOffset();
            long end = led.highWatermark();
            if (end > start) {
                RecordDeletion.below(led, start + random.nextLong(end - start + 1));
                led.log().applyRetention(node.sim.clock().wallMs(), end);
            }
        } catch (PartitionException | LogException e) {
            // It leads no more, or its disk is gone.
        }
    }

    private void fault() {
        SimNode node = any();
        switch (random.nextInt(8)) {
            case 0 -> down(node, false);
            case 1 -> down(node, true);
            case 2, 3 -> nodes.forEach(this::up);
            case 4 -> calls.cutOff = calls.cutOff < 0 ? node.id : -1;
            case 5 -> controller.elect(node.id);
            case 6 -> {
                if (!node.isUp() || node.id == calls.cutOff) {
                    controller.fence(node.id);
                }
            }
            default -> {
                if (node.isUp() && node.id != calls.cutOff) {
                    controller.unfence(node.id);
                }
            }
        }
    }

    private void down(SimNode node, boolean powerLoss) {
        if (node.isUp()) {
            committed.look(node);
            node.kill(powerLoss);
            controller.forget(node.id);
            calls.disconnect(node.id);
            committed.restarted(node.id);
        }
    }

    private void up(SimNode node) {
        if (!node.isUp()) {
            controller.join(node.id);
            node.start();
        }
    }

    private void heal() {
        calls.cutOff = -1;
        calls.lostPerMille = 0;
        nodes.forEach(this::up);
        nodes.forEach(node -> controller.unfence(node.id));
    }

    private void check() {
        if (stale != null) {
            throw new AssertionError(stale);
        }
        nodes.forEach(committed::look);
        PartitionImage state = controller.partition();
        if (state.hasLeader()) {
            committed.lookAtLeader(node(state.leader()), state);
        }
    }

    private boolean converged() {
        PartitionImage state = controller.partition();
        if (state.isr().size() < NODES) {
            return false;
        }
        Partition led = node(state.leader()).led();
        if (led == null || led.leaderEpoch() != state.leaderEpoch()) {
            return false;
        }
        long end = led.log().logEndOffset();
        return led.highWatermark() == end && nodes.stream().map(SimNode::log).allMatch(log -> isAt(log, end));
    }

    private static boolean isAt(PartitionLog log, long end) {
        return log != null && log.logEndOffset() == end && log.durableEndOffset() == end;
    }

    private String describe() {
        StringBuilder all = new StringBuilder(String.valueOf(controller.partition()));
        for (SimNode node : nodes) {
            PartitionLog log = node.log();
            Partition led = node.led();
            all.append("\nnode ").append(node.id).append(node.isUp() ? " up" : " down");
            if (log != null) {
                all.append(", log ").append(log.logStartOffset()).append(" to ").append(log.logEndOffset());
                all.append(", durable ").append(log.durableEndOffset());
            }
            if (led != null) {
                all.append(", leads in ")
                        .append(led.leaderEpoch())
                        .append(" up to ")
                        .append(led.highWatermark());
            }
            all.append(", active ").append(controller.isActive(node.id));
            all.append(", waiting ").append(node.sim.threads().waiting());
        }
        return all.toString();
    }
}
