package io.kurier.broker.api.telemetry;

import io.kurier.broker.metrics.Labels;
import io.kurier.protocol.telemetry.TelemetryPoint;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// What is remembered of one client that asks or pushes: when it did so last, and its series. Pure; used under its
/// owner's lock.
final class ClientInstance {
    private static final long NS_PER_MS = 1_000_000;
    private static final long LEAST_MEMORY_NS = 120_000 * NS_PER_MS;
    private static final int SERIES_BYTES = 250;
    private static final int PUSHES_KEPT = 3;

    private final Uuid id;
    private final Map<SeriesKey, Series> series = new HashMap<>();
    private ClientAttributes attributes;
    private @Nullable Wanted told;
    private long heardNs;
    private long askedNs;
    private long pushedNs;
    private boolean asked;
    private boolean pushed;
    private boolean mayAskAtOnce;
    private boolean terminated;
    private long pushes;
    private long bytes;

    ClientInstance(Uuid id, ClientAttributes attributes, long nowNs) {
        this.id = id;
        this.attributes = attributes;
        this.heardNs = nowNs;
    }

    /// @param name as Prometheus takes it
    /// @param labels of the value itself, as Prometheus takes them
    record SeriesKey(String name, String labels) {}

    /// The newest value of a series.
    ///
    /// @param push which of the client's pushes it came with
    record Series(TelemetryPoint.Kind kind, double value, long push) {}

    Uuid id() {
        return id;
    }

    Map<SeriesKey, Series> series() {
        return series;
    }

    /// Memory that its series take, estimated.
    long bytes() {
        return bytes;
    }

    void heard(ClientAttributes from, long nowNs) {
        attributes = from;
        heardNs = nowNs;
    }

    /// The labels that all its series have.
    String labels() {
        return Labels.of(
                "client_id",
                attributes.clientId(),
                "client_instance_id",
                id.toString(),
                "client_software_name",
                attributes.software().name(),
                "client_software_version",
                attributes.software().version());
    }

    /// True if it asks again before it should: its subscription is still the one that it was told, and no error sent it
    /// here.
    boolean asksTooEarly(Wanted now, long nowNs) {
        Wanted before = told;
        return asked
                && !mayAskAtOnce
                && before != null
                && before.id() == now.id()
                && isWithin(before.intervalMs(), pushed ? Math.max(askedNs, pushedNs) : askedNs, nowNs);
    }

    void answered(Wanted now, long nowNs) {
        told = now;
        asked = true;
        askedNs = nowNs;
        mayAskAtOnce = false;
    }

    /// An error was answered after which the client has to ask for its subscription again.
    void sentToAsk() {
        mayAskAtOnce = true;
    }

    boolean pushesTooEarly(Wanted now, long nowNs) {
        return pushed && isWithin(now.intervalMs(), pushedNs, nowNs);
    }

    /// True from its last push on.
    boolean isTerminated() {
        return terminated;
    }

    void pushed(boolean last, Wanted now, long nowNs) {
        told = now;
        pushed = true;
        pushedNs = nowNs;
        terminated = last;
    }

    /// Three quarters of the interval must have passed: two pushes that leave on time may arrive a little closer
    /// together.
    private static boolean isWithin(int intervalMs, long sinceNs, long nowNs) {
        return nowNs - sinceNs < intervalMs * NS_PER_MS / 4 * 3;
    }

    /// True if it was silent for three of its intervals, and for two minutes.
    boolean isForgotten(long nowNs) {
        Wanted last = told;
        long memoryNs = last == null ? LEAST_MEMORY_NS : Math.max(LEAST_MEMORY_NS, 3 * NS_PER_MS * last.intervalMs());
        return nowNs - heardNs > memoryNs;
    }

    /// True if it has the series already.
    boolean has(SeriesKey key) {
        return series.containsKey(key);
    }

    /// What a series takes, estimated.
    static long bytesOf(SeriesKey key) {
        return (long) SERIES_BYTES + key.name().length() + key.labels().length();
    }

    void set(SeriesKey key, TelemetryPoint.Kind kind, double value) {
        Series before = series.get(key);
        if (before == null) {
            bytes += bytesOf(key);
        }
        double base = kind == TelemetryPoint.Kind.DELTA && before != null ? before.value() : 0;
        series.put(key, new Series(kind, base + value, pushes));
    }

    /// A push was kept: forgets what this one and the two before it did not name, such as series with the id of a
    /// consumer's former membership.
    void kept() {
        series.entrySet().removeIf(entry -> {
            boolean stale = pushes - entry.getValue().push() >= PUSHES_KEPT;
            bytes -= stale ? bytesOf(entry.getKey()) : 0;
            return stale;
        });
        pushes++;
    }
}
