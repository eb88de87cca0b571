package io.kurier.cluster.quota;

import java.util.Arrays;
import java.util.Optional;

/// The limits that can be set for clients.
public enum QuotaKey {
    /// Bytes of Produce requests a second, on one node.
    PRODUCER_BYTE_RATE("producer_byte_rate", Long.MAX_VALUE, true),
    /// Bytes of Fetch answers a second, on one node.
    CONSUMER_BYTE_RATE("consumer_byte_rate", Long.MAX_VALUE, true),
    /// The time that a node's threads spend on requests, as a percentage of one thread's time (KIP-124).
    REQUEST_PERCENTAGE("request_percentage", Double.MAX_VALUE, false),
    /// Partitions made and deleted a second (KIP-599).
    CONTROLLER_MUTATION_RATE("controller_mutation_rate", Double.MAX_VALUE, false),
    /// Connections a second from one address, to one node (KIP-612).
    CONNECTION_CREATION_RATE("connection_creation_rate", Integer.MAX_VALUE, true);

    private final String key;
    private final double largest;
    private final boolean whole;

    QuotaKey(String key, double largest, boolean whole) {
        this.key = key;
        this.largest = largest;
        this.whole = whole;
    }

    /// The name that Kafka's requests and records use.
    public String key() {
        return key;
    }

    /// The limit of this name; empty if there is none.
    public static Optional<QuotaKey> of(String key) {
        return Arrays.stream(values()).filter(quota -> quota.key.equals(key)).findFirst();
    }

    /// True if the limit can be set for this entity: connections for addresses, all others for users and client ids.
    public boolean isFor(QuotaEntity entity) {
        return entity.has(QuotaEntity.IP) == (this == CONNECTION_CREATION_RATE);
    }

    /// What is wrong with a value; empty if it may be set.
    public Optional<String> problem(double value) {
        if (!(value > 0)) {
            return Optional.of("Quota " + key + " must be greater than 0");
        }
        if (value > largest) {
            return Optional.of("Quota " + key + " is too large: at most " + (long) largest);
        }
        if (whole && value != Math.rint(value)) {
            return Optional.of("Quota " + key + " must be a whole number");
        }
        return Optional.empty();
    }
}
