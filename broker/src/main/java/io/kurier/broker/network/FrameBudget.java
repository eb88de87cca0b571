package io.kurier.broker.network;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The memory that frames of all connections may take together. Who gets none waits in line and is told when its turn
/// has come.
///
/// Frames that are received in part hold memory and need more to become whole; so that they cannot wait for each other
/// for ever, one of them at a time may go beyond the limit. The memory in use therefore stays below the limit plus what
/// one longest frame takes.
final class FrameBudget {
    private static final Claim TAKEN_BY_A_WHOLE_FRAME = new Claim(() -> {});

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final ArrayDeque<Claim> waiting = new ArrayDeque<>();
    private volatile boolean someoneWaits;

    /// Set under the lock of `waiting`, and cleared by whoever it names.
    private volatile @Nullable Claim beyondLimit;

    FrameBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /// What one connection takes part with.
    static final class Claim {
        private final Runnable onGranted;
        private long waitingForBytes;
        private boolean growing;

        /// @param onGranted called, on any thread, when bytes that had to be waited for are granted
        Claim(Runnable onGranted) {
            this.onGranted = onGranted;
        }
    }

    /// Takes `bytes`. False: they are not there; the claim waits in line and is told.
    ///
    /// @param growing true if the connection already holds a part of the frame
    boolean acquire(Claim claim, long bytes, boolean growing) {
        if (!someoneWaits && take(bytes)) {
            return true;
        }
        synchronized (waiting) {
            if (waiting.isEmpty() && take(bytes)) {
                return true;
            }
            if (growing && (beyondLimit == null || beyondLimit == claim)) {
                beyondLimit = claim;
                usedBytes.addAndGet(bytes);
                return true;
            }
            claim.waitingForBytes = bytes;
            claim.growing = growing;
            someoneWaits = true;
            waiting.add(claim);
        }
        serve(); // what was released between the first try and standing in line
        return false;
    }

    /// Gives bytes back.
    void release(long bytes) {
        usedBytes.addAndGet(-bytes);
        if (someoneWaits) {
            serve();
        }
    }

    /// The claim's frame is whole: what it took now belongs to the frame. True if it went beyond the limit, which no
    /// other frame may do until [#releaseBeyondLimit(long)].
    boolean frameIsWhole(Claim claim) {
        if (beyondLimit != claim) {
            return false;
        }
        beyondLimit = TAKEN_BY_A_WHOLE_FRAME;
        return true;
    }

    /// Gives back the bytes of a frame that went beyond the limit.
    void releaseBeyondLimit(long bytes) {
        usedBytes.addAndGet(-bytes);
        beyondLimit = null;
        serve();
    }

    /// The claim's frame will never be whole: another one may go beyond the limit.
    void frameDropped(Claim claim) {
        if (beyondLimit == claim) {
            beyondLimit = null;
            serve();
        }
    }

    /// Takes a claim out of the line. True if it was there; otherwise its bytes were granted.
    boolean cancel(Claim claim) {
        boolean waited;
        synchronized (waiting) {
            waited = waiting.remove(claim);
        }
        serve(); // who stood behind it may need less
        return waited;
    }

    /// Bytes in use now.
    long usedBytes() {
        return usedBytes.get();
    }

    private boolean take(long bytes) {
        while (true) {
            long used = usedBytes.get();
            if (used > 0 && used + bytes > limitBytes) {
                return false;
            }
            if (usedBytes.compareAndSet(used, used + bytes)) {
                return true;
            }
        }
    }

    private void serve() {
        while (true) {
            Claim granted;
            synchronized (waiting) {
                granted = nextGranted();
                someoneWaits = !waiting.isEmpty();
            }
            if (granted == null) {
                return;
            }
            granted.onGranted.run();
        }
    }

    private @Nullable Claim nextGranted() {
        Claim first = waiting.peek();
        if (first != null && take(first.waitingForBytes)) {
            return waiting.poll();
        }
        if (beyondLimit != null) {
            return null;
        }
        for (Claim claim : waiting) {
            if (claim.growing) {
                waiting.remove(claim);
                beyondLimit = claim;
                usedBytes.addAndGet(claim.waitingForBytes);
                return claim;
            }
        }
        return null;
    }
}
