package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.SettingsRules;
import io.kurier.cluster.controller.command.CreateTopicsTest.StrictRules;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// IncrementalAlterConfigs and AlterConfigs.
class ConfigCommandsTest {
    private static final int SET = 0;
    private static final int DELETE = 1;
    private static final int APPEND = 2;
    private static final int SUBTRACT = 3;

    private static Bench bench() {
        Bench bench = Bench.of(1);
        bench.create("t", 1);
        return bench;
    }

    private static AlterConfigsResourceResponse alter(
            Bench bench, Type type, String resource, int operation, String name, @Nullable String value) {
        AlterConfigsResource wanted =
                new AlterConfigsResource().setResourceType(type.id()).setResourceName(resource);
        wanted.configs()
                .add(new AlterableConfig()
                        .setName(name)
                        .setConfigOperation((byte) operation)
                        .setValue(value));
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources().add(wanted);
        return bench.run(request, IncrementalAlterConfigsResponseData.class)
                .responses()
                .getFirst();
    }

    private static String value(Bench bench, String name) {
        return bench.image.configs(Type.TOPIC, "t").getOrDefault(name, "absent");
    }

    @Test
    void aSettingIsSetDeletedAppendedToAndSubtractedFrom() {
        Bench bench = bench();
        alter(bench, Type.TOPIC, "t", SET, "retention.ms", "5");
        assertThat(value(bench, "retention.ms")).isEqualTo("5");
        alter(bench, Type.TOPIC, "t", DELETE, "retention.ms", null);
        assertThat(value(bench, "retention.ms")).isEqualTo("absent");
        alter(bench, Type.TOPIC, "t", APPEND, "cleanup.policy", "compact");
        assertThat(value(bench, "cleanup.policy")).isEqualTo("delete,compact");
        alter(bench, Type.TOPIC, "t", APPEND, "cleanup.policy", "compact, compact");
        assertThat(value(bench, "cleanup.policy")).isEqualTo("delete,compact");
        alter(bench, Type.TOPIC, "t", SUBTRACT, "cleanup.policy", "delete");
        assertThat(value(bench, "cleanup.policy")).isEqualTo("compact");
    }

    @ParameterizedTest
    @CsvSource({
        "TOPIC, none, 0, a, 1, UNKNOWN_TOPIC_OR_PARTITION",
        "TOPIC, '', 0, a, 1, INVALID_TOPIC_EXCEPTION",
        "TOPIC, t, 2, retention.ms, 1, INVALID_CONFIG",
        "TOPIC, t, 3, retention.ms, 1, INVALID_CONFIG",
        "TOPIC, t, 0, a, , INVALID_REQUEST",
        "TOPIC, t, 9, a, 1, INVALID_REQUEST",
        "BROKER, x, 0, a, 1, INVALID_REQUEST",
        "BROKER, 7, 0, a, 1, BROKER_ID_NOT_REGISTERED",
        "BROKER, 1, 0, a, 1, NONE",
        "BROKER, '', 0, a, 1, NONE",
        "GROUP, g, 0, a, 1, NONE",
        "GROUP, '', 0, a, 1, INVALID_REQUEST",
        "CLIENT_METRICS, m, 0, a, 1, NONE",
        "BROKER_LOGGER, 1, 0, a, 1, INVALID_REQUEST",
        "UNKNOWN, 1, 0, a, 1, INVALID_REQUEST",
    })
    void answers(Type type, String resource, int operation, String name, @Nullable String value, Errors error) {
        Bench bench = bench();
        AlterConfigsResourceResponse answer = alter(bench, type, resource, operation, name, value);
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(error);
        assertThat(answer.resourceType()).isEqualTo(type.id());
        assertThat(answer.resourceName()).isEqualTo(resource);
        if (error == Errors.NONE) {
            assertThat(bench.image.configs(type, resource)).containsExactly(Map.entry("a", "1"));
        } else {
            assertThat(bench.lastRecords).isEmpty();
            assertThat(answer.errorMessage()).isNotBlank();
        }
    }

    @Test
    void oneWrongSettingLeavesTheWholeResourceAlone() {
        Bench bench = new Bench(1, new StrictRules());
        bench.join(1);
        bench.create("t", 1);
        AlterConfigsResource wanted =
                new AlterConfigsResource().setResourceType(Type.TOPIC.id()).setResourceName("t");
        wanted.configs().add(new AlterableConfig().setName("retention.ms").setValue("1"));
        wanted.configs().add(new AlterableConfig().setName("unknown").setValue("1"));
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources().add(wanted);
        assertThat(bench.run(request, IncrementalAlterConfigsResponseData.class)
                        .responses()
                        .getFirst()
                        .errorCode())
                .isEqualTo(Errors.INVALID_CONFIG.code());
        assertThat(bench.image.configs()).isEmpty();
    }

