package io.kurier.tests.attacks;

import io.kurier.kernel.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// A connection without a socket, which one thread drives: frames in, answers counted.
final class DirectConnection implements Network.Connection {
    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    /// Of the last frame: one before it may have been answered and is released only now.
    private volatile AtomicBoolean released = new AtomicBoolean(true);
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong answerBytes = new AtomicLong();
    private final Network.FrameReceiver receiver;
    private volatile boolean paused;
    private long answersBefore;
    private boolean told;

    /// The number of the frame that is being served.
    long number;

    /// When it was sent.
    long sentNs;

    DirectConnection(Network.Acceptor acceptor) {
        receiver = acceptor.accept(this);
    }

    void send(byte[] bytes) {
        answersBefore = answers.get();
        AtomicBoolean releasedNow = new AtomicBoolean();
        released = releasedNow;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        receiver.received(new Network.Frame() {
            @Override
            public ByteBuffer bytes() {
                return buffer;
            }

            @Override
            public void release() {
                if (!releasedNow.compareAndSet(false, true)) {
                    throw new IllegalStateException("a frame was released twice");
                }
            }
        });
        runTasks();
    }

    void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        if (closed.get() && !told) {
            told = true;
            receiver.closed();
        }
    }

    boolean isClosed() {
        return closed.get();
    }

    /// Whether the frame was answered; or needs no answer, and was worked on.
    boolean isDone(boolean wantsNoAnswer) {
        return answers.get() > answersBefore || wantsNoAnswer && released.get() && !paused;
    }

    boolean isReleased() {
        return released.get();
    }

    long answerBytes() {
        return answerBytes.get();
    }

    @Override
    public InetSocketAddress local() {
        return HERE;
    }

    @Override
    public InetSocketAddress remote() {
        return HERE;
    }

    @Override
    public Executor executor() {
        return tasks::add;
    }

    @Override
    public void send(List<Network.Part> parts) {
        for (Network.Part part : parts) {
            answerBytes.addAndGet(part.length());
            part.release();
        }
        answers.incrementAndGet();
    }

    @Override
    public void pauseReading(boolean now) {
        paused = now;
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
