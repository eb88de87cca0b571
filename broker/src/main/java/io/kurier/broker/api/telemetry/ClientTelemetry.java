package io.kurier.broker.api.telemetry;

import io.kurier.broker.api.telemetry.ClientInstance.Series;
import io.kurier.broker.api.telemetry.ClientInstance.SeriesKey;
import io.kurier.cluster.ClusterView;
import io.kurier.kernel.Clock;
import io.kurier.protocol.telemetry.OtlpMetrics;
import io.kurier.protocol.telemetry.TelemetryPoint;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// The clients that push metrics to this node, and the newest value of each of their series. All of it is in memory and
/// bounded by [TelemetryLimits]. Safe for use by several threads.
public final class ClientTelemetry {
    private static final int RESERVED_IDS = 100;

    private final Clock clock;
    private final RandomGenerator random;
    private final Subscriptions subscriptions;
    private final TelemetryLimits limits;
    /// The one that was silent for the longest first.
    private final LinkedHashMap<Uuid, ClientInstance> clients = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
    private long pushes;
    private long refusals;
    private long leftOut;

    public ClientTelemetry(ClusterView cluster, Clock clock, RandomGenerator random, TelemetryLimits limits) {
        this.clock = clock;
        this.random = random;
        this.subscriptions = new Subscriptions(cluster);
        this.limits = limits;
    }

    /// A client's subscription, or THROTTLING_QUOTA_EXCEEDED.
    record Subscribed(Errors error, Uuid instance, Wanted wanted) {}

    TelemetryLimits limits() {
        return limits;
    }

    /// A client asks what it is to push.
    ///
    /// @param claimed its instance; zero if it has none yet
    Subscribed subscribe(Uuid claimed, ClientAttributes from) {
        Uuid id = isReserved(claimed) ? newId() : claimed;
        Wanted wanted = subscriptions.of(id, from);
        long nowNs = clock.nanos();
        synchronized (clients) {
            ClientInstance client = heard(id, from, nowNs);
            if (client.asksTooEarly(wanted, nowNs)) {
                return new Subscribed(Errors.THROTTLING_QUOTA_EXCEEDED, id, wanted);
            }
            client.answered(wanted, nowNs);
            return new Subscribed(Errors.NONE, id, wanted);
        }
    }

    /// A push whose content was not looked at yet.
    ///
    /// @param codecIsKnown false if it cannot be decompressed
    record Push(Uuid instance, int subscriptionId, boolean terminating, boolean codecIsKnown, int bytes) {}

    /// Whether the content of a push may be read: NONE, INVALID_REQUEST, UNKNOWN_SUBSCRIPTION_ID,
    /// UNSUPPORTED_COMPRESSION_TYPE, TELEMETRY_TOO_LARGE or THROTTLING_QUOTA_EXCEEDED. If it may, the next push has to
    /// wait for its interval, whatever the content is.
    Errors admit(Push push, ClientAttributes from) {
        if (isReserved(push.instance())) {
            return Errors.INVALID_REQUEST;
        }
        Wanted wanted = subscriptions.of(push.instance(), from);
        long nowNs = clock.nanos();
        synchronized (clients) {
            ClientInstance client = heard(push.instance(), from, nowNs);
            Errors error = judge(push, client, wanted, nowNs);
            if (error == Errors.NONE) {
                pushes++;
                client.pushed(push.terminating(), wanted, nowNs);
            } else {
                refusals++;
            }
            return error;
        }
    }

    private Errors judge(Push push, ClientInstance client, Wanted wanted, long nowNs) {
        if (client.isTerminated()) {
            return Errors.INVALID_REQUEST;
        }
        if (push.subscriptionId() != wanted.id()) {
            client.sentToAsk();
            return Errors.UNKNOWN_SUBSCRIPTION_ID;
        }
        if (!push.terminating() && client.pushesTooEarly(wanted, nowNs)) {
            return Errors.THROTTLING_QUOTA_EXCEEDED;
        }
        if (!push.codecIsKnown()) {
            client.sentToAsk();
            return Errors.UNSUPPORTED_COMPRESSION_TYPE;
        }
        return push.bytes() > limits.pushBytes() ? Errors.TELEMETRY_TOO_LARGE : Errors.NONE;
    }

