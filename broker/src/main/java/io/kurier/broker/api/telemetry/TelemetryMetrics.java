package io.kurier.broker.api.telemetry;

import io.kurier.broker.api.telemetry.ClientTelemetry.Shown;
import io.kurier.broker.api.telemetry.ClientTelemetry.Snapshot;
import io.kurier.broker.metrics.Labels;
import io.kurier.broker.metrics.MetricSink;
import io.kurier.broker.metrics.MetricSource;
import io.kurier.broker.metrics.MetricType;
import io.kurier.protocol.telemetry.TelemetryPoint;
import java.util.List;

/// Shows what clients pushed, and how much of it there is.
public final class TelemetryMetrics implements MetricSource {
    private final ClientTelemetry telemetry;

    public TelemetryMetrics(ClientTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public void collect(MetricSink sink) {
        Snapshot now = telemetry.snapshot();
        sink.single(
                "kurier_telemetry_clients",
                MetricType.GAUGE,
                "Clients that asked for a subscription or pushed metrics, and are not forgotten.",
                now.clients());
        sink.single(
                "kurier_telemetry_pushes_total",
                MetricType.COUNTER,
                "Pushes that were admitted.",
                now.counts().pushes());
        sink.single(
                "kurier_telemetry_refusals_total",
                MetricType.COUNTER,
                "Pushes that were answered with an error.",
                now.counts().refusals());
        sink.single(
                "kurier_telemetry_left_out_total",
                MetricType.COUNTER,
                "Pushed values that were not kept: not asked for, beyond a limit, or of a kind that is not read.",
                now.counts().leftOut());
        sink.single(
                "kurier_telemetry_store_bytes",
                MetricType.GAUGE,
                "Memory that clients' series take, estimated.",
                now.bytes());
        now.families().forEach((name, series) -> {
            sink.family(name, type(series), "Pushed by clients.");
            for (Shown shown : series) {
                sink.sample(
                        "",
                        Labels.join(shown.clientLabels(), shown.labels()),
                        shown.series().value());
            }
        });
    }

    private static MetricType type(List<Shown> series) {
        MetricType type = type(series.getFirst().series().kind());
        for (Shown shown : series) {
            if (type(shown.series().kind()) != type) {
                return MetricType.UNTYPED;
            }
        }
        return type;
    }

    private static MetricType type(TelemetryPoint.Kind kind) {
        return switch (kind) {
            case GAUGE -> MetricType.GAUGE;
            case TOTAL, DELTA -> MetricType.COUNTER;
        };
    }
}