    @Test
    void aBrokersNameForATopicsSettingIsTranslated() {
        Bench bench = new Bench(1, new StrictRules());
        bench.join(1);
        bench.create("t", 1);
        alter(bench, Type.TOPIC, "t", SET, "log.retention.hours", "1");
        assertThat(value(bench, "retention.ms")).isEqualTo("3600000");
        alter(bench, Type.TOPIC, "t", DELETE, "log.retention.hours", null);
        assertThat(value(bench, "retention.ms")).isEqualTo("absent");
    }

    @Test
    void anUnchangedValueGivesNoRecordExceptOnBrokers() {
        Bench bench = bench();
        alter(bench, Type.TOPIC, "t", SET, "a", "1");
        alter(bench, Type.TOPIC, "t", SET, "a", "1");
        assertThat(bench.lastRecords).isEmpty();
        alter(bench, Type.BROKER, "1", SET, "a", "1");
        alter(bench, Type.BROKER, "1", SET, "a", "1");
        assertThat(bench.lastRecords).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "retention.ms, retention.ms, 'Setting ''retention.ms'' comes twice'",
        "retention.ms, log.retention.hours, are two names of one setting",
        "log.retention.minutes, log.retention.hours, are two names of one setting",
    })
    void aSettingIsNamedOnce(String one, String other, String reason) {
        Bench bench = new Bench(1, new SettingsRules(EffectiveConfig.ofFile(Map.of())));
        bench.join(1);
        bench.create("t", 1);
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        AlterConfigsResource topic =
                new AlterConfigsResource().setResourceType(Type.TOPIC.id()).setResourceName("t");
        topic.configs().add(new AlterableConfig().setName(one).setValue("1"));
        topic.configs().add(new AlterableConfig().setName(other).setConfigOperation((byte) DELETE));
        request.resources().add(topic);
        AlterConfigsResourceResponse answer = bench.run(request, IncrementalAlterConfigsResponseData.class)
                .responses()
                .getFirst();
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(answer.errorMessage()).contains(reason);
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void aResourceThatComesTwiceIsRefusedBothTimesAndOthersAreNot() {
        Bench bench = bench();
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        for (String resource : new String[] {"t", "1", "t"}) {
            AlterConfigsResource wanted = new AlterConfigsResource()
                    .setResourceType((resource.equals("t") ? Type.TOPIC : Type.BROKER).id())
                    .setResourceName(resource);
            wanted.configs().add(new AlterableConfig().setName("a").setValue("1"));
            request.resources().add(wanted);
        }
        assertThat(bench.run(request, IncrementalAlterConfigsResponseData.class).responses())
                .extracting(answer -> answer.resourceName() + " " + Errors.forCode(answer.errorCode()))
                .containsExactly("t INVALID_REQUEST", "1 NONE", "t INVALID_REQUEST");
        assertThat(value(bench, "a")).isEqualTo("absent");
    }

    @Test
    void validateOnlyChangesNothing() {
        Bench bench = bench();
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData().setValidateOnly(true);
        AlterConfigsResource wanted =
                new AlterConfigsResource().setResourceType(Type.TOPIC.id()).setResourceName("t");
        wanted.configs().add(new AlterableConfig().setName("a").setValue("1"));
        request.resources().mustAdd(wanted);
        assertThat(bench.run(request, IncrementalAlterConfigsResponseData.class)
                        .responses()
                        .getFirst()
                        .errorCode())
                .isZero();
        assertThat(bench.image.configs()).isEmpty();
    }

    @Test
    void alterConfigsReplacesEverything() {
        Bench bench = bench();
        alter(bench, Type.TOPIC, "t", SET, "a", "1");
        alter(bench, Type.TOPIC, "t", SET, "b", "1");
        AlterConfigsRequestData.AlterConfigsResource wanted = new AlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(Type.TOPIC.id())
                .setResourceName("t");
        wanted.configs()
                .add(new AlterConfigsRequestData.AlterableConfig().setName("b").setValue("2"));
        AlterConfigsRequestData request = new AlterConfigsRequestData();
        request.resources().add(wanted);
        assertThat(bench.run(request, AlterConfigsResponseData.class)
                        .responses()
                        .getFirst()
                        .errorCode())
                .isZero();
        assertThat(bench.image.configs(Type.TOPIC, "t")).isEqualTo(Map.of("b", "2"));
    }
}
