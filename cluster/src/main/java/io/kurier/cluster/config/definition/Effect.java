package io.kurier.cluster.config.definition;

/// What becomes of a setting that is set.
public enum Effect {
    /// It does what Apache Kafka's setting of the name does.
    HONOURED,
    /// It is checked, kept and shown, but nothing depends on it.
    ACCEPTED,
    /// Only the default may be set: another value promises what Kurier cannot keep, and ignoring it would do harm.
    FIXED,
    /// It may not be set, and is not shown.
    REFUSED,
    /// It is known by name from older versions of Apache Kafka or from its plugins; neither checked nor shown.
    GONE
}
