package io.kurier.broker.api.configs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlterConfigsHandlersTest {
    private final ConfigsFixture cluster = new ConfigsFixture();

    @Test
    void theControllersAnswersComeInTheOrderOfTheRequest() {
        cluster.controller = request -> {
            IncrementalAlterConfigsResponseData answer = new IncrementalAlterConfigsResponseData();
            List<AlterConfigsResource> resources =
                    List.copyOf(((IncrementalAlterConfigsRequestData) request).resources());
            for (AlterConfigsResource resource : resources.reversed())
                answer.responses()
                        .add(new AlterConfigsResourceResponse()
                                .setResourceType(resource.resourceType())
                                .setResourceName(resource.resourceName())
                                .setErrorCode((short) (resource.resourceName().equals("b") ? 40 : 0))
                                .setErrorMessage(resource.resourceName().equals("b") ? "not so" : null));
            return answer;
        };
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData().setValidateOnly(true);
        request.resources().add(resource(Type.TOPIC, "a", "retention.ms"));
        request.resources().add(resource(Type.BROKER_LOGGER, "1", "root"));
        request.resources().add(resource(Type.TOPIC, "b", "log.retention.hours"));

        IncrementalAlterConfigsResponseData answer = alter(request);

        assertThat(answer.responses())
                .extracting(result -> result.resourceName() + " " + Errors.forCode(result.errorCode()))
                .containsExactly("a NONE", "1 INVALID_REQUEST", "b INVALID_CONFIG");
        assertThat(answer.responses().get(2).errorMessage()).isEqualTo("not so");
        IncrementalAlterConfigsRequestData forwarded =
                (IncrementalAlterConfigsRequestData) cluster.submitted.getFirst();
        assertThat(forwarded.validateOnly()).isTrue();
        assertThat(forwarded.resources())
                .extracting(AlterConfigsResource::resourceName)
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({
        "TOPIC, retention.ms, retention.ms, 'Setting ''retention.ms'' comes twice'",
        "TOPIC, retention.ms, log.retention.hours, are two names of one setting",
        "TOPIC, log.retention.minutes, log.retention.hours, are two names of one setting",
        "BROKER_LOGGER, root, other, Log levels cannot be changed",
        "UNKNOWN, a, b, Unsupported resource type",
    })
    void whatIsNotWellFormedDoesNotReachTheController(Type type, String one, String other, String reason) {
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        AlterConfigsResource resource = resource(type, "t", one);
        resource.configs()
                .add(new AlterableConfig()
                        .setName(other)
                        .setConfigOperation((byte) 0)
                        .setValue("1"));
        request.resources().add(resource);
        var result = alter(request).responses().getFirst();
        assertThat(Errors.forCode(result.errorCode())).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(result.errorMessage()).contains(reason);
        assertThat(cluster.submitted).isEmpty();
    }

    @Test
    void aResourceThatComesTwiceIsRefusedBothTimes() {
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources().add(resource(Type.TOPIC, "a", "retention.ms"));
        request.resources().add(resource(Type.TOPIC, "a", "segment.ms"));
        assertThat(alter(request).responses())
                .hasSize(2)
                .allSatisfy(result -> assertThat(result.errorCode()).isEqualTo(Errors.INVALID_REQUEST.code()));
    }

    @Test
    void replacingAllSettingsGoesTheSameWay() {
        cluster.controller = request -> {
            AlterConfigsResponseData answer = new AlterConfigsResponseData();
            answer.responses()
                    .add(new AlterConfigsResponseData.AlterConfigsResourceResponse()
                            .setResourceType(Type.TOPIC.id())
                            .setResourceName("a"));
            return answer;
        };
        AlterConfigsRequestData request = new AlterConfigsRequestData();
        var resource = new AlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(Type.TOPIC.id())
                .setResourceName("a");
        resource.configs()
                .add(new AlterConfigsRequestData.AlterableConfig()
                        .setName("retention.ms")
                        .setValue("1"));
        request.resources().add(resource);
        request.resources()
                .add(new AlterConfigsRequestData.AlterConfigsResource()
                        .setResourceType((byte) 99)
                        .setResourceName("x"));
        AlterConfigsResponseData answer = new AlterConfigsHandler(cluster)
                .handle(ConfigsFixture.context(ApiKeys.ALTER_CONFIGS, 2), request)
                .join();
        assertThat(ConfigsFixture.encodable(ApiKeys.ALTER_CONFIGS, answer).responses())
                .extracting(result -> result.resourceName() + " " + Errors.forCode(result.errorCode()))
                .containsExactly("a NONE", "x INVALID_REQUEST");
        assertThat(answer.responses().get(1).resourceType()).isEqualTo((byte) 99);
    }

    private IncrementalAlterConfigsResponseData alter(IncrementalAlterConfigsRequestData request) {
        return ConfigsFixture.encodable(
                ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                new IncrementalAlterConfigsHandler(cluster)
                        .handle(ConfigsFixture.context(ApiKeys.INCREMENTAL_ALTER_CONFIGS, 1), request)
                        .join());
    }

    private static AlterConfigsResource resource(Type type, String name, String setting) {
        AlterConfigsResource resource =
                new AlterConfigsResource().setResourceType(type.id()).setResourceName(name);
        resource.configs()
                .add(new AlterableConfig()
                        .setName(setting)
                        .setConfigOperation((byte) 1)
                        .setValue("1"));
        return resource;
    }
}
