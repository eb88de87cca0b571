package io.kurier.testkit.sim;

import java.util.random.RandomGenerator;

/// One direction between two machines.
public final class Line {
    private static final long RESEND_NS = 200_000_000L;
    private static final int MOST_RESENDS = 6;

    private final SimNetwork network;
    private long leastNs = 30_000;
    private long mostNs = 400_000;
    private double loss;
    private boolean cut;

    Line(SimNetwork network) {
        this.network = network;
    }

    /// How long a packet takes, at least and at most.
    public void takes(long atLeastNs, long atMostNs) {
        leastNs = atLeastNs;
        mostNs = atMostNs;
    }

    /// The part of the packets that is lost, and sent again after 200 ms, 400 ms, ...
    public void loses(double part) {
        loss = part;
    }

    /// Nothing gets through any more, and nobody is told.
    public void cut() {
        cut = true;
    }

    /// True if nothing gets through.
    public boolean isCut() {
        return cut;
    }

    /// As fast and reliable as in the beginning; what waited gets through.
    public void heal() {
        cut = false;
        loss = 0;
        takes(30_000, 400_000);
        network.flow();
    }

    long delayNs() {
        RandomGenerator random = network.simulation().random();
        long ns = leastNs + random.nextLong(mostNs - leastNs + 1);
        for (int resend = 0; loss > 0 && resend < MOST_RESENDS && random.nextDouble() < loss; resend++) {
            ns += RESEND_NS << resend;
        }
        return ns;
    }
}
