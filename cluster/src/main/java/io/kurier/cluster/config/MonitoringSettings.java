package io.kurier.cluster.config;

import io.kurier.cluster.config.definition.Settings;

/// What holds for the metrics that clients push to one broker, and for those that the broker shows.
///
/// @param telemetryMaxBytes largest push of a client, compressed
/// @param httpHost address that metrics are shown on
/// @param httpPort port that metrics are shown on; 0 any free one, negative none
/// @param httpPortGiven false if the port is only the default, so that a node may do without it
public record MonitoringSettings(int telemetryMaxBytes, String httpHost, int httpPort, boolean httpPortGiven) {
    /// The settings of a broker.
    public static MonitoringSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new MonitoringSettings(
                values.integer("telemetry.max.bytes"),
                values.text("kurier.http.host"),
                values.integer("kurier.http.port"),
                broker.broker(Settings.BROKER.known("kurier.http.port")).source() != ConfigSource.DEFAULT);
    }
}
