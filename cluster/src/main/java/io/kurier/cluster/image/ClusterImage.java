package io.kurier.cluster.image;

import io.kurier.cluster.quota.QuotaEntity;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.metadata.UserScramCredentialRecord;
import org.jspecify.annotations.Nullable;

/// Everything that the metadata log says, up to one position in it. Immutable; changed copies share what did not
/// change. Made and changed by [ImageBuilder] only.
public final class ClusterImage {
    /// The feature whose level says which metadata records may be written.
    public static final String METADATA_VERSION = "metadata.version";
    /// The feature whose level says how voters are kept. It lies in the log's control records, not among the features.
    public static final String KRAFT_VERSION = "kraft.version";

    /// The setting that says how many replicas must be in sync for anything to be committed.
    public static final String MIN_IN_SYNC = "min.insync.replicas";

    private static final String ELIGIBLE_LEADER_REPLICAS = "eligible.leader.replicas.version";

    private final String clusterId;
    private final LogPosition position;
    private final PersistentMap<String, TopicImage> topicsByName;
    private final PersistentMap<Uuid, TopicImage> topicsById;
    private final int partitionCount;
    private final Map<Integer, BrokerImage> brokers;
    private final PersistentMap<ConfigResource, Map<String, String>> configs;
    private final PersistentMap<QuotaEntity, Map<String, Double>> quotas;
    private final Map<String, Short> features;
    private final short kraftVersion;
    private final long nextProducerId;
    private final PersistentMap<KeptKey, MetadataRecord> kept;

    ClusterImage(ImageBuilder from) {
        this.clusterId = from.clusterId;
        this.position = from.position;
        this.topicsByName = from.topicsByName;
        this.topicsById = from.topicsById;
        this.partitionCount = from.partitionCount;
        this.brokers = from.brokers;
        this.configs = from.configs;
        this.quotas = from.quotas;
        this.features = from.features;
        this.kraftVersion = from.kraftVersion;
        this.nextProducerId = from.nextProducerId;
        this.kept = from.kept;
    }

    /// The image of a log without records.
    public static ClusterImage empty(String clusterId) {
        return new ClusterImage(new ImageBuilder(clusterId));
    }

    /// The cluster's identity.
    public String clusterId() {
        return clusterId;
    }

    /// The last record that this image contains.
    public LogPosition position() {
        return position;
    }

    /// The topic of this name, or null.
    public @Nullable TopicImage topic(String name) {
        return topicsByName.get(name);
    }

    /// The topic of this id, or null.
    public @Nullable TopicImage topic(Uuid id) {
        return topicsById.get(id);
    }

    /// The partition of this topic name and number, or null.
    public @Nullable PartitionImage partition(String topic, int number) {
        TopicImage image = topicsByName.get(topic);
        return image == null ? null : image.partition(number);
    }

    /// All topics by name, in no order.
    public Map<String, TopicImage> topicsByName() {
        return topicsByName;
    }

    /// All topics by id, in no order.
    public Map<Uuid, TopicImage> topicsById() {
        return topicsById;
    }

    /// All topics, in no order.
    public Collection<TopicImage> topics() {
        return topicsByName.values();
    }

    /// How many partitions all topics have together.
    public int partitionCount() {
        return partitionCount;
    }

    /// The registered brokers by id, fenced ones as well, in the order of their ids.
    public Map<Integer, BrokerImage> brokers() {
        return brokers;
    }

    /// The registered broker of this id, or null.
    public @Nullable BrokerImage broker(int id) {
        return brokers.get(id);
    }

    /// What was set on a resource, by the setting's name; empty if nothing was. The default of all brokers is the
    /// broker named "".
    public Map<String, String> configs(ConfigResource.Type type, String name) {
        return configs.getOrDefault(new ConfigResource(type, name), Map.of());
    }

    /// `min.insync.replicas` of a topic as the metadata has it, its own or the cluster's; empty if neither is there.
    public OptionalInt minInSync(String topic) {
        String own = configs(ConfigResource.Type.TOPIC, topic).get(MIN_IN_SYNC);
        String value =
                own != null ? own : configs(ConfigResource.Type.BROKER, "").get(MIN_IN_SYNC);
        return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
    }

    /// True if the cluster keeps eligible leader replicas (KIP-966).
    public boolean keepsEligible() {
        return feature(ELIGIBLE_LEADER_REPLICAS) > 0;
    }

    /// All resources that have settings, with them; in no order.
    public Map<ConfigResource, Map<String, String>> configs() {
        return Collections.unmodifiableMap(configs);
    }

    /// What was set for clients (KIP-546): limits by name, for each entity that has any; in no order. The same object
    /// as long as nothing changes.
    public Map<QuotaEntity, Map<String, Double>> quotas() {
        return quotas;
    }

    /// The finalised feature levels by name, without `kraft.version`.
    public Map<String, Short> features() {
        return features;
    }

    /// The finalised feature levels by name, as a node tells them to its clients: with `kraft.version`, if its
    /// level is not 0.
    public Map<String, Short> finalizedFeatures() {
        Map<String, Short> all = new TreeMap<>(features);
        if (kraftVersion > 0) {
            all.put(KRAFT_VERSION, kraftVersion);
        }
        return Collections.unmodifiableMap(all);
    }

    /// The level of a feature; 0 if it is not finalised.
    public short feature(String name) {
        return features.getOrDefault(name, (short) 0);
    }

    /// The level of `metadata.version`; 0 before the first records.
    public short metadataVersion() {
        return feature(METADATA_VERSION);
    }

    /// The level of `kraft.version`.
    public short kraftVersion() {
        return kraftVersion;
    }

    /// The first producer id that no block was given of; 0 at the beginning.
    public long nextProducerId() {
        return nextProducerId;
    }

    /// The SCRAM passwords that the log holds, in no order. They are kept for a directory's way back to another node;
    /// no login uses them yet.
    public Stream<ScramLogin> scramLogins() {
        return kept.values().stream()
                .filter(record -> record.message() instanceof UserScramCredentialRecord)
                .map(record -> (UserScramCredentialRecord) record.message())
                .map(login -> new ScramLogin(login.name(), login.mechanism(), login.iterations()));
    }

    PersistentMap<KeptKey, MetadataRecord> kept() {
        return kept;
    }

    PersistentMap<ConfigResource, Map<String, String>> persistentConfigs() {
        return configs;
    }

    PersistentMap<QuotaEntity, Map<String, Double>> persistentQuotas() {
        return quotas;
    }

    PersistentMap<String, TopicImage> persistentTopicsByName() {
        return topicsByName;
    }

    PersistentMap<Uuid, TopicImage> persistentTopicsById() {
        return topicsById;
    }

    /// True if both say the same, wherever they lie in the log.
    public boolean sameContent(ClusterImage other) {
        return clusterId.equals(other.clusterId)
                && topicsById.equals(other.topicsById)
                && topicsByName.equals(other.topicsByName)
                && brokers.equals(other.brokers)
                && configs.equals(other.configs)
                && quotas.equals(other.quotas)
                && features.equals(other.features)
                && kraftVersion == other.kraftVersion
                && nextProducerId == other.nextProducerId
                && kept.equals(other.kept);
    }

    @Override
    public String toString() {
        return "ClusterImage(" + clusterId + ", " + position + ", " + topicsByName.size() + " topics, " + partitionCount
                + " partitions, " + brokers.size() + " brokers)";
    }
}
