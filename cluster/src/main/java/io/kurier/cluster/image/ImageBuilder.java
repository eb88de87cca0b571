package io.kurier.cluster.image;

import io.kurier.cluster.quota.QuotaEntity;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.metadata.AccessControlEntryRecord;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.ClearElrRecord;
import org.apache.kafka.common.metadata.ClientQuotaRecord;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.DelegationTokenRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.FenceBrokerRecord;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.ProducerIdsRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RegisterControllerRecord;
import org.apache.kafka.common.metadata.RemoveAccessControlEntryRecord;
import org.apache.kafka.common.metadata.RemoveDelegationTokenRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.RemoveUserScramCredentialRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.metadata.UnfenceBrokerRecord;
import org.apache.kafka.common.metadata.UnregisterBrokerRecord;
import org.apache.kafka.common.metadata.UnregisterControllerRecord;
import org.apache.kafka.common.metadata.UserScramCredentialRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// Applies metadata records to an image and makes the next one: the only place where metadata changes. For one thread.
///
/// Only what the records touch is copied. Records of one batch are replayed and then [#build()] is called once; a
/// record that cannot follow from the image before it throws [MetadataFormatException], because the log and this node
/// disagree then.
public final class ImageBuilder {
    final String clusterId;
    LogPosition position;
    PersistentMap<String, TopicImage> topicsByName;
    PersistentMap<Uuid, TopicImage> topicsById;
    int partitionCount;
    Map<Integer, BrokerImage> brokers;
    PersistentMap<ConfigResource, Map<String, String>> configs;
    PersistentMap<QuotaEntity, Map<String, Double>> quotas;
    Map<String, Short> features;
    short kraftVersion;
    long nextProducerId;
    PersistentMap<KeptKey, MetadataRecord> kept;

    private final Map<Uuid, TopicDraft> drafts = new HashMap<>();

    /// Starts from nothing.
    ImageBuilder(String clusterId) {
        this.clusterId = clusterId;
        this.position = LogPosition.NONE;
        this.topicsByName = PersistentMap.empty();
        this.topicsById = PersistentMap.empty();
        this.brokers = Map.of();
        this.configs = PersistentMap.empty();
        this.quotas = PersistentMap.empty();
        this.features = Map.of();
        this.kept = PersistentMap.empty();
    }

    /// Starts from an image, which stays as it is.
    public ImageBuilder(ClusterImage base) {
        this.clusterId = base.clusterId();
        this.position = base.position();
        this.topicsByName = base.persistentTopicsByName();
        this.topicsById = base.persistentTopicsById();
        this.partitionCount = base.partitionCount();
        this.brokers = base.brokers();
        this.configs = base.persistentConfigs();
        this.quotas = base.persistentQuotas();
        this.features = base.features();
        this.kraftVersion = base.kraftVersion();
        this.nextProducerId = base.nextProducerId();
        this.kept = base.kept();
    }

    /// Says how far in the log the image reaches.
    public ImageBuilder at(LogPosition newPosition) {
        this.position = newPosition;
        return this;
    }

    /// Sets the level of `kraft.version`, which the log's control records hold.
    public ImageBuilder kraftVersion(short level) {
        this.kraftVersion = level;
        return this;
    }

    /// The image with all that was replayed. The builder may be used further.
    ///
    /// @throws MetadataFormatException if a topic lacks one of its partitions
    public ClusterImage build() {
        for (TopicDraft draft : drafts.values()) {
            TopicImage topic = draft.build();
            topicsById = topicsById.with(topic.id(), topic);
            topicsByName = topicsByName.with(topic.name(), topic);
        }
        drafts.clear();
        return new ClusterImage(this);
    }

