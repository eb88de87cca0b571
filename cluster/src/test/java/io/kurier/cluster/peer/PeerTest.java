package io.kurier.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.peer.ScriptedNetwork.Far;
import io.kurier.kernel.Network.Part;
import io.kurier.kernel.World;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import io.kurier.testkit.ManualClock;
import io.kurier.testkit.ManualThreads;
import io.kurier.testkit.ManualTimers;
import io.kurier.testkit.SimDisk;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A connection to another node, whose part the test plays: what is sent, what completes, and what fails how.
class PeerTest {
    private static final short VERSION = 2;
    private static final int TIMEOUT_MS = 1_000;

    private final ManualClock clock = new ManualClock();
    private final ScriptedNetwork network = new ScriptedNetwork();
    private final Peers peers = new Peers(
            new World(
                    clock, new ManualTimers(clock), new ManualThreads(), new SimDisk(clock, 1), network, new Random(1)),
            7,
            new Peers.Limits(1 << 20, 3, 500, 20, 500));
    private final Peer peer = peers.at(Lane.QUORUM, "node2", 9092);

    @AfterEach
    void noFrameIsKept() {
        peers.close();
        assertThat(network.unreleased).isZero();
    }

    private CompletableFuture<VoteResponseData> vote(String clusterId) {
        return vote(clusterId, TIMEOUT_MS);
    }

    private CompletableFuture<VoteResponseData> vote(String clusterId, int timeoutMs) {
        return peer.ask(new VoteRequestData().setClusterId(clusterId), VERSION, timeoutMs, VoteResponseData.class);
    }

