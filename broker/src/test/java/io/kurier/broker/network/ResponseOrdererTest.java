package io.kurier.broker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.DiskFile;
import io.kurier.kernel.Network;
import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.FileRange;
import io.kurier.kernel.Network.Part;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Answers leave in the order of their requests, whatever the order in which they become ready.
class ResponseOrdererTest {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<Integer> sent = new CopyOnWriteArrayList<>();
    private volatile boolean paused;

    private final Network.Connection connection = new Network.Connection() {
        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 2);
        }

        @Override
        public Executor executor() {
            return thread;
        }

        @Override
        public void send(List<Part> parts) {
            sent.add(((Bytes) parts.getFirst()).buffer().getInt(0));
        }

        @Override
        public void pauseReading(boolean now) {
            assertThat(now).isNotEqualTo(paused);
            paused = now;
        }

        @Override
        public void close() {}
    };

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    private static List<Part> frame(int number, int size) {
        return List.of(new Bytes(ByteBuffer.allocate(size).putInt(number).rewind()));
    }

    private ResponseOrderer.Slot next(ResponseOrderer orderer) {
        return CompletableFuture.supplyAsync(orderer::next, thread).join();
    }

    @Test
    void answersLeaveInTheOrderOfRequests() {
        long seed = 99;
        Random random = new Random(seed);
        try (ExecutorService answerers = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 200; round++) {
                sent.clear();
                ResponseOrderer orderer = new ResponseOrderer(connection);
                int requests = 1 + random.nextInt(60);
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, requests).boxed().toList());
                List<ResponseOrderer.Slot> slots =
                        order.stream().map(i -> next(orderer)).toList();
                Collections.shuffle(order, random);
                List<Integer> unanswered = order.subList(0, random.nextInt(requests));
                CompletableFuture.allOf(order.stream()
                                .map(i -> CompletableFuture.runAsync(
                                        () -> {
                                            if (unanswered.contains(i)) {
                                                slots.get(i).skip();
                                            } else {
                                                slots.get(i).complete(frame(i, 4));
                                            }
                                        },
                                        answerers))
                                .toArray(CompletableFuture[]::new))
                        .join();
                TestServer.await("all sent, seed " + seed, () -> sent.size() == requests - unanswered.size());
                assertThat(sent).as("round %d of seed %d", round, seed).isSorted();
                assertThat(orderer.outstanding()).isZero();
            }
        }
    }

    @Test
    void nothingLeavesBeforeTheFirst() {
        ResponseOrderer orderer = new ResponseOrderer(connection);
        ResponseOrderer.Slot first = next(orderer);
        ResponseOrderer.Slot second = next(orderer);
        second.complete(frame(2, 4));
        assertThat(sent).isEmpty();
        first.complete(frame(1, 4));
        assertThat(sent).containsExactly(1, 2);
        assertThatThrownBy(() -> first.complete(frame(1, 4))).isInstanceOf(IllegalStateException.class);
        assertThat(sent).containsExactly(1, 2);
    }

    @Test
    void tooManyRequestsInFlightPauseReading() {
        ResponseOrderer orderer = new ResponseOrderer(connection, 4, 1000);
        List<ResponseOrderer.Slot> slots =
                IntStream.range(0, 4).mapToObj(i -> next(orderer)).toList();
        assertThat(paused).isTrue();
        slots.get(0).complete(frame(0, 4));
        CompletableFuture.runAsync(() -> {}, thread).join();
        assertThat(paused).isTrue();
        slots.get(1).complete(frame(1, 4));
        TestServer.await("reading again", () -> !paused);
    }

    @Test
    void aHoldAndTheBoundsDoNotUndoEachOther() {
        ResponseOrderer orderer = new ResponseOrderer(connection, 2, 1000);
        ResponseOrderer.Slot first = next(orderer);
        hold(orderer, true);
        assertThat(paused).isTrue();
        ResponseOrderer.Slot second = next(orderer);
        hold(orderer, false);
        assertThat(paused).isTrue();
        hold(orderer, true);
        first.complete(frame(1, 4));
        second.complete(frame(2, 4));
        CompletableFuture.runAsync(() -> {}, thread).join();
        assertThat(paused).isTrue();
        hold(orderer, false);
        assertThat(paused).isFalse();
    }

    private void hold(ResponseOrderer orderer, boolean on) {
        CompletableFuture.runAsync(() -> orderer.holdReading(on), thread).join();
    }

    @Test
    void tooManyBytesThatWaitPauseReading() {
        ResponseOrderer orderer = new ResponseOrderer(connection, 100, 1000);
        ResponseOrderer.Slot first = next(orderer);
        next(orderer).complete(frame(1, 900));
        CompletableFuture.runAsync(() -> {}, thread).join();
        assertThat(paused).isFalse();
        next(orderer).complete(frame(2, 200));
        TestServer.await("paused", () -> paused);
        first.complete(frame(0, 4));
        TestServer.await("reading again", () -> !paused);
        assertThat(sent).containsExactly(0, 1, 2);
    }

    @Test
    void aGoneConnectionsAnswersAreReleased(@TempDir Path folder) throws Exception {
        AtomicInteger released = new AtomicInteger();
        try (DiskFile file = new TestFile(folder.resolve("f"), new byte[10], true)) {
            ResponseOrderer orderer = new ResponseOrderer(connection);
            ResponseOrderer.Slot first = next(orderer);
            ResponseOrderer.Slot second = next(orderer);
            ResponseOrderer.Slot third = next(orderer);
            second.complete(List.of(new FileRange(file, 0, 1, released::incrementAndGet)));
            orderer.close();
            assertThat(released).hasValue(1);
            third.complete(List.of(new FileRange(file, 0, 1, released::incrementAndGet)));
            first.complete(List.of(new FileRange(file, 0, 1, released::incrementAndGet)));
            assertThat(released).hasValue(3);
            assertThat(sent).isEmpty();
        }
    }
}
