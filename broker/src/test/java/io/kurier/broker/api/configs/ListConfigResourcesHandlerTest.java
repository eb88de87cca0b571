package io.kurier.broker.api.configs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListConfigResourcesHandlerTest {
    private final ConfigsFixture cluster = new ConfigsFixture();

    @BeforeEach
    void someResources() {
        cluster.topic("b");
        cluster.topic("a");
        cluster.set(Type.CLIENT_METRICS, "m", "interval.ms", "1000");
        cluster.set(Type.GROUP, "g", "share.isolation.level", "read_committed");
        cluster.set(Type.TOPIC, "a", "retention.ms", "1");
    }

    @Test
    void everythingIsListedWhenNoTypeIsNamed() {
        assertThat(names(list(1))).containsExactly("2 a", "2 b", "4 1", "4 2", "8 1", "8 2", "16 m", "32 g");
    }

    @Test
    void onlyTheTypesNamedAreListed() {
        assertThat(names(list(1, Type.GROUP, Type.TOPIC))).containsExactly("32 g", "2 a", "2 b");
    }

    @Test
    void versionZeroKnowsMetricsSubscriptionsAlone() {
        assertThat(names(list(0))).containsExactly("16 m");
    }

    @Test
    void anUnknownTypeIsNotSupported() {
        ListConfigResourcesResponseData answer = list(1, Type.TOPIC, Type.UNKNOWN);
        assertThat(answer.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(answer.configResources()).isEmpty();
    }

    private ListConfigResourcesResponseData list(int version, Type... types) {
        ListConfigResourcesRequestData request = new ListConfigResourcesRequestData()
                .setResourceTypes(List.of(types).stream().map(Type::id).toList());
        return ConfigsFixture.encodable(
                ApiKeys.LIST_CONFIG_RESOURCES,
                new ListConfigResourcesHandler(cluster)
                        .handle(ConfigsFixture.context(ApiKeys.LIST_CONFIG_RESOURCES, version), request)
                        .join());
    }

    private static List<String> names(ListConfigResourcesResponseData answer) {
        assertThat(answer.errorCode()).isZero();
        return answer.configResources().stream()
                .map(resource -> resource.resourceType() + " " + resource.resourceName())
                .toList();
    }
}
