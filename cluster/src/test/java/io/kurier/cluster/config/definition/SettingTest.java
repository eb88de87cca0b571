package io.kurier.cluster.config.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.config.EffectiveConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {
    private static Setting find(String name) throws InvalidSettingException {
        Setting topic = Settings.TOPIC.find(name);
        return topic != null ? topic : Settings.BROKER.get(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        retention.ms                 | -1                  | -1
        retention.ms                 | ' 86400000 '        | 86400000
        retention.ms                 | +5                  | 5
        retention.ms                 | 9223372036854775807 | 9223372036854775807
        segment.bytes                | 1024                | 1024
        segment.bytes                | 2147483647          | 2147483647
        cleanup.policy               | ' delete , compact' | delete,compact
        cleanup.policy               | ''                  | ''
        preallocate                  | TRUE                | true
        min.cleanable.dirty.ratio    | 1                   | 1.0
        min.cleanable.dirty.ratio    | 0                   | 0.0
        compression.gzip.level       | -1                  | -1
        compression.gzip.level       | 9                   | 9
        compression.zstd.level       | -131072             | -131072
        kurier.durability            | memory              | memory
        message.timestamp.type       | LogAppendTime       | LogAppendTime
        max.decompressed.message.bytes | 2147483639        | 2147483639
        leader.replication.throttled.replicas | 0:1, 2:3    | 0:1,2:3
        leader.replication.throttled.replicas | *           | *
        remote.storage.enable        | false               | false
        log.segment.bytes            | 1024                | 1024
        group.consumer.migration.policy | Upgrade          | Upgrade
        offsets.topic.replication.factor | 32767           | 32767
        """)
    void keepsAnAllowedValueInItsNormalForm(String name, String text, String normal) throws InvalidSettingException {
        assertThat(find(name).normalize(text)).isEqualTo(normal);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        retention.ms                 | -2                  | a whole number from -1 up
        retention.ms                 | 9223372036854775808 | a whole number from -1 up
        retention.ms                 | 1.5                 | a whole number from -1 up
        retention.ms                 | ''                  | a whole number from -1 up
        segment.bytes                | 1023                | a whole number from 1024 to 2147483647
        segment.bytes                | 2147483648          | a whole number from 1024 to 2147483647
        segment.ms                   | 0                   | a whole number from 1 up
        cleanup.policy               | purge               | a comma-separated list of compact, delete
        cleanup.policy               | delete,             | a comma-separated list of compact, delete
        preallocate                  | yes                 | true or false
        min.cleanable.dirty.ratio    | 1.01                | a number from 0 to 1
        min.cleanable.dirty.ratio    | NaN                 | a number from 0 to 1
        compression.gzip.level       | 0                   | a whole number from 1 to 9, or -1
        compression.gzip.level       | 10                  | a whole number from 1 to 9, or -1
        kurier.durability            | tape                | one of disk, memory
        message.timestamp.type       | logappendtime       | one of CreateTime, LogAppendTime
        leader.replication.throttled.replicas | 0-1        | * or a comma-separated list of PARTITION:BROKER pairs
        remote.storage.enable        | true                | only 'false'. There is no tiered storage.
        offsets.topic.replication.factor | 32768           | a whole number from 1 to 32767
        fetch.purgatory.purge.interval.requests | x        | a whole number
        """)
    void saysWhatIsAllowed(String name, String text, String allowed) {
        assertThatThrownBy(() -> find(name).normalize(text))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("Invalid value '" + text + "' for setting '" + name + "': allowed is " + allowed);
    }

    @Test
    void refusesWhatWouldPretendToProtect() throws InvalidSettingException {
        assertThatThrownBy(() -> find("authorizer.class.name").normalize("org.example.Authorizer"))
                .hasMessageContaining("There is no access control yet");
        assertThat(find("authorizer.class.name").normalize(" ")).isEmpty();
        assertThatThrownBy(() -> find("zookeeper.connect").normalize("localhost:2181"))
                .hasMessageStartingWith("Setting 'zookeeper.connect' cannot be set: ");
        assertThatThrownBy(() -> find("create.topic.policy.class.name").normalize("org.example.Policy"))
                .hasMessageContaining("allowed is not to set it");
    }

    @Test
    void shortensALongValueInItsMessage() {
        assertThatThrownBy(() -> find("kurier.durability").normalize("x".repeat(10_000)))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(250));
    }

    @ParameterizedTest
    @ValueSource(strings = {"earliest", "latest", "by_duration:PT1H", "by_duration:P2DT3H4M5.5S"})
    void permitsAShareGroupsStart(String value) {
        assertThat(Allowed.Shape.OFFSET_RESET.permits(value)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none", "by_duration:", "by_duration:P", "by_duration:PT", "by_duration:-PT1H"})
    void refusesAnotherShareGroupsStart(String value) {
        assertThat(Allowed.Shape.OFFSET_RESET.permits(value)).isFalse();
    }

    @Test
    void everyTopicSettingOfKafkaIsKnown() throws IllegalAccessException {
        List<String> missing = new ArrayList<>();
        for (var field : org.apache.kafka.common.config.TopicConfig.class.getFields()) {
            if (!field.getName().endsWith("_CONFIG")) continue;
            String name = String.valueOf(field.get(null));
            if (Settings.TOPIC.find(name) == null) missing.add(name);
        }
        // removed with message format 0 and 1 (KIP-724)
        assertThat(missing).containsExactly("message.downconversion.enable");
    }

    @Test
    void everyDefaultComesOutOfItsBrokersSettingAsWell() throws InvalidSettingException {
        EffectiveConfig nothingSet = EffectiveConfig.ofFile(Map.of());
        for (Settings settings : List.of(Settings.TOPIC, Settings.GROUP)) {
            for (Setting setting : settings.all()) {
                assertThat(nothingSet.topic(setting, Map.of()).value())
                        .as(setting.name())
                        .isEqualTo(setting.defaultValue());
                for (BrokerName name : setting.brokerNames()) {
                    assertThat(Settings.BROKER.get(name.name()).type())
                            .as(setting.name() + " <- " + name.name())
                            .satisfies(type -> assertThat(type.isWhole())
                                    .isEqualTo(setting.type().isWhole()));
                }
            }
        }
    }

    @Test
    void everySettingIsDocumentedInOneSentence() {
        for (Settings settings : List.of(Settings.TOPIC, Settings.BROKER, Settings.GROUP, Settings.CLIENT_METRICS))
            assertThat(settings.all())
                    .isNotEmpty()
                    .allSatisfy(setting -> assertThat(setting.documentation())
                            .as(setting.name())
                            .endsWith(".")
                            .hasSizeBetween(15, 200));
    }
}
