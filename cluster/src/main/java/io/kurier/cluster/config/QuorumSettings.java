package io.kurier.cluster.config;

/// What holds for the controller quorum, and for this node's place in the cluster.
///
/// @param log how the metadata log is kept short
/// @param timeouts when a voter takes another one for lost
/// @param sessions when the controller takes a broker for lost
public record QuorumSettings(MetadataLog log, Timeouts timeouts, Sessions sessions) {
    /// How the metadata log is kept short.
    ///
    /// @param snapshotBytes a snapshot is written when the log has grown by so many bytes
    /// @param snapshotIntervalMs a snapshot is written after so long if the metadata changed; 0 for never
    public record MetadataLog(long snapshotBytes, long snapshotIntervalMs) {}

    /// When a voter takes another one for lost.
    ///
    /// @param electionMs after how long without an answer a candidate tries again
    ///     (`controller.quorum.election.timeout.ms`)
    /// @param electionBackoffMaxMs longest pause before the next try (`controller.quorum.election.backoff.max.ms`)
    /// @param fetchMs after how long without a leader a follower becomes a candidate
    ///     (`controller.quorum.fetch.timeout.ms`)
    /// @param requestMs for one request to another voter (`controller.quorum.request.timeout.ms`)
    public record Timeouts(int electionMs, int electionBackoffMaxMs, int fetchMs, int requestMs) {
        private static final int MOST_FETCH_WAIT_MS = 500;

        /// How long a leader with nothing new lets a follower wait, which tells it that the leader is there: several
        /// times within [#fetchMs].
        public int fetchWaitMs() {
            return Math.clamp(fetchMs / 4, 1, MOST_FETCH_WAIT_MS);
        }
    }

    /// When the controller takes a broker for lost.
    ///
    /// @param heartbeatMs how often a broker is heard (`broker.heartbeat.interval.ms`)
    /// @param timeoutMs not heard for so long, it is fenced (`broker.session.timeout.ms`)
    /// @param registrationMs for how long a starting node tries to join (`initial.broker.registration.timeout.ms`)
    public record Sessions(int heartbeatMs, int timeoutMs, int registrationMs) {}

    /// How often an active controller makes preferred replicas leaders again, in ms; 0 for never.
    public static long leaderCheckIntervalMs(EffectiveConfig node) {
        TypedValues values = TypedValues.ofBroker(node);
        return values.flag("auto.leader.rebalance.enable")
                ? 1_000 * values.number("leader.imbalance.check.interval.seconds")
                : 0;
    }

    /// True if a node hands over what it leads before it stops.
    public static boolean isShutdownControlled(EffectiveConfig node) {
        return TypedValues.ofBroker(node).flag("controlled.shutdown.enable");
    }

    /// The settings of a node.
    public static QuorumSettings of(EffectiveConfig node) {
        TypedValues values = TypedValues.ofBroker(node);
        return new QuorumSettings(
                new MetadataLog(
                        values.number("metadata.log.max.record.bytes.between.snapshots"),
                        values.number("metadata.log.max.snapshot.interval.ms")),
                new Timeouts(
                        values.integer("controller.quorum.election.timeout.ms"),
                        values.integer("controller.quorum.election.backoff.max.ms"),
                        values.integer("controller.quorum.fetch.timeout.ms"),
                        values.integer("controller.quorum.request.timeout.ms")),
                new Sessions(
                        values.integer("broker.heartbeat.interval.ms"),
                        values.integer("broker.session.timeout.ms"),
                        values.integer("initial.broker.registration.timeout.ms")));
    }
}
