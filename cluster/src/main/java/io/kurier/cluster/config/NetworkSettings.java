package io.kurier.cluster.config;

/// What holds for connections on one broker.
///
/// @param requestMaxBytes largest request that is read
/// @param maxIdleMs a connection without a request for so long is closed; negative for never
public record NetworkSettings(int requestMaxBytes, long maxIdleMs, MaxConnections maxConnections) {
    /// How many connections there may be at a time.
    ///
    /// @param perAddress from one address
    /// @param backlog that wait to be accepted
    public record MaxConnections(int all, int perAddress, int backlog) {}

    /// The settings of a broker.
    public static NetworkSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new NetworkSettings(
                values.integer("socket.request.max.bytes"),
                values.number("connections.max.idle.ms"),
                new MaxConnections(
                        values.integer("max.connections"),
                        values.integer("max.connections.per.ip"),
                        values.integer("socket.listen.backlog.size")));
    }
}
