package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.image.PartitionImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateTopicsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "good-Name_1.x | 1  | 1  | NONE                       | ",
                "defaults      | -1 | -1 | NONE                       | ",
                "\"\"          | 1  | 1  | INVALID_TOPIC_EXCEPTION    | empty string",
                ".             | 1  | 1  | INVALID_TOPIC_EXCEPTION    | '.' or '..'",
                "..            | 1  | 1  | INVALID_TOPIC_EXCEPTION    | '.' or '..'",
                "a b           | 1  | 1  | INVALID_TOPIC_EXCEPTION    | other than ASCII",
                "ä             | 1  | 1  | INVALID_TOPIC_EXCEPTION    | other than ASCII",
                "taken         | 1  | 1  | TOPIC_ALREADY_EXISTS       | Topic 'taken' already exists.",
                "a_b           | 1  | 1  | INVALID_TOPIC_EXCEPTION    | collides with existing topic: a.b",
                "x             | 0  | 1  | INVALID_PARTITIONS         | non-positive",
                "x             | -2 | 1  | INVALID_PARTITIONS         | non-positive",
                "x             | 1  | 0  | INVALID_REPLICATION_FACTOR | larger than 0",
                "x             | 1  | 3  | INVALID_REPLICATION_FACTOR | only 2 broker(s) are registered",
                "x             | 60000 | 1 | POLICY_VIOLATION         | Excessively large",
                "x             | 2147483647 | 2 | POLICY_VIOLATION    | Excessively large",
                "__cluster_metadata | 1 | 1 | INVALID_REQUEST         | prohibited",
                "__consumer_offsets | 1000 | 1 | NONE                 | ",
                "__consumer_offsets | 1001 | 1 | INVALID_PARTITIONS   | 1000 partitions at most",
            })
    void answers(String name, int partitions, int factor, Errors error, @Nullable String message) {
        Bench bench = Bench.of(2);
        bench.create("taken", 1);
        bench.create("a.b", 1);
        CreatableTopicResult result = bench.create(Bench.topic(name, partitions, factor));
        assertThat(Errors.forCode(result.errorCode())).isEqualTo(error);
        assertThat(result.name()).isEqualTo(name);
        if (message != null) {
            assertThat(result.errorMessage()).contains(message);
            assertThat(bench.lastRecords).isEmpty();
        } else {
            assertThat(bench.topic(name).id()).isEqualTo(result.topicId());
            assertThat(bench.topic(name).partitions()).hasSize(partitions == -1 ? 3 : partitions);
        }
    }

    @Test
    void aNameMayHave249CharactersAndNoMore() {
        Bench bench = Bench.of(1);
        assertThat(bench.create("n".repeat(249), 1).errorCode()).isZero();
        assertThat(bench.create("n".repeat(250), 1).errorCode()).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void leadersAndReplicasAreSpreadOverTheActiveBrokers() {
        Bench bench = Bench.of(3);
        bench.run(
                Bench.registration(4, new Uuid(4, 4)),
                org.apache.kafka.common.message.BrokerRegistrationResponseData.class);
        bench.create(Bench.topic("t", 30, 2));
        Map<Integer, Integer> leaders = new HashMap<>();
        for (PartitionImage partition : bench.topic("t").partitions()) {
            leaders.merge(partition.leader(), 1, Integer::sum);
            assertThat(partition.replicas()).hasSize(2).doesNotHaveDuplicates().doesNotContain(4);
            assertThat(partition.isr()).isEqualTo(partition.replicas());
            assertThat(partition.leader()).isEqualTo(partition.replicas().getFirst());
            assertThat(partition.directories())
                    .containsExactlyElementsOf(partition.replicas().stream()
                            .map(id -> new Uuid(100, id))
                            .toList());
        }
        assertThat(leaders).isEqualTo(Map.of(1, 10, 2, 10, 3, 10));
    }

    @Test
    void duplicatesInOneRequestAreRefusedOnceAndOthersSucceed() {
        Bench bench = Bench.of(1);
        CreateTopicsRequestData request = new CreateTopicsRequestData();
        for (String name : List.of("twice", "once", "twice", "x.y", "x_y")) {
            request.topics().mustAdd(Bench.topic(name, 1, 1));
        }
        CreateTopicsResponseData response = bench.run(request, CreateTopicsResponseData.class);
        assertThat(response.topics()).hasSize(4);
        assertThat(response.topics().find("twice").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(response.topics().find("once").errorCode()).isZero();
        assertThat(response.topics().find("x.y").errorCode()).isZero();
        assertThat(response.topics().find("x_y").errorCode()).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
        assertThat(bench.image.topicsByName()).containsOnlyKeys("once", "x.y");
    }

    @Test
    void validateOnlyAnswersAndChangesNothing() {
        Bench bench = Bench.of(1);
        CreateTopicsRequestData request = new CreateTopicsRequestData().setValidateOnly(true);
        request.topics().add(Bench.topic("t", 2, 1));
        CreatableTopicResult result = bench.run(request, CreateTopicsResponseData.class)
                .topics()
                .iterator()
                .next();
        assertThat(result.errorCode()).isZero();
        assertThat(result.numPartitions()).isEqualTo(2);
        assertThat(result.topicId()).isEqualTo(Uuid.ZERO_UUID);
        assertThat(bench.image.topics()).isEmpty();
    }

    private static CreatableTopic assigned(int... brokers) {
        CreatableTopic topic = Bench.topic("t", -1, -1);
        for (int i = 0; i < brokers.length; i++) {
            topic.assignments()
                    .add(new CreatableReplicaAssignment().setPartitionIndex(i).setBrokerIds(List.of(brokers[i])));
        }
        return topic;
    }

    @Test
    void replicasCanBeAssignedByHand() {
        Bench bench = Bench.of(2);
        assertThat(bench.create(assigned(2, 1, 2)).errorCode()).isZero();
        assertThat(bench.topic("t").partitions().stream().map(PartitionImage::leader))
                .containsExactly(2, 1, 2);
    }

    @Test
    void wrongAssignmentsAreRefused() {
        Bench bench = Bench.of(2);
        refused(bench, assigned(7), Errors.INVALID_REPLICA_ASSIGNMENT, "no such broker");
        refused(bench, assigned(1).setNumPartitions(1), Errors.INVALID_REQUEST, "numPartitions was not set to -1");
        refused(
                bench,
                assigned(1).setReplicationFactor((short) 1),
                Errors.INVALID_REQUEST,
                "replication factor was not");
        CreatableTopic hole = assigned(1, 1);
        hole.assignments().iterator().next().setPartitionIndex(5);
        refused(bench, hole, Errors.INVALID_REPLICA_ASSIGNMENT, "consecutive 0-based");
        CreatableTopic twice = assigned(1);
        twice.assignments().iterator().next().setBrokerIds(List.of(1, 1));
        refused(bench, twice, Errors.INVALID_REPLICA_ASSIGNMENT, "more than once");
        CreatableTopic empty = assigned(1);
        empty.assignments().iterator().next().setBrokerIds(List.of());
        refused(bench, empty, Errors.INVALID_REPLICA_ASSIGNMENT, "empty replica list");
        CreatableTopic uneven = assigned(1, 1);
        uneven.assignments().iterator().next().setBrokerIds(List.of(1, 2));
        refused(bench, uneven, Errors.INVALID_REPLICA_ASSIGNMENT, "not consistent");
    }

    private static void refused(Bench bench, CreatableTopic topic, Errors error, String message) {
        CreatableTopicResult result = bench.create(topic);
        assertThat(Errors.forCode(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).contains(message);
    }

    private static CreatableTopic withSetting(String name, @Nullable String value) {
        CreatableTopic topic = Bench.topic("t", 1, 1);
        topic.configs().add(new CreatableTopicConfig().setName(name).setValue(value));
        return topic;
    }

    @Test
    void settingsAreTranslatedValidatedKeptAndAnswered() {
        Bench bench = new Bench(1, new StrictRules());
        bench.join(1);
        CreatableTopicResult result = bench.create(withSetting("log.retention.hours", "2"));
        assertThat(result.configs()).singleElement().satisfies(config -> {
            assertThat(config.name()).isEqualTo("retention.ms");
            assertThat(config.value()).isEqualTo("7200000");
        });
        assertThat(bench.image.configs(ConfigResource.Type.TOPIC, "t")).isEqualTo(Map.of("retention.ms", "7200000"));
        CreatableTopic unknown = withSetting("retention.mss", "2").setName("u");
        refused(bench, unknown, Errors.INVALID_CONFIG, "retention.mss");
        refused(bench, withSetting("retention.ms", "x").setName("u"), Errors.INVALID_CONFIG, "not a number");
        refused(bench, withSetting("retention.ms", null).setName("u"), Errors.INVALID_CONFIG, "Null value");
        refused(
                bench,
                withSetting("retention.ms", "1".repeat(40_000)).setName("u"),
                Errors.INVALID_CONFIG,
                "exceeds the maximum value size");
    }

    /// Knows `retention.ms` and its broker's name in hours.
    static final class StrictRules implements ConfigRules {
        @Override
        public Setting resolve(ConfigResource.Type type, String name, @Nullable String value) {
            return switch (name) {
                case "retention.ms" -> new Setting(name, value);
                case "log.retention.hours" ->
                    new Setting("retention.ms", value == null ? null : "" + Long.parseLong(value) * 3_600_000);
                default -> throw new InvalidConfigurationException("Unknown setting " + name);
            };
        }

        @Override
        public void validate(ConfigResource resource, Map<String, String> settings) {
            if (!settings.getOrDefault("retention.ms", "0").chars().allMatch(Character::isDigit)) {
                throw new InvalidConfigurationException("retention.ms is not a number");
            }
        }

        @Override
        public boolean isList(ConfigResource.Type type, String name) {
            return false;
        }

        @Override
        public @Nullable String defaultValue(ConfigResource.Type type, String name) {
            return null;
        }

        @Override
        public List<CreatableTopicConfigs> describeTopic(Map<String, String> settings) {
            return settings.entrySet().stream()
                    .map(entry ->
                            new CreatableTopicConfigs().setName(entry.getKey()).setValue(entry.getValue()))
                    .toList();
        }
    }
}
