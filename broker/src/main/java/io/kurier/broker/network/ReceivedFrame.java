package io.kurier.broker.network;

import io.kurier.kernel.Network;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/// A frame in a buffer of Netty's, with what it was charged for.
final class ReceivedFrame implements Network.Frame {
    private static final VarHandle RELEASED;

    static {
        try {
            RELEASED = MethodHandles.lookup().findVarHandle(ReceivedFrame.class, "released", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ByteBuf buffer;
    private final ByteBuffer bytes;
    private final FrameBudget budget;
    private final int chargedBytes;
    private final boolean beyondLimit;

    @SuppressWarnings("UnusedVariable") // by RELEASED
    private volatile boolean released;

    /// Takes over one reference to `buffer`, whose readable bytes are the frame.
    ReceivedFrame(ByteBuf buffer, FrameBudget budget, int chargedBytes, boolean beyondLimit) {
        this.buffer = buffer;
        this.bytes = buffer.nioBuffer();
        this.budget = budget;
        this.chargedBytes = chargedBytes;
        this.beyondLimit = beyondLimit;
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public void release() {
        if (!RELEASED.compareAndSet(this, false, true)) {
            throw new IllegalStateException("this frame was released before");
        }
        buffer.release();
        if (beyondLimit) {
            budget.releaseBeyondLimit(chargedBytes);
        } else {
            budget.release(chargedBytes);
        }
    }
}
