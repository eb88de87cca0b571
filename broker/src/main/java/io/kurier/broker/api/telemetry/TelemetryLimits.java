package io.kurier.broker.api.telemetry;

import io.kurier.protocol.telemetry.OtlpMetrics;

/// How much is taken from clients that push metrics.
///
/// @param pushBytes largest push, as it comes (`telemetry.max.bytes`)
/// @param decompressedBytes largest push, decompressed
/// @param clients that are remembered; beyond it the one that was silent for the longest is forgotten
/// @param seriesPerClient series that one client may have
/// @param storeBytes memory that the series of all clients may take, estimated
/// @param content of one push
public record TelemetryLimits(
        int pushBytes,
        int decompressedBytes,
        int clients,
        int seriesPerClient,
        long storeBytes,
        OtlpMetrics.Limits content) {
    private static final int MIB = 1 << 20;

    /// The limits of a node that accepts pushes of this size.
    public static TelemetryLimits of(int pushBytes) {
        return new TelemetryLimits(
                pushBytes,
                Math.max(4 * MIB, pushBytes),
                4_000,
                2_000,
                16 * MIB,
                new OtlpMetrics.Limits(2_000, 16, 200));
    }
}
