package io.kurier.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.config.definition.Setting;
import io.kurier.cluster.config.definition.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EffectiveConfigTest {
    private static final Setting RETENTION = Settings.TOPIC.known("retention.ms");
    private static final EffectiveConfig NOTHING = EffectiveConfig.ofFile(Map.of());

    @Test
    void theDefaultHoldsWhereNothingIsSet() {
        ConfigEntry entry = NOTHING.topic(RETENTION, Map.of());
        assertThat(entry.value()).isEqualTo("604800000");
        assertThat(entry.source()).isEqualTo(ConfigSource.DEFAULT);
        assertThat(entry.synonyms())
                .containsExactly(new ConfigEntry.Synonym("log.retention.hours", "168", ConfigSource.DEFAULT));
    }

    @Test
    void eachSourceGoesBeforeTheNext() {
        Map<String, String> file = Map.of("log.retention.hours", "1");
        Map<String, String> all = Map.of("log.retention.ms", "3");
        Map<String, String> one = Map.of("log.retention.ms", "2");
        Map<String, String> topic = Map.of("retention.ms", "1");
        EffectiveConfig ofFile = EffectiveConfig.ofFile(file);

        assertHolds(ofFile.topic(RETENTION, Map.of()), "3600000", ConfigSource.STATIC_BROKER);
        assertHolds(
                ofFile.withDynamic(all, Map.of()).topic(RETENTION, Map.of()), "3", ConfigSource.DYNAMIC_DEFAULT_BROKER);
        assertHolds(ofFile.withDynamic(all, one).topic(RETENTION, Map.of()), "2", ConfigSource.DYNAMIC_BROKER);
        assertHolds(ofFile.withDynamic(all, one).topic(RETENTION, topic), "1", ConfigSource.TOPIC);
        assertThat(ofFile.withDynamic(all, one).topic(RETENTION, topic).synonyms())
                .containsExactly(
                        new ConfigEntry.Synonym("retention.ms", "1", ConfigSource.TOPIC),
                        new ConfigEntry.Synonym("log.retention.ms", "2", ConfigSource.DYNAMIC_BROKER),
                        new ConfigEntry.Synonym("log.retention.ms", "3", ConfigSource.DYNAMIC_DEFAULT_BROKER),
                        new ConfigEntry.Synonym("log.retention.hours", "1", ConfigSource.STATIC_BROKER),
                        new ConfigEntry.Synonym("log.retention.hours", "168", ConfigSource.DEFAULT));
    }

    @Test
    void theFinerUnitGoesFirstWithinOneSource() {
        assertHolds(
                EffectiveConfig.ofFile(Map.of("log.retention.hours", "1", "log.retention.minutes", "2"))
                        .topic(RETENTION, Map.of()),
                "120000",
                ConfigSource.STATIC_BROKER);
        assertHolds(
                EffectiveConfig.ofFile(Map.of("log.retention.ms", "5", "log.retention.minutes", "2"))
                        .topic(RETENTION, Map.of()),
                "5",
                ConfigSource.STATIC_BROKER);
        assertHolds(
                EffectiveConfig.ofFile(Map.of("log.retention.hours", "-1")).topic(RETENTION, Map.of()),
                "-1",
                ConfigSource.STATIC_BROKER);
    }

    @Test
    void theSchedulersIntervalIsTheLastResortOfFlushMs() {
        Setting flush = Settings.TOPIC.known("flush.ms");
        assertHolds(NOTHING.topic(flush, Map.of()), "9223372036854775807", ConfigSource.DEFAULT);
        assertHolds(
                EffectiveConfig.ofFile(Map.of("log.flush.scheduler.interval.ms", "7"))
                        .topic(flush, Map.of()),
                "7",
                ConfigSource.STATIC_BROKER);
    }

    @Test
    void aValueThatIsNotAllowedCountsAsNotSet() {
        assertHolds(
                NOTHING.topic(RETENTION, Map.of("retention.ms", "soon", "nobody.knows", "1")),
                "604800000",
                ConfigSource.DEFAULT);
        assertHolds(
                NOTHING.withDynamic(Map.of("log.retention.ms", "-9"), Map.of()).topic(RETENTION, Map.of()),
                "604800000",
                ConfigSource.DEFAULT);
    }

    @Test
    void aBrokersSettingShowsItsOwnNameFirst() {
        EffectiveConfig config = EffectiveConfig.ofFile(Map.of("log.retention.hours", "24"))
                .withDynamic(Map.of("log.retention.ms", "9"), Map.of());
        ConfigEntry ms = config.broker(Settings.BROKER.known("log.retention.ms"));
        assertHolds(ms, "9", ConfigSource.DYNAMIC_DEFAULT_BROKER);
        assertThat(ms.readOnly()).isFalse();
        ConfigEntry hours = config.broker(Settings.BROKER.known("log.retention.hours"));
        assertHolds(hours, "24", ConfigSource.STATIC_BROKER);
        assertThat(hours.readOnly()).isTrue();
        assertThat(hours.synonyms())
                .containsExactly(
                        new ConfigEntry.Synonym("log.retention.hours", "24", ConfigSource.STATIC_BROKER),
                        new ConfigEntry.Synonym("log.retention.hours", "168", ConfigSource.DEFAULT));
        ConfigEntry minutes = config.broker(Settings.BROKER.known("log.retention.minutes"));
        assertThat(minutes.value()).isNull();
    }

    @Test
    void aGroupTakesItsValueFromTheBroker() {
        Setting session = Settings.GROUP.known("consumer.session.timeout.ms");
        EffectiveConfig config = EffectiveConfig.ofFile(Map.of("group.consumer.session.timeout.ms", "50000"));
        assertHolds(config.group(session, Map.of()), "50000", ConfigSource.STATIC_BROKER);
        assertHolds(config.group(session, Map.of("consumer.session.timeout.ms", "46000")), "46000", ConfigSource.GROUP);
    }

    @Test
    void standbyReplicasStayWithinTheirBound() {
        EffectiveConfig most = EffectiveConfig.ofFile(
                Map.of("group.streams.num.standby.replicas", "5", "group.streams.max.standby.replicas", "3"));
        assertThat(GroupSettings.of(most).streams().standbyReplicas()).isEqualTo(3);
        EffectiveConfig less = EffectiveConfig.ofFile(Map.of("group.streams.num.standby.replicas", "1"));
        assertThat(GroupSettings.of(less).streams().standbyReplicas()).isEqualTo(1);
    }

    @Test
    void areasAreReadAsTheirTypes() {
        EffectiveConfig config = EffectiveConfig.ofFile(Map.of(
                "log.cleanup.policy", "compact,delete", "offsets.retention.minutes", "3", "num.partitions", "6"));
        TopicSettings topic = TopicSettings.of(
                config, Map.of("kurier.durability", "memory", "message.timestamp.type", "LogAppendTime"));
        assertThat(topic.retention()).isEqualTo(new TopicSettings.Retention(true, 604_800_000, -1, 60_000));
        assertThat(topic.compaction().compact()).isTrue();
        assertThat(topic.durability()).isEqualTo(new TopicSettings.Durability(true, Long.MAX_VALUE, Long.MAX_VALUE, 1));
        assertThat(topic.batches()).isEqualTo(new TopicSettings.Batches(1_048_588, true, Long.MAX_VALUE, 3_600_000));
        assertThat(topic.segments()).isEqualTo(new TopicSettings.Segments(1 << 30, 604_800_000, 0, 10 << 20, 4096));
        assertThat(GroupSettings.of(config).offsets().retentionMs()).isEqualTo(180_000);
        assertThat(GroupSettings.of(config).topic())
                .isEqualTo(new GroupSettings.OffsetsTopic(50, (short) 3, 100 << 20));
        assertThat(TopicDefaults.of(config)).isEqualTo(new TopicDefaults(6, (short) 1, true, true));
        assertThat(NetworkSettings.of(config).requestMaxBytes()).isEqualTo(100 << 20);
        assertThat(FetchSettings.of(config)).isEqualTo(new FetchSettings(55 << 20, 1000));
        assertThat(QuorumSettings.of(config).log()).isEqualTo(new QuorumSettings.MetadataLog(20 << 20, 3_600_000));
        assertThat(LogSettings.of(config))
                .isEqualTo(new LogSettings(300_000, 86_400_000, 32 << 20, 12, Long.MAX_VALUE));
        assertThat(TypedValues.ofBroker(config).list("log.dirs")).isEqualTo(List.of());
    }

    private static void assertHolds(ConfigEntry entry, String value, ConfigSource source) {
        assertThat(entry.value()).isEqualTo(value);
        assertThat(entry.source()).isEqualTo(source);
    }
}
