package io.kurier.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.config.definition.Settings;
import io.kurier.cluster.controller.ConfigRules;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsRulesTest {
    private final EffectiveConfig holds =
            EffectiveConfig.ofFile(Map.of("log.cleanup.policy", "compact", "log.retention.hours", "2"));
    private final ConfigRules rules = new SettingsRules(() -> holds);

    @ParameterizedTest
    @CsvSource({
        "retention.ms, 5, retention.ms, 5",
        "log.retention.ms, 5, retention.ms, 5",
        "log.retention.minutes, 5, retention.ms, 300000",
        "log.retention.hours, 24, retention.ms, 86400000",
        "log.retention.hours, -1, retention.ms, -1",
        "log.retention.bytes, 7, retention.bytes, 7",
        "log.segment.bytes, 2048, segment.bytes, 2048",
        "log.roll.hours, 1, segment.ms, 3600000",
        "log.roll.jitter.hours, 0, segment.jitter.ms, 0",
        "log.cleanup.policy, compact, cleanup.policy, compact",
        "log.cleaner.min.cleanable.ratio, 0.25, min.cleanable.dirty.ratio, 0.25",
        "log.flush.interval.messages, 1, flush.messages, 1",
        "log.flush.scheduler.interval.ms, 9, flush.ms, 9",
        "message.max.bytes, 100, max.message.bytes, 100",
        "min.insync.replicas, 2, min.insync.replicas, 2",
        "kurier.durability, memory, kurier.durability, memory",
        "log.index.size.max.bytes, 8, segment.index.bytes, 8",
        "log.segment.delete.delay.ms, 0, file.delete.delay.ms, 0",
        "log.message.timestamp.type, LogAppendTime, message.timestamp.type, LogAppendTime",
    })
    void aBrokersNameIsTranslatedOnATopic(String name, String value, String topicName, String topicValue) {
        assertThat(rules.resolve(Type.TOPIC, name, value)).isEqualTo(new ConfigRules.Setting(topicName, topicValue));
        assertThat(rules.resolve(Type.TOPIC, name, null)).isEqualTo(new ConfigRules.Setting(topicName, null));
    }

    @Test
    void aBrokersNameThatIsNoTopicsSettingIsUnknownThere() {
        assertThatThrownBy(() -> rules.resolve(Type.TOPIC, "num.partitions", "3"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageStartingWith("Unknown topic setting 'num.partitions'");
        assertThatThrownBy(() -> rules.resolve(Type.TOPIC, "retention.m", "3"))
                .hasMessage("Unknown topic setting 'retention.m'; did you mean 'retention.ms'?");
        assertThatThrownBy(() -> rules.resolve(Type.BROKER, "retention.ms", "3"))
                .hasMessage("Unknown broker setting 'retention.ms'; did you mean 'log.retention.ms'?");
    }

    @Test
    void aTranslatedValueIsCheckedByBothNames() {
        assertThatThrownBy(() -> rules.resolve(Type.TOPIC, "log.retention.hours", "soon"))
                .hasMessage("Invalid value 'soon' for setting 'log.retention.hours': allowed is a whole number from -1"
                        + " to 2147483647");
        assertThatThrownBy(() -> rules.resolve(Type.TOPIC, "log.roll.hours", "0"))
                .hasMessageContaining("'log.roll.hours': allowed is a whole number from 1");
    }

    @Test
    void valuesAreCheckedAsAWhole() {
        assertAllowed(Type.TOPIC, "t", Map.of("retention.ms", "-1", "cleanup.policy", "compact,delete"));
        assertRefused(Type.TOPIC, "t", Map.of("retention.ms", "-2"), "a whole number from -1 up");
        assertRefused(
                Type.TOPIC,
                "t",
                Map.of("min.compaction.lag.ms", "10", "max.compaction.lag.ms", "9"),
                "'min.compaction.lag.ms' (10) may not be more than 'max.compaction.lag.ms' (9)");
        assertAllowed(Type.TOPIC, "t", Map.of("message.downconversion.enable", "of Apache Kafka 3"));
        assertAllowed(Type.GROUP, "g", Map.of("share.auto.offset.reset", "by_duration:PT1H"));
        assertRefused(Type.GROUP, "g", Map.of("share.auto.offset.reset", "never"), "earliest, latest or by_duration");
        assertAllowed(Type.CLIENT_METRICS, "m", Map.of("interval.ms", "100", "metrics", "*"));
        assertRefused(Type.CLIENT_METRICS, "m", Map.of("interval.ms", "99"), "from 100 to 3600000");
        assertRefused(Type.BROKER_LOGGER, "1", Map.of("root", "INFO"), "no settings that are kept");
    }

    @Test
    void aBrokersSettingIsChangedOnlyWhereItCanBe() {
        assertAllowed(Type.BROKER, "", Map.of("log.retention.ms", "5"));
        assertAllowed(Type.BROKER, "1", Map.of("log.retention.ms", "5"));
        assertAllowed(Type.BROKER, "1", Map.of("cordoned.log.dirs", "/a"));
        assertRefused(Type.BROKER, "", Map.of("cordoned.log.dirs", "/a"), "name a broker");
        assertRefused(Type.BROKER, "1", Map.of("node.id", "5"), "in the broker's file and restart it");
        assertRefused(Type.BROKER, "1", Map.of("log.retention.ms", "x"), "a whole number from -1 up");
    }

    @Test
    void aListsDefaultIsWhatHoldsOnTheNode() {
        assertThat(rules.isList(Type.TOPIC, "cleanup.policy")).isTrue();
        assertThat(rules.isList(Type.TOPIC, "retention.ms")).isFalse();
        assertThat(rules.isList(Type.TOPIC, "nonsense")).isFalse();
        assertThat(rules.defaultValue(Type.TOPIC, "cleanup.policy")).isEqualTo("compact");
        assertThat(rules.defaultValue(Type.BROKER, "log.cleanup.policy")).isEqualTo("compact");
        assertThat(rules.defaultValue(Type.TOPIC, "nonsense")).isNull();
    }

    @Test
    void aNewTopicIsDescribedWithAllItsSettings() {
        var described = rules.describeTopic(Map.of("segment.bytes", "4096"));
        assertThat(described).hasSameSizeAs(Settings.TOPIC.all());
        assertThat(described).anySatisfy(config -> {
            assertThat(config.name()).isEqualTo("segment.bytes");
            assertThat(config.value()).isEqualTo("4096");
            assertThat(config.configSource()).isEqualTo(ConfigSource.TOPIC.id());
        });
        assertThat(described).anySatisfy(config -> {
            assertThat(config.name()).isEqualTo("retention.ms");
            assertThat(config.value()).isEqualTo("7200000");
            assertThat(config.configSource()).isEqualTo(ConfigSource.STATIC_BROKER.id());
        });
    }

    private void assertAllowed(Type type, String resource, Map<String, String> settings) {
        assertThatCode(() -> rules.validate(new ConfigResource(type, resource), settings))
                .doesNotThrowAnyException();
    }

    private void assertRefused(Type type, String resource, Map<String, String> settings, String message) {
        assertThatThrownBy(() -> rules.validate(new ConfigResource(type, resource), settings))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(message);
    }
}
