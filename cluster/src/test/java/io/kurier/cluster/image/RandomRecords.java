package io.kurier.cluster.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.AccessControlEntryRecord;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.ClientQuotaRecord;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.DelegationTokenRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.ProducerIdsRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.RemoveAccessControlEntryRecord;
import org.apache.kafka.common.metadata.RemoveTopicRecord;
import org.apache.kafka.common.metadata.RemoveUserScramCredentialRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.metadata.UserScramCredentialRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// Random metadata records that follow from an image, as a controller could have written them.
final class RandomRecords {
    static final RecordVersions NEWEST = (record, level) -> record.highestSupportedVersion();

    private final Random random;
    private final List<Uuid> acls = new ArrayList<>();
    private long offset;

    RandomRecords(long seed) {
        this.random = new Random(seed);
    }

    private Uuid id() {
        return new Uuid(random.nextLong(), random.nextLong());
    }

    private List<Integer> brokers() {
        List<Integer> ids = new ArrayList<>(List.of(1, 2, 3));
        Collections.shuffle(ids, random);
        return ids.subList(0, 1 + random.nextInt(3));
    }

    /// The records of one batch, in order.
    List<ApiMessage> next(ClusterImage image) {
        offset++;
        return switch (random.nextInt(13)) {
            case 0, 1 -> newTopic();
            case 2 -> randomTopic(image, topic -> List.of(new RemoveTopicRecord().setTopicId(topic.id())));
            case 3, 4 -> randomTopic(image, this::change);
            case 5 ->
                List.of(new FeatureLevelRecord()
                        .setName("feature" + random.nextInt(3))
                        .setFeatureLevel((short) random.nextInt(3)));
            case 6 -> List.of(broker());
            case 7 -> image.brokers().isEmpty() ? List.of(broker()) : List.of(brokerChange(image));
            case 8 -> List.of(config((byte) 4, "" + random.nextInt(2)));
            case 9 ->
                List.of(new ProducerIdsRecord().setBrokerId(1).setBrokerEpoch(1).setNextProducerId(offset * 1000));
            case 10 -> List.of(acl());
            case 11 -> List.of(credential());
            default -> List.of(quota());
        };
    }

    private List<ApiMessage> newTopic() {
        Uuid id = id();
        String name = "topic-" + offset;
        List<ApiMessage> records =
                new ArrayList<>(List.of(new TopicRecord().setName(name).setTopicId(id)));
        if (random.nextBoolean()) {
            records.add(config((byte) 2, name));
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        for (int partition : order) {
            List<Integer> replicas = brokers();
            records.add(new PartitionRecord()
                    .setTopicId(id)
                    .setPartitionId(partition)
                    .setReplicas(replicas)
                    .setDirectories(replicas.stream().map(broker -> id()).toList())
                    .setIsr(replicas)
                    .setLeader(replicas.getFirst())
                    .setLeaderEpoch(random.nextInt(5))
                    .setPartitionEpoch(random.nextInt(5)));
        }
        return records;
    }

    private List<ApiMessage> randomTopic(
            ClusterImage image, java.util.function.Function<TopicImage, List<ApiMessage>> records) {
        return image.topics().stream()
                .sorted(java.util.Comparator.comparing(TopicImage::name))
                .skip(
                        image.topics().isEmpty()
                                ? 0
                                : random.nextInt(image.topics().size()))
                .findFirst()
                .map(records)
                .orElseGet(this::newTopic);
    }

    private List<ApiMessage> change(TopicImage topic) {
        PartitionChangeRecord record = new PartitionChangeRecord()
                .setTopicId(topic.id())
                .setPartitionId(random.nextInt(topic.partitions().size()));
        if (random.nextBoolean()) {
            record.setLeader(random.nextInt(4) - 1);
        }
        if (random.nextBoolean()) {
            record.setIsr(brokers());
        }
        if (random.nextBoolean()) {
            record.setEligibleLeaderReplicas(brokers()).setLastKnownElr(brokers());
        }
        if (random.nextInt(4) == 0) {
            record.setReplicas(List.of(3, 1)).setAddingReplicas(List.of(3)).setRemovingReplicas(List.of(2));
        }
        return List.of(record.setLeaderRecoveryState((byte) (random.nextInt(3) - 1)), config((byte) 2, topic.name()));
    }

    private ConfigRecord config(byte type, String name) {
        return new ConfigRecord()
                .setResourceType(type)
                .setResourceName(name)
                .setName("setting." + random.nextInt(4))
                .setValue(random.nextInt(3) == 0 ? null : "" + random.nextInt(10));
    }

    private RegisterBrokerRecord broker() {
        RegisterBrokerRecord record = new RegisterBrokerRecord()
                .setBrokerId(random.nextInt(3))
                .setBrokerEpoch(offset)
                .setIncarnationId(id())
                .setRack(random.nextBoolean() ? "rack" : null)
                .setFenced(random.nextBoolean())
                .setLogDirs(List.of(id(), id()));
        record.endPoints()
                .add(new RegisterBrokerRecord.BrokerEndpoint()
                        .setName("PLAINTEXT")
                        .setHost("host")
                        .setPort(random.nextInt(65536))
                        .setSecurityProtocol((short) 0));
        record.features()
                .add(new RegisterBrokerRecord.BrokerFeature()
                        .setName("group.version")
                        .setMaxSupportedVersion((short) 1));
        return record;
    }

    private ApiMessage brokerChange(ClusterImage image) {
        BrokerImage broker = image.brokers().values().iterator().next();
        return new BrokerRegistrationChangeRecord()
                .setBrokerId(broker.id())
                .setBrokerEpoch(broker.epoch())
                .setFenced((byte) (random.nextInt(3) - 1))
                .setInControlledShutdown((byte) random.nextInt(2))
                .setCordonedLogDirs(random.nextBoolean() ? null : List.of(id()));
    }

    private ApiMessage acl() {
        if (!acls.isEmpty() && random.nextInt(3) == 0) {
            return new RemoveAccessControlEntryRecord().setId(acls.removeLast());
        }
        acls.add(id());
        return new AccessControlEntryRecord()
                .setId(acls.getLast())
                .setResourceName("t")
                .setPrincipal("User:a")
                .setHost("*");
    }

    private ApiMessage credential() {
        String user = "user" + random.nextInt(3);
        return switch (random.nextInt(3)) {
            case 0 -> new RemoveUserScramCredentialRecord().setName(user).setMechanism((byte) 1);
            case 1 ->
                new UserScramCredentialRecord()
                        .setName(user)
                        .setMechanism((byte) 1)
                        .setSalt(new byte[] {1, (byte) offset})
                        .setStoredKey(new byte[] {2})
                        .setServerKey(new byte[] {3})
                        .setIterations(4096);
            default ->
                new DelegationTokenRecord().setTokenId("token").setOwner(user).setRequester(user);
        };
    }

    private ApiMessage quota() {
        return new ClientQuotaRecord()
                .setEntity(List.of(new ClientQuotaRecord.EntityData()
                        .setEntityType("user")
                        .setEntityName(random.nextBoolean() ? null : "a")))
                .setKey("producer_byte_rate")
                .setValue((double) offset)
                .setRemove(random.nextInt(3) == 0);
    }
}
