package io.kurier.broker.replica.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.peer.PeerAnswer;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// The way of requests between nodes: messages wait until the simulation delivers one, are lost, or arrive when the
/// sender has given them up.
final class SimCalls {
    private record Message(int from, int to, Runnable delivery, Runnable loss) {}

    private final Random random;
    private final IntFunction<SimNode> nodes;
    private final List<Message> messages = new ArrayList<>();
    /// How often each node's process has ended.
    private final Map<Integer, Integer> ends = new HashMap<>();
    private final Map<Integer, List<CompletableFuture<PeerAnswer>>> served = new HashMap<>();
    /// A cut that lets nothing through, between this node and all others; -1 for none.
    int cutOff = -1;
    /// Of a thousand messages, so many are lost.
    int lostPerMille = 20;

    SimCalls(Random random, IntFunction<SimNode> nodes) {
        this.random = random;
        this.nodes = nodes;
    }

    LeaderCalls from(int sender) {
        return (to, request, version, timeoutMs) -> send(sender, to, request, version);
    }

    private CompletableFuture<PeerAnswer> send(int from, int to, ApiMessage request, short version) {
        RequestHeader header =
                new RequestHeader(ApiKeys.forId(request.apiKey()), version, true, random.nextInt(), "node-" + from);
        ByteBuffer frame = SimNode.flatten(Requests.encode(header, request));
        CompletableFuture<PeerAnswer> answer = new CompletableFuture<>();
        CompletableFuture<PeerAnswer> ofProcess = new CompletableFuture<>();
        int process = ends.getOrDefault(from, 0);
        answer.whenComplete((received, failure) -> {
            if (process != ends.getOrDefault(from, 0)) {
                return; // nobody is there any more who waits
            } else if (failure == null) {
                ofProcess.complete(received);
            } else {
                ofProcess.completeExceptionally(failure);
            }
        });
        messages.add(new Message(
                from,
                to,
                () -> arrive(from, to, header, frame.duplicate(), answer),
                () -> answer.completeExceptionally(new DisconnectException("lost"))));
        return ofProcess;
    }

    private void arrive(
            int from, int to, RequestHeader header, ByteBuffer frame, CompletableFuture<PeerAnswer> answer) {
        SimNode node = nodes.apply(to);
        if (!node.isUp()) {
            answer.completeExceptionally(new DisconnectException("down"));
            return;
        }
        served.computeIfAbsent(to, id -> new ArrayList<>()).add(answer);
        try {
            node.serve(frame)
                    .whenComplete((bytes, failure) -> messages.add(new Message(
                            to,
                            from,
                            () -> {
                                if (failure == null) {
                                    complete(answer, header, bytes);
                                } else {
                                    answer.completeExceptionally(failure);
                                }
                            },
                            () -> answer.completeExceptionally(new DisconnectException("lost")))));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void complete(CompletableFuture<PeerAnswer> answer, RequestHeader header, ByteBuffer bytes) {
        try {
            assertThat(Responses.correlationId(bytes)).isEqualTo(header.correlationId());
            answer.complete(new PeerAnswer(Responses.decode(header.key(), header.version(), bytes), () -> {}));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// Delivers, or loses, one message. False if there is none.
    boolean deliver() {
        if (messages.isEmpty()) {
            return false;
        }
        Message message = messages.remove(random.nextInt(messages.size()));
        if (message.from == cutOff || message.to == cutOff) {
            message.loss.run();
        } else if (random.nextInt(1_000) < lostPerMille) {
            message.loss.run();
            if (random.nextBoolean()) {
                messages.add(message); // it arrives nevertheless, when the sender has given it up
            }
        } else {
            message.delivery.run();
        }
        return true;
    }

    /// A node's process is gone, and what was on its way to it with it. What it had sent may still arrive.
    void disconnect(int node) {
        ends.merge(node, 1, Integer::sum);
        List<Message> lost = messages.stream().filter(one -> one.to == node).toList();
        messages.removeAll(lost);
        lost.forEach(one -> one.loss.run());
        List<CompletableFuture<PeerAnswer>> unanswered = served.remove(node);
        if (unanswered != null) {
            unanswered.forEach(answer -> answer.completeExceptionally(new DisconnectException("down")));
        }
    }
}
