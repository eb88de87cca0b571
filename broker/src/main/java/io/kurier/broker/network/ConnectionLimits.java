package io.kurier.broker.network;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Counts the connections of a network, in all and for each address.
final class ConnectionLimits {
    private final NetworkSettings.Connections limits;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    ConnectionLimits(NetworkSettings.Connections limits) {
        this.limits = limits;
    }

    /// Counts a connection in, and answers null; or answers the limit that is reached.
    @Nullable
    String enter(InetAddress address) {
        if (all.incrementAndGet() > limits.max()) {
            all.decrementAndGet();
            return "there are " + limits.max() + " connections already (max.connections)";
        }
        int fromThere = byAddress.merge(address, 1, Integer::sum);
        if (fromThere > limits.maxPerAddress()) {
            leave(address);
            return "there are " + limits.maxPerAddress() + " connections from " + address.getHostAddress()
                    + " already (max.connections.per.ip)";
        }
        return null;
    }

    /// Counts a connection out.
    void leave(InetAddress address) {
        all.decrementAndGet();
        byAddress.computeIfPresent(address, (a, count) -> count == 1 ? null : count - 1);
    }

    /// Connections now.
    int count() {
        return all.get();
    }
}
