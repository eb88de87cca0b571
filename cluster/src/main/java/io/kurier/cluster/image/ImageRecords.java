package io.kurier.cluster.image;

import io.kurier.cluster.quota.QuotaEntity;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.ProducerIdsRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// Writes an image as the records that make it again from nothing: the content of a snapshot. Replaying them gives an
/// image of the same content.
public final class ImageRecords {
    private final ClusterImage image;
    private final RecordVersions versions;
    private final Consumer<MetadataRecord> out;

    private ImageRecords(ClusterImage image, RecordVersions versions, Consumer<MetadataRecord> out) {
        this.image = image;
        this.versions = versions;
        this.out = out;
    }

    /// Hands all records to `out`, in Kafka's order: features (`metadata.version` first, which says how to read the
    /// rest), brokers, topics with their partitions, settings, quotas, producer ids, and what is only kept.
    public static void write(ClusterImage image, RecordVersions versions, Consumer<MetadataRecord> out) {
        ImageRecords records = new ImageRecords(image, versions, out);
        records.features();
        image.brokers().values().forEach(records::broker);
        image.topics().forEach(records::topic);
        records.configs();
        image.quotas().forEach(records::quotas);
        if (image.nextProducerId() > 0) {
            records.add(new ProducerIdsRecord()
                    .setBrokerId(-1)
                    .setBrokerEpoch(-1)
                    .setNextProducerId(image.nextProducerId()));
        }
        image.kept().values().forEach(out);
    }

    private void add(ApiMessage message) {
        out.accept(versions.fit(message, image.metadataVersion()));
    }

    private void features() {
        if (image.metadataVersion() != 0) {
            add(new FeatureLevelRecord()
                    .setName(ClusterImage.METADATA_VERSION)
                    .setFeatureLevel(image.metadataVersion()));
        }
        image.features().forEach((name, level) -> {
            if (!name.equals(ClusterImage.METADATA_VERSION)) {
                add(new FeatureLevelRecord().setName(name).setFeatureLevel(level));
            }
        });
    }

    private void broker(BrokerImage broker) {
        RegisterBrokerRecord record = new RegisterBrokerRecord()
                .setBrokerId(broker.id())
                .setBrokerEpoch(broker.epoch())
                .setIncarnationId(broker.incarnationId())
                .setRack(broker.rack())
                .setFenced(broker.fenced())
                .setInControlledShutdown(broker.inControlledShutdown())
                .setLogDirs(broker.logDirs())
                .setCordonedLogDirs(broker.cordonedLogDirs());
        broker.endpoints()
                .values()
                .forEach(endpoint -> record.endPoints()
                        .add(new RegisterBrokerRecord.BrokerEndpoint()
                                .setName(endpoint.listener())
                                .setHost(endpoint.host())
                                .setPort(endpoint.port())
                                .setSecurityProtocol(endpoint.protocol().id)));
        broker.features()
                .forEach((name, range) -> record.features()
                        .add(new RegisterBrokerRecord.BrokerFeature()
                                .setName(name)
                                .setMinSupportedVersion(range.min())
                                .setMaxSupportedVersion(range.max())));
        add(record);
    }

    private void topic(TopicImage topic) {
        add(new TopicRecord().setName(topic.name()).setTopicId(topic.id()));
        for (int i = 0; i < topic.partitions().size(); i++) {
            PartitionImage partition = topic.partitions().get(i);
            add(new PartitionRecord()
                    .setTopicId(topic.id())
                    .setPartitionId(i)
                    .setReplicas(partition.replicas())
                    .setDirectories(partition.directories())
                    .setIsr(partition.isr())
                    .setEligibleLeaderReplicas(nullIfEmpty(partition.elr()))
                    .setLastKnownElr(nullIfEmpty(partition.lastKnownElr()))
                    .setRemovingReplicas(partition.removing())
                    .setAddingReplicas(partition.adding())
                    .setLeader(partition.leader())
                    .setLeaderEpoch(partition.leaderEpoch())
                    .setPartitionEpoch(partition.partitionEpoch())
                    .setLeaderRecoveryState((byte) (partition.recovering() ? 1 : 0)));
        }
    }

    private static @Nullable List<Integer> nullIfEmpty(List<Integer> ids) {
        return ids.isEmpty() ? null : ids;
    }

    private void quotas(QuotaEntity entity, Map<String, Double> limits) {
        limits.forEach((key, value) -> add(entity.record(key).setValue(value)));
    }

    private void configs() {
        for (Map.Entry<ConfigResource, Map<String, String>> entry :
                image.configs().entrySet()) {
            ConfigResource resource = entry.getKey();
            entry.getValue()
                    .forEach((name, value) -> add(new ConfigRecord()
                            .setResourceType(resource.type().id())
                            .setResourceName(resource.name())
                            .setName(name)
                            .setValue(value)));
        }
    }
}
