package io.kurier.broker.api.configs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.config.ConfigSource;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.definition.SettingType;
import io.kurier.cluster.config.definition.Settings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribeConfigsHandlerTest {
    private final ConfigsFixture cluster = new ConfigsFixture();
    private final DescribeConfigsHandler handler = new DescribeConfigsHandler(
            ConfigsFixture.NODE,
            EffectiveConfig.ofFile(Map.of("node.id", "1", "log.retention.hours", "24", "num.partitions", "6")),
            cluster,
            GroupEvents.NONE);

    @Test
    void aTopicShowsAllItsSettingsWithTheirSources() {
        cluster.topic("orders");
        cluster.set(Type.TOPIC, "orders", "segment.bytes", "4096");
        cluster.set(Type.BROKER, "", "log.cleanup.policy", "compact");
        cluster.set(Type.BROKER, "1", "message.max.bytes", "999");

        DescribeConfigsResult result = describe(Type.TOPIC, "orders", null);
        assertThat(result.errorCode()).isZero();
        assertThat(result.configs())
                .extracting(DescribeConfigsResourceResult::name)
                .containsExactlyElementsOf(Settings.TOPIC.all().stream()
                        .map(setting -> setting.name())
                        .toList());
        assertShows(result, "segment.bytes", "4096", ConfigSource.TOPIC);
        assertShows(result, "retention.ms", "86400000", ConfigSource.STATIC_BROKER);
        assertShows(result, "cleanup.policy", "compact", ConfigSource.DYNAMIC_DEFAULT_BROKER);
        assertShows(result, "max.message.bytes", "999", ConfigSource.DYNAMIC_BROKER);
        assertShows(result, "segment.ms", "604800000", ConfigSource.DEFAULT);
        assertThat(result.configs()).allSatisfy(config -> {
            assertThat(config.readOnly()).isFalse();
            assertThat(config.isSensitive()).isFalse();
        });
    }

    @Test
    void synonymsTypesAndDocumentationComeWhenAskedFor() {
        cluster.topic("orders");
        cluster.set(Type.TOPIC, "orders", "retention.ms", "5");
        DescribeConfigsRequestData request = request(Type.TOPIC, "orders", List.of("retention.ms"))
                .setIncludeSynonyms(true)
                .setIncludeDocumentation(true);
        DescribeConfigsResourceResult config = answer(request).configs().getFirst();
        assertThat(config.configType()).isEqualTo(SettingType.LONG.id());
        assertThat(config.documentation()).startsWith("Segments whose newest record is older are deleted");
        assertThat(config.synonyms())
                .extracting(synonym -> synonym.name() + "=" + synonym.value() + " " + synonym.source())
                .containsExactly("retention.ms=5 1", "log.retention.hours=24 4", "log.retention.hours=168 5");

        DescribeConfigsResourceResult plain = describe(Type.TOPIC, "orders", List.of("retention.ms"))
                .configs()
                .getFirst();
        assertThat(plain.synonyms()).isEmpty();
        assertThat(plain.documentation()).isNull();
    }

    @Test
    void onlyTheNamesAskedForAreShown() {
        cluster.topic("orders");
        DescribeConfigsResult result =
                describe(Type.TOPIC, "orders", List.of("segment.ms", "log.retention.hours", "no.such.setting"));
        assertThat(result.configs())
                .extracting(DescribeConfigsResourceResult::name)
                .containsExactlyInAnyOrder("segment.ms", "retention.ms");
        assertThat(describe(Type.TOPIC, "orders", List.of()).configs()).hasSameSizeAs(Settings.TOPIC.all());
    }

    @Test
    void aBrokerShowsItsSettings() {
        cluster.set(Type.BROKER, "1", "log.retention.ms", "7");
        DescribeConfigsResult result = describe(Type.BROKER, "1", null);
        assertShows(result, "num.partitions", "6", ConfigSource.STATIC_BROKER);
        assertShows(result, "log.retention.ms", "7", ConfigSource.DYNAMIC_BROKER);
        assertShows(result, "log.retention.hours", "24", ConfigSource.STATIC_BROKER);
        assertShows(result, "auto.create.topics.enable", "true", ConfigSource.DEFAULT);
        assertThat(find(result, "num.partitions").readOnly()).isTrue();
        assertThat(find(result, "log.retention.ms").readOnly()).isFalse();
        assertThat(result.configs())
                .extracting(DescribeConfigsResourceResult::name)
                .doesNotContain("zookeeper.connect", "inter.broker.protocol.version")
                .doesNotHaveDuplicates();
    }

    @Test
    void allBrokersShowWhatWasSetForAllOfThem() {
        assertThat(describe(Type.BROKER, "", null).configs()).isEmpty();
        cluster.set(Type.BROKER, "", "log.retention.ms", "9");
        cluster.set(Type.BROKER, "1", "log.retention.ms", "7");
        DescribeConfigsResult result = describe(Type.BROKER, "", null);
        assertThat(result.configs()).hasSize(1);
        assertShows(result, "log.retention.ms", "9", ConfigSource.DYNAMIC_DEFAULT_BROKER);
    }

    @Test
    void groupsAndMetricsSubscriptionsShowTheirSettings() {
        cluster.set(Type.GROUP, "g", "consumer.session.timeout.ms", "50000");
        cluster.set(Type.CLIENT_METRICS, "m", "interval.ms", "1000");
        assertShows(describe(Type.GROUP, "g", null), "consumer.session.timeout.ms", "50000", ConfigSource.GROUP);
        assertShows(
                describe(Type.GROUP, "other", null), "share.isolation.level", "read_uncommitted", ConfigSource.DEFAULT);
        assertShows(describe(Type.CLIENT_METRICS, "m", null), "interval.ms", "1000", ConfigSource.CLIENT_METRICS);
        assertThat(describe(Type.BROKER_LOGGER, "1", null).errorCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "TOPIC, missing, UNKNOWN_TOPIC_OR_PARTITION",
        "TOPIC, not/a/name, INVALID_TOPIC_EXCEPTION",
        "TOPIC, '', INVALID_TOPIC_EXCEPTION",
        "TOPIC, .., INVALID_TOPIC_EXCEPTION",
        "BROKER, 2, INVALID_REQUEST",
        "BROKER, one, INVALID_REQUEST",
        "BROKER_LOGGER, 2, INVALID_REQUEST",
        "BROKER_LOGGER, '', INVALID_REQUEST",
        "GROUP, '', INVALID_REQUEST",
        "CLIENT_METRICS, '', INVALID_REQUEST",
        "UNKNOWN, x, INVALID_REQUEST",
    })
    void aResourceThatIsNotThereIsAnErrorOfItsOwn(Type type, String name, Errors error) {
        cluster.topic("orders");
        DescribeConfigsRequestData request = request(type, name, null);
        request.resources()
                .add(new DescribeConfigsResource()
                        .setResourceType(Type.TOPIC.id())
                        .setResourceName("orders"));
        var results = handler.handle(ConfigsFixture.context(ApiKeys.DESCRIBE_CONFIGS, 4), request)
                .join()
                .results();
        assertThat(Errors.forCode(results.get(0).errorCode())).isEqualTo(error);
        assertThat(results.get(0).errorMessage()).isNotEmpty();
        assertThat(results.get(0).configs()).isEmpty();
        assertThat(results.get(1).errorCode()).isZero();
    }

    private DescribeConfigsResult describe(Type type, String name, @Nullable List<String> keys) {
        return answer(request(type, name, keys));
    }

    private DescribeConfigsResult answer(DescribeConfigsRequestData request) {
        var answer = handler.handle(ConfigsFixture.context(ApiKeys.DESCRIBE_CONFIGS, 4), request)
                .join();
        return ConfigsFixture.encodable(ApiKeys.DESCRIBE_CONFIGS, answer)
                .results()
                .getFirst();
    }

    private static DescribeConfigsRequestData request(Type type, String name, @Nullable List<String> keys) {
        DescribeConfigsRequestData request = new DescribeConfigsRequestData();
        request.resources()
                .add(new DescribeConfigsResource()
                        .setResourceType(type.id())
                        .setResourceName(name)
                        .setConfigurationKeys(keys));
        return request;
    }

    private static void assertShows(DescribeConfigsResult result, String name, String value, ConfigSource source) {
        DescribeConfigsResourceResult config = find(result, name);
        assertThat(config.value()).as(name).isEqualTo(value);
        assertThat(config.configSource()).as(name).isEqualTo(source.id());
    }

    private static DescribeConfigsResourceResult find(DescribeConfigsResult result, String name) {
        return result.configs().stream()
                .filter(config -> config.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + result));
    }
}
