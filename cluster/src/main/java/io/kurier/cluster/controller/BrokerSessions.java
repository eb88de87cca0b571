package io.kurier.cluster.controller;

import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;

/// When the active controller heard from each broker. Heartbeats are noted when they come in, not when their turn
/// comes, so that a busy controller takes nobody for lost. Safe for use by several threads.
public final class BrokerSessions {
    private record Session(long epoch, long heardNs) {}

    private final long timeoutNs;
    private final Map<Integer, Session> sessions = new ConcurrentHashMap<>();
    /// Nobody can have been heard before; those that were not heard since count as heard then.
    private volatile long sinceNs;
    /// The exceptions.
    private final Map<Integer, Long> silentSinceNs = new ConcurrentHashMap<>();

    /// @param timeoutNs how long a broker may be silent
    public BrokerSessions(long timeoutNs, long nowNs) {
        this.timeoutNs = timeoutNs;
        this.sinceNs = nowNs;
    }

    /// Begins anew, as a controller that was just elected: each broker has a whole session from now on.
    public void begin(long nowNs) {
        sessions.clear();
        silentSinceNs.clear();
        sinceNs = nowNs;
    }

    /// A broker is gone: until it is heard again, another process may take its id.
    public void gone(int id) {
        sessions.remove(id);
    }

    /// A broker is known to have been silent before: its session began then, until it is heard.
    public void silent(int id, long fromNs) {
        silentSinceNs.put(id, fromNs);
    }

    /// This node stood still and could not hear anybody: each broker has a whole session from now on.
    public void forgive(long nowNs) {
        silentSinceNs.clear();
        sinceNs = nowNs;
    }

    /// A broker was heard.
    public void heard(int id, long epoch, long nowNs) {
        sessions.put(id, new Session(epoch, nowNs));
    }

    /// True if this registration of the broker was heard from, within the time-out.
    public boolean isHeard(BrokerImage broker, long nowNs) {
        Session session = sessions.get(broker.id());
        return session != null && session.epoch == broker.epoch() && nowNs - session.heardNs <= timeoutNs;
    }

    /// True if another process registers under the id of a broker that lives (KIP-631's DUPLICATE_BROKER_REGISTRATION).
    public boolean isTaken(ClusterImage image, int id, Uuid incarnationId, long nowNs) {
        BrokerImage broker = image.broker(id);
        return broker != null && !broker.incarnationId().equals(incarnationId) && isHeard(broker, nowNs);
    }

    /// The brokers that count as there, and were silent for too long.
    public List<BrokerImage> overdue(ClusterImage image, long nowNs) {
        return image.brokers().values().stream()
                .filter(broker -> !broker.fenced())
                .filter(broker -> nowNs - silentSinceNs.getOrDefault(broker.id(), sinceNs) > timeoutNs)
                .filter(broker -> !isHeard(broker, nowNs))
                .toList();
    }
}