    /// Applies one record.
    ///
    /// @param version the version in which the record is kept, if it is one that the image only keeps
    public void replay(ApiMessage message, short version) {
        switch (MetadataRecordType.fromId(message.apiKey())) {
            case REGISTER_BROKER_RECORD -> broker(BrokerReplay.registered((RegisterBrokerRecord) message));
            case UNREGISTER_BROKER_RECORD -> unregister((UnregisterBrokerRecord) message);
            case FENCE_BROKER_RECORD -> fence((FenceBrokerRecord) message);
            case UNFENCE_BROKER_RECORD -> unfence((UnfenceBrokerRecord) message);
            case BROKER_REGISTRATION_CHANGE_RECORD -> changeRegistration((BrokerRegistrationChangeRecord) message);
            case TOPIC_RECORD -> topic((TopicRecord) message);
            case REMOVE_TOPIC_RECORD -> removeTopic((RemoveTopicRecord) message);
            case PARTITION_RECORD -> partition((PartitionRecord) message);
            case PARTITION_CHANGE_RECORD -> changePartition((PartitionChangeRecord) message);
            case CLEAR_ELR_RECORD -> clearElr((ClearElrRecord) message);
            case CONFIG_RECORD -> config((ConfigRecord) message);
            case CLIENT_QUOTA_RECORD -> quota((ClientQuotaRecord) message);
            case FEATURE_LEVEL_RECORD -> feature((FeatureLevelRecord) message);
            case PRODUCER_IDS_RECORD -> nextProducerId = ((ProducerIdsRecord) message).nextProducerId();
            case ACCESS_CONTROL_ENTRY_RECORD,
                    USER_SCRAM_CREDENTIAL_RECORD,
                    DELEGATION_TOKEN_RECORD,
                    REGISTER_CONTROLLER_RECORD,
                    ZK_MIGRATION_STATE_RECORD -> keep(message, version);
            case REMOVE_ACCESS_CONTROL_ENTRY_RECORD,
                    REMOVE_USER_SCRAM_CREDENTIAL_RECORD,
                    REMOVE_DELEGATION_TOKEN_RECORD,
                    UNREGISTER_CONTROLLER_RECORD -> kept = kept.without(keyOfRemoval(message));
            case NO_OP_RECORD -> {}
            case BEGIN_TRANSACTION_RECORD, END_TRANSACTION_RECORD, ABORT_TRANSACTION_RECORD ->
                throw new MetadataFormatException("A transaction marker is for the log's reader: see MetadataReplay");
        }
    }

    private void topic(TopicRecord record) {
        if (topicsByName.containsKey(record.name()) || draftNamed(record.name())) {
            throw new MetadataFormatException("A TopicRecord for the topic " + record.name() + ", which exists");
        }
        drafts.put(record.topicId(), new TopicDraft(record.name(), record.topicId()));
    }

    private boolean draftNamed(String name) {
        // Only a few topics are in flight in one batch, except in a snapshot, which names each topic once.
        return drafts.size() < 64
                && drafts.values().stream().anyMatch(draft -> draft.name().equals(name));
    }

    private TopicDraft draft(Uuid id, ApiMessage record) {
        TopicDraft draft = drafts.get(id);
        if (draft == null) {
            TopicImage image = topicsById.get(id);
            if (image == null) {
                throw new MetadataFormatException(
                        "A record for the topic with id " + id + ", which does not exist: " + record);
            }
            draft = new TopicDraft(image);
            drafts.put(id, draft);
        }
        return draft;
    }

    private void removeTopic(RemoveTopicRecord record) {
        TopicDraft removed = draft(record.topicId(), record);
        drafts.remove(record.topicId());
        topicsById = topicsById.without(record.topicId());
        topicsByName = topicsByName.without(removed.name());
        partitionCount -= removed.size();
        configs = configs.without(new ConfigResource(ConfigResource.Type.TOPIC, removed.name()));
    }

    private void partition(PartitionRecord record) {
        if (draft(record.topicId(), record).put(record.partitionId(), PartitionReplay.created(record))) {
            partitionCount++;
        }
    }

    private void changePartition(PartitionChangeRecord record) {
        TopicDraft draft = draft(record.topicId(), record);
        PartitionImage before = draft.get(record.partitionId());
        if (before == null) {
            throw new MetadataFormatException("A change of a partition that does not exist: " + record);
        }
        draft.put(record.partitionId(), PartitionReplay.changed(before, record));
    }

    private void clearElr(ClearElrRecord record) {
        for (TopicImage topic : build().topics()) {
            if (record.topicName().isEmpty() || record.topicName().equals(topic.name())) {
                TopicDraft draft = draft(topic.id(), record);
                for (int i = 0; i < topic.partitions().size(); i++) {
                    draft.put(i, PartitionReplay.withoutElr(topic.partitions().get(i)));
                }
            }
        }
    }

