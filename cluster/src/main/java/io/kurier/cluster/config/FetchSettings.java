package io.kurier.cluster.config;

/// What holds for Fetch requests on one broker.
///
/// @param maxBytes largest answer, beyond its first batch
/// @param sessionSlots fetch sessions that are remembered (KIP-227)
public record FetchSettings(int maxBytes, int sessionSlots) {
    /// The settings of a broker.
    public static FetchSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new FetchSettings(
                values.integer("fetch.max.bytes"), values.integer("max.incremental.fetch.session.cache.slots"));
    }
}
