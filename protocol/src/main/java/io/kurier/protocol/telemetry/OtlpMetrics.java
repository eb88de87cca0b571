package io.kurier.protocol.telemetry;

import io.kurier.protocol.telemetry.TelemetryPoint.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads OpenTelemetry's `MetricsData` (opentelemetry-proto, metrics/v1): the gauges and sums in it, which is what
/// clients push. Histograms and summaries are left out, and so is what goes beyond the limits. A field that is not
/// known is skipped, as protobuf demands.
public final class OtlpMetrics {
    private static final int CUMULATIVE = 2;

    private final Limits limits;
    private final List<TelemetryPoint> points = new ArrayList<>();
    private int leftOut;

    private OtlpMetrics(Limits limits) {
        this.limits = limits;
    }

    /// How much of one push is taken.
    ///
    /// @param points values in one push
    /// @param attributes of one value
    /// @param textBytes length of a name or an attribute; what is longer is cut
    public record Limits(int points, int attributes, int textBytes) {}

    /// What one push holds.
    ///
    /// @param leftOut values that were not taken: beyond a limit, or of a kind that is not read
    public record Content(List<TelemetryPoint> points, int leftOut) {}

    /// Reads a whole message.
    ///
    /// @throws InvalidTelemetryException if it is not well-formed
    public static Content read(byte[] bytes, Limits limits) throws InvalidTelemetryException {
        OtlpMetrics reading = new OtlpMetrics(limits);
        WireReader data = new WireReader(ByteBuffer.wrap(bytes));
        while (data.next()) {
            if (data.isBytes(1)) {
                reading.resource(data.message());
            }
        }
        return new Content(List.copyOf(reading.points), reading.leftOut);
    }

    /// Fields come in any order: the client's attributes are gathered before the metrics that they go to.
    private void resource(WireReader resourceMetrics) throws InvalidTelemetryException {
        Map<String, String> ofClient = new LinkedHashMap<>();
        List<WireReader> scopes = new ArrayList<>();
        while (resourceMetrics.next()) {
            if (resourceMetrics.isBytes(1)) {
                WireReader resource = resourceMetrics.message();
                while (resource.next()) {
                    if (resource.isBytes(1)) {
                        attribute(resource.message(), ofClient);
                    }
                }
            } else if (resourceMetrics.isBytes(2) && scopes.size() < limits.points()) {
                scopes.add(resourceMetrics.message());
            }
        }
        for (WireReader scope : scopes) {
            while (scope.next()) {
                if (scope.isBytes(2)) {
                    metric(scope.message(), ofClient);
                }
            }
        }
    }

    private void metric(WireReader metric, Map<String, String> ofClient) throws InvalidTelemetryException {
        String name = "";
        WireReader gauge = null;
        WireReader sum = null;
        while (metric.next()) {
            if (metric.isBytes(1)) {
                name = metric.text(limits.textBytes());
            } else if (metric.isBytes(5)) {
                gauge = metric.message();
            } else if (metric.isBytes(7)) {
                sum = metric.message();
            }
        }
        if (name.isEmpty() || (gauge == null && sum == null)) {
            leftOut++;
            return;
        }
        if (gauge != null) {
            points(gauge, name, ofClient);
        }
        if (sum != null) {
            points(sum, name, ofClient);
        }
    }

    private void points(WireReader data, String name, Map<String, String> ofClient) throws InvalidTelemetryException {
        List<WireReader> found = new ArrayList<>();
        long temporality = 0;
        boolean monotonic = false;
        while (data.next()) {
            if (data.isBytes(1)) {
                if (points.size() + found.size() < limits.points()) {
                    found.add(data.message());
                } else {
                    leftOut++;
                }
            } else if (data.isVarint(2)) {
                temporality = data.number();
            } else if (data.isVarint(3)) {
                monotonic = data.number() != 0;
            }
        }
        Kind kind = !monotonic ? Kind.GAUGE : temporality == CUMULATIVE ? Kind.TOTAL : Kind.DELTA;
        for (WireReader point : found) {
            point(point, name, kind, ofClient);
        }
    }

    private void point(WireReader point, String name, Kind kind, Map<String, String> ofClient)
            throws InvalidTelemetryException {
        Map<String, String> attributes = new LinkedHashMap<>(ofClient);
        boolean tooMany = false;
        double value = Double.NaN;
        while (point.next()) {
            if (point.isFixed64(4)) {
                value = Double.longBitsToDouble(point.fixed64());
            } else if (point.isFixed64(6)) {
                value = point.fixed64();
            } else if (point.isBytes(7)) {
                tooMany |= !attribute(point.message(), attributes);
            }
        }
        if (tooMany) {
            leftOut++;
        } else {
            points.add(new TelemetryPoint(name, kind, attributes, value));
        }
    }

    /// Adds a key and its value, if there is room; lists and structures are not taken.
    private boolean attribute(WireReader keyValue, Map<String, String> into) throws InvalidTelemetryException {
        String key = "";
        String value = "";
        while (keyValue.next()) {
            if (keyValue.isBytes(1)) {
                key = keyValue.text(limits.textBytes());
            } else if (keyValue.isBytes(2)) {
                value = value(keyValue.message());
            }
        }
        if (key.isEmpty() || value.isEmpty()) {
            return true;
        }
        if (into.size() >= limits.attributes() && !into.containsKey(key)) {
            return false;
        }
        into.put(key, value);
        return true;
    }

    private String value(WireReader any) throws InvalidTelemetryException {
        String value = "";
        while (any.next()) {
            if (any.isBytes(1)) {
                value = any.text(limits.textBytes());
            } else if (any.isVarint(2)) {
                value = String.valueOf(any.number() != 0);
            } else if (any.isVarint(3)) {
                value = String.valueOf(any.number());
            } else if (any.isFixed64(4)) {
                value = String.valueOf(Double.longBitsToDouble(any.fixed64()));
            }
        }
        return value;
    }
}