    private static RequestHeader header(ByteBuffer sent) {
        try {
            return Requests.header(sent.duplicate());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static VoteRequestData body(ByteBuffer sent) throws Exception {
        ByteBuffer frame = sent.duplicate();
        return (VoteRequestData) Requests.body(Requests.header(frame), frame);
    }

    private void answer(Far far, ByteBuffer request, ApiMessage answer) {
        List<Part> parts = Responses.encode(header(request), answer);
        Far encoder = new Far();
        encoder.send(parts);
        far.receiver.received(network.frame(encoder.sent.getFirst()));
    }

    private static VoteResponseData code(int code) {
        return new VoteResponseData().setErrorCode((short) code);
    }

    @Test
    void aPortThatRefusesIsNewsForAMoment() {
        vote("one");
        network.attempts.remove().failed().accept(new IOException("no answer"));
        assertThat(peers.isGoneLately("node2", 9092)).as("nobody said no").isFalse();
        clock.advance(Duration.ofSeconds(1));
        vote("two");
        network.attempts.remove().failed().accept(new ConnectException("refused"));
        assertThat(peers.isGoneLately("node2", 9092)).isTrue();
        assertThat(peers.isGoneLately("node2", 9093)).isFalse();
        clock.advance(Duration.ofSeconds(1));
        vote("three");
        network.attempts.remove().failed().accept(new ConnectException("refused"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(peers.isGoneLately("node2", 9092)).as("since two seconds").isFalse();
        vote("four");
        network.attempts.remove().failed().accept(new ConnectException("refused"));
        assertThat(peers.isGoneLately("node2", 9092)).isFalse();
        clock.advance(Duration.ofSeconds(1));
        vote("five");
        network.attempts.remove().accept();
        clock.advance(Duration.ofSeconds(1));
        assertThat(peers.isGoneLately("node2", 9092)).isFalse();
    }

    @Test
    void requestsGoOutInOrderOverOneConnectionAndAnswersFindThem() throws Exception {
        var first = vote("first");
        var second = vote("second");
        assertThat(network.attempts).hasSize(1);
        Far far = network.attempts.poll().accept();
        var third = vote("third");
        assertThat(far.sent).hasSize(3);
        assertThat(body(far.sent.get(0)).clusterId()).isEqualTo("first");
        assertThat(body(far.sent.get(1)).clusterId()).isEqualTo("second");
        assertThat(body(far.sent.get(2)).clusterId()).isEqualTo("third");
        assertThat(header(far.sent.get(0)).clientId()).isEqualTo("kurier-node-7");

        answer(far, far.sent.get(1), code(42));
        assertThat(second.join().errorCode()).isEqualTo((short) 42);
        assertThat(first).isNotDone();
        answer(far, far.sent.get(0), code(41));
        answer(far, far.sent.get(2), code(43));
        assertThat(first.join().errorCode()).isEqualTo((short) 41);
        assertThat(third.join().errorCode()).isEqualTo((short) 43);
        assertThat(network.attempts).isEmpty();
        assertThat(peers.at(Lane.QUORUM, "node2", 9092)).isSameAs(peer);
        assertThat(peers.at(Lane.RECORDS, "node2", 9092)).isNotSameAs(peer);
    }

    @Test
    void aLostConnectionFailsAtOnceWhatWasSentAndTheNextRequestOpensAnother() {
        var sent = vote("a");
        Far far = network.attempts.poll().accept();
        answer(far, far.sent.getFirst(), code(0));
        assertThat(sent).isCompleted();
        var unanswered = vote("b");
        far.close();
        assertThatThrownBy(unanswered::join).hasCauseInstanceOf(DisconnectException.class);

        var next = vote("c");
        Far again = network.attempts.poll().accept();
        answer(again, again.sent.getFirst(), code(5));
        assertThat(next.join().errorCode()).isEqualTo((short) 5);
    }

    @Test
    void whatWasNeverSentSaysSo() {
        var refused = vote("a");
        network.attempts.poll().refuse();
        assertThatThrownBy(refused::join).hasCauseInstanceOf(PeerUnreachableException.class);
        var waits = vote("b");
        clock.advance(Duration.ofMillis(TIMEOUT_MS));
        assertThatThrownBy(waits::join)
                .hasCauseInstanceOf(PeerUnreachableException.class)
                .hasMessageContaining("1000 ms");
    }

    @Test
    void attemptsAreMadeAtGrowingIntervalsUntilOneIsAnswered() {
        long lastMs = 0;
        for (int i = 0; i < 8; i++) {
            var asked = vote("a");
            long ms = 0;
            while (network.attempts.isEmpty()) {
                clock.advance(Duration.ofMillis(1));
                ms++;
            }
            if (i % 2 == 0) {
                network.attempts.poll().refuse();
            } else {
                network.attempts.poll().accept().close(); // as one that is not ready yet
            }
            assertThat(asked).isCompletedExceptionally();
            assertThat(ms).isGreaterThanOrEqualTo(Math.min(300, lastMs)).isLessThanOrEqualTo(600);
            lastMs = ms;
        }
        assertThat(lastMs).isGreaterThan(300);
        vote("b");
        clock.advance(Duration.ofMillis(600));
        Far far = network.attempts.poll().accept();
        answer(far, far.sent.getFirst(), code(0));
        far.close();
        vote("c");
        assertThat(network.attempts).hasSize(1);
    }

    @Test
    void eachRequestHasItsOwnTime() {
        var long1 = vote("a", 3 * TIMEOUT_MS);
        var brief = vote("b", TIMEOUT_MS);
        var long2 = vote("c", 2 * TIMEOUT_MS);
        network.attempts.poll().accept();
        clock.advance(Duration.ofMillis(TIMEOUT_MS));
        assertThat(brief).isCompletedExceptionally();
        assertThat(long2).isNotDone();
        clock.advance(Duration.ofMillis(TIMEOUT_MS));
        assertThat(long2).isCompletedExceptionally();
        assertThat(long1).isNotDone();
        var later = vote("d", TIMEOUT_MS / 2);
        clock.advance(Duration.ofMillis(TIMEOUT_MS / 2));
        assertThat(later).isCompletedExceptionally();
        assertThat(long1).isNotDone();
        clock.advance(Duration.ofMillis(TIMEOUT_MS / 2));
        assertThatThrownBy(long1::join)
                .hasCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("3000 ms");
    }

    @Test
    void anAnswerThatComesTooLateIsDropped() {
        var asked = vote("a");
        Far far = network.attempts.poll().accept();
        clock.advance(Duration.ofMillis(TIMEOUT_MS));
        assertThatThrownBy(asked::join).hasCauseInstanceOf(TimeoutException.class);
        answer(far, far.sent.getFirst(), code(0));
        assertThat(far.closed).isFalse();
        assertThat(network.unreleased).isZero();
    }

    @Test
    void noMoreRequestsWaitThanAreAllowed() {
        var waiting = List.of(vote("1"), vote("2"), vote("3"));
        assertThatThrownBy(vote("4")::join).hasCauseInstanceOf(PeerUnreachableException.class);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void anAnswerThatIsNoneEndsTheConnection() {
        var asked = vote("a");
        var other = vote("b");
        Far far = network.attempts.poll().accept();
        int id = header(far.sent.getFirst()).correlationId();
        far.receiver.received(network.frame(
                ByteBuffer.allocate(6).putInt(id).put((byte) -1).put((byte) -1).flip()));
        assertThat(far.closed).isTrue();
        assertThatThrownBy(asked::join).hasCauseInstanceOf(DisconnectException.class);
        assertThatThrownBy(other::join).hasCauseInstanceOf(DisconnectException.class);
    }

    @Test
    void recordsAreViewsUntilTheAnswerIsClosed() throws Exception {
        CompletableFuture<PeerAnswer> asked = peer.send(new FetchRequestData(), (short) 17, TIMEOUT_MS);
        Far far = network.attempts.poll().accept();
        answer(far, far.sent.getFirst(), new FetchResponseData().setSessionId(9));
        PeerAnswer answer = asked.get();
        assertThat(((FetchResponseData) answer.message()).sessionId()).isEqualTo(9);
        assertThat(network.unreleased).isEqualTo(1);
        answer.close();
        assertThat(network.unreleased).isZero();
    }

    @Test
    void closingFailsEverythingNowAndLater() {
        var asked = vote("a");
        Far far = network.attempts.poll().accept();
        peers.close();
        assertThat(far.closed).isTrue();
        assertThatThrownBy(asked::join).isInstanceOf(CompletionException.class);
        assertThatThrownBy(vote("b")::join).hasCauseInstanceOf(PeerUnreachableException.class);
        assertThatThrownBy(() -> peers.at(Lane.RECORDS, "node3", 1)
                        .ask(new VoteRequestData(), VERSION, TIMEOUT_MS, VoteResponseData.class)
                        .join())
                .hasCauseInstanceOf(PeerUnreachableException.class);
        assertThat(network.attempts).isEmpty();
    }
}