    private void broker(BrokerImage broker) {
        Map<Integer, BrokerImage> changed = new TreeMap<>(brokers);
        changed.put(broker.id(), broker);
        brokers = Collections.unmodifiableMap(changed);
    }

    private BrokerImage registered(int id, long epoch, ApiMessage record) {
        BrokerImage broker = brokers.get(id);
        if (broker == null || broker.epoch() != epoch) {
            throw new MetadataFormatException("A record for a broker that is not registered so: " + record);
        }
        return broker;
    }

    private void unregister(UnregisterBrokerRecord record) {
        registered(record.brokerId(), record.brokerEpoch(), record);
        Map<Integer, BrokerImage> changed = new TreeMap<>(brokers);
        changed.remove(record.brokerId());
        brokers = Collections.unmodifiableMap(changed);
    }

    private void fence(FenceBrokerRecord record) {
        broker(BrokerReplay.fenced(registered(record.id(), record.epoch(), record), true));
    }

    private void unfence(UnfenceBrokerRecord record) {
        broker(BrokerReplay.fenced(registered(record.id(), record.epoch(), record), false));
    }

    private void changeRegistration(BrokerRegistrationChangeRecord record) {
        broker(BrokerReplay.changed(registered(record.brokerId(), record.brokerEpoch(), record), record));
    }

    private void config(ConfigRecord record) {
        ConfigResource.Type type = ConfigResource.Type.forId(record.resourceType());
        if (type == ConfigResource.Type.UNKNOWN) {
            throw new MetadataFormatException("A setting of an unknown kind of resource: " + record);
        }
        ConfigResource resource = new ConfigResource(type, record.resourceName());
        Map<String, String> settings = new TreeMap<>(configs.getOrDefault(resource, Map.of()));
        if (record.value() == null) {
            settings.remove(record.name());
        } else {
            settings.put(record.name(), record.value());
        }
        configs = settings.isEmpty()
                ? configs.without(resource)
                : configs.with(resource, Collections.unmodifiableMap(settings));
    }

    private void quota(ClientQuotaRecord record) {
        QuotaEntity entity = QuotaEntity.of(record);
        Map<String, Double> limits = new TreeMap<>(quotas.getOrDefault(entity, Map.of()));
        if (record.remove()) {
            limits.remove(record.key());
        } else {
            limits.put(record.key(), record.value());
        }
        quotas = limits.isEmpty() ? quotas.without(entity) : quotas.with(entity, Collections.unmodifiableMap(limits));
    }

    private void feature(FeatureLevelRecord record) {
        Map<String, Short> changed = new TreeMap<>(features);
        if (record.featureLevel() == 0) {
            changed.remove(record.name());
        } else {
            changed.put(record.name(), record.featureLevel());
        }
        features = Collections.unmodifiableMap(changed);
    }

    private void keep(ApiMessage message, short version) {
        kept = kept.with(keyOf(message), new MetadataRecord(message, version));
    }

    private static KeptKey keyOf(ApiMessage message) {
        Object id = switch (message) {
            case AccessControlEntryRecord acl -> acl.id();
            case UserScramCredentialRecord user -> user.name() + '\0' + user.mechanism();
            case DelegationTokenRecord token -> token.tokenId();
            case RegisterControllerRecord controller -> controller.controllerId();
            default -> "";
        };
        return new KeptKey(message.apiKey(), id);
    }

    private static KeptKey keyOfRemoval(ApiMessage message) {
        return switch (message) {
            case RemoveAccessControlEntryRecord acl -> key(MetadataRecordType.ACCESS_CONTROL_ENTRY_RECORD, acl.id());
            case RemoveUserScramCredentialRecord user ->
                key(MetadataRecordType.USER_SCRAM_CREDENTIAL_RECORD, user.name() + '\0' + user.mechanism());
            case RemoveDelegationTokenRecord token -> key(MetadataRecordType.DELEGATION_TOKEN_RECORD, token.tokenId());
            case UnregisterControllerRecord controller ->
                key(MetadataRecordType.REGISTER_CONTROLLER_RECORD, controller.controllerId());
            default -> throw new MetadataFormatException("Removes nothing: " + message);
        };
    }

    private static KeptKey key(MetadataRecordType type, Object id) {
        return new KeptKey(type.id(), id);
    }
}
