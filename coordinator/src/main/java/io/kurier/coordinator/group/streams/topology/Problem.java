package io.kurier.coordinator.group.streams.topology;

/// What is wrong with a group, in the words of StreamsGroupHeartbeat's statuses.
///
/// @param detail for people
public record Problem(Kind kind, String detail) {
    /// The kinds, by the numbers of the protocol.
    public enum Kind {
        /// The member's topology is older than the group's.
        STALE_TOPOLOGY(0),
        /// A source topic does not exist, or a pattern matches none.
        MISSING_SOURCE_TOPICS(1),
        /// Topics do not have the partitions that they must have.
        INCORRECTLY_PARTITIONED_TOPICS(2),
        /// Internal topics do not exist and could not be made.
        MISSING_INTERNAL_TOPICS(3),
        /// A member asked the whole application to stop.
        SHUTDOWN_APPLICATION(4),
        /// Tasks are handed out in a moment, when more members may have come.
        ASSIGNMENT_DELAYED(5);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        /// The number in the answer.
        public byte code() {
            return code;
        }
    }
}
