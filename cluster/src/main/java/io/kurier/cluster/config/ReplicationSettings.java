package io.kurier.cluster.config;

import org.jspecify.annotations.Nullable;

/// How replicas are kept in step on one broker.
///
/// @param lagTimeMaxMs a follower that has been behind for so long is not in sync any more
/// @param fetch how this broker fetches as a follower
/// @param listener `inter.broker.listener.name`, null for none
/// @param rackAware leaders send consumers to followers in their rack (`replica.selector.class`)
public record ReplicationSettings(
        long lagTimeMaxMs, Fetch fetch, @Nullable String listener, boolean rackAware) {
    private static final String RACK_AWARE = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

    /// How a follower fetches.
    ///
    /// @param waitMaxMs how long the leader waits for records
    /// @param minBytes how many bytes it waits for
    /// @param maxBytes of one partition in an answer, beyond its first batch
    /// @param responseMaxBytes of a whole answer, beyond its first batch
    /// @param backoffMs pause of a partition, or of a whole leader, after an error
    /// @param timeoutMs how long an answer may take beyond the wait
    public record Fetch(
            int waitMaxMs, int minBytes, int maxBytes, int responseMaxBytes, int backoffMs, int timeoutMs) {}

    /// The settings of a broker.
    public static ReplicationSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new ReplicationSettings(
                values.number("replica.lag.time.max.ms"),
                new Fetch(
                        values.integer("replica.fetch.wait.max.ms"),
                        values.integer("replica.fetch.min.bytes"),
                        values.integer("replica.fetch.max.bytes"),
                        values.integer("replica.fetch.response.max.bytes"),
                        values.integer("replica.fetch.backoff.ms"),
                        values.integer("replica.socket.timeout.ms")),
                values.orNull("inter.broker.listener.name"),
                RACK_AWARE.equals(values.orNull("replica.selector.class")));
    }
}