    /// The content of a push that was admitted could not be read.
    void unreadable() {
        synchronized (clients) {
            refusals++;
        }
    }

    /// Keeps what was pushed: only what was asked for, and as much as there is room for.
    void keep(Uuid instance, ClientAttributes from, OtlpMetrics.Content content) {
        Wanted wanted = subscriptions.of(instance, from);
        synchronized (clients) {
            ClientInstance client = heard(instance, from, clock.nanos());
            leftOut += content.leftOut();
            if (bytes > limits.storeBytes() / 2) {
                forgetAll(clock.nanos());
            }
            for (TelemetryPoint point : content.points()) {
                if (!wanted.includes(point.name()) || !keep(client, point)) {
                    leftOut++;
                }
            }
            long before = client.bytes();
            client.kept();
            bytes -= before - client.bytes();
        }
    }

    private boolean keep(ClientInstance client, TelemetryPoint point) {
        if (point.kind() == TelemetryPoint.Kind.DELTA && !Double.isFinite(point.value())) {
            return false;
        }
        SeriesKey key = SeriesKeys.of(point);
        if (!client.has(key)) {
            long needed = ClientInstance.bytesOf(key);
            if (client.series().size() >= limits.seriesPerClient() || bytes + needed > limits.storeBytes()) {
                return false;
            }
            bytes += needed;
        }
        client.set(key, point.kind(), point.value());
        return true;
    }

    private ClientInstance heard(Uuid id, ClientAttributes from, long nowNs) {
        ClientInstance client = clients.get(id);
        if (client == null) {
            forget(nowNs);
            client = new ClientInstance(id, from, nowNs);
            clients.put(id, client);
        }
        client.heard(from, nowNs);
        return client;
    }

    /// Makes room for one more; looks at the ones that were silent for the longest only.
    private void forget(long nowNs) {
        Iterator<ClientInstance> oldestFirst = clients.values().iterator();
        while (oldestFirst.hasNext()) {
            ClientInstance oldest = oldestFirst.next();
            if (clients.size() < limits.clients() && !oldest.isForgotten(nowNs)) {
                return;
            }
            bytes -= oldest.bytes();
            oldestFirst.remove();
        }
    }

    /// Forgets all that were silent for long.
    private void forgetAll(long nowNs) {
        clients.values().removeIf(client -> {
            boolean forgotten = client.isForgotten(nowNs);
            bytes -= forgotten ? client.bytes() : 0;
            return forgotten;
        });
    }

    /// A random UUID of version 4.
    private Uuid newId() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new Uuid(high, low);
    }

    /// Kafka keeps the first hundred ids for itself.
    private static boolean isReserved(Uuid id) {
        return id.getMostSignificantBits() == 0
                && id.getLeastSignificantBits() >= 0
                && id.getLeastSignificantBits() < RESERVED_IDS;
    }

    /// One series of one client.
    record Shown(String clientLabels, String labels, Series series) {}

    /// What there is at one moment.
    ///
    /// @param families series by name
    record Snapshot(int clients, Counts counts, long bytes, TreeMap<String, List<Shown>> families) {}

    /// What happened since the start.
    record Counts(long pushes, long refusals, long leftOut) {}

    /// All series now, those of clients that were silent for long forgotten.
    Snapshot snapshot() {
        synchronized (clients) {
            forgetAll(clock.nanos());
            TreeMap<String, List<Shown>> families = new TreeMap<>();
            for (ClientInstance client : clients.values()) {
                String labels = client.series().isEmpty() ? "" : client.labels();
                client.series()
                        .forEach((key, series) -> families.computeIfAbsent(key.name(), name -> new ArrayList<>())
                                .add(new Shown(labels, key.labels(), series)));
            }
            return new Snapshot(clients.size(), new Counts(pushes, refusals, leftOut), bytes, families);
        }
    }
}
