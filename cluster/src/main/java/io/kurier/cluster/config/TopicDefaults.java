package io.kurier.cluster.config;

/// How topics come and go on one broker.
///
/// @param partitions of a topic whose creator does not say
/// @param replicationFactor of a topic whose creator does not say
/// @param autoCreate true if a topic is created when a client first asks for it
/// @param deletable true if topics can be deleted
public record TopicDefaults(int partitions, short replicationFactor, boolean autoCreate, boolean deletable) {
    /// The settings of a broker.
    public static TopicDefaults of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new TopicDefaults(
                values.integer("num.partitions"),
                (short) values.integer("default.replication.factor"),
                values.flag("auto.create.topics.enable"),
                values.flag("delete.topic.enable"));
    }
}
