package io.kurier.cluster.config;

/// Over which time the rates of clients are looked at, on one broker.
///
/// @param clients for bytes, request time and connections
/// @param controller for changes of partitions
public record QuotaSettings(Windows clients, Windows controller) {
    /// Kafka's sampled windows.
    public record Windows(int number, int sizeSeconds) {}

    /// The settings of a broker.
    public static QuotaSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new QuotaSettings(windows(values, ""), windows(values, "controller."));
    }

    private static Windows windows(TypedValues values, String prefix) {
        return new Windows(
                values.integer(prefix + "quota.window.num"), values.integer(prefix + "quota.window.size.seconds"));
    }
}
