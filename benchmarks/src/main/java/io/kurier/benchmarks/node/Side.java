package io.kurier.benchmarks.node;

/// The two that are compared.
public enum Side {
    /// This node.
    KURIER("Kurier"),
    /// Apache Kafka.
    KAFKA("Apache Kafka");

    private final String title;

    Side(String title) {
        this.title = title;
    }

    /// Its name for people.
    public String title() {
        return title;
    }
}
