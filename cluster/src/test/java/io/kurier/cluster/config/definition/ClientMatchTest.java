package io.kurier.cluster.config.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.config.ClientMetricsSubscription;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.SettingsRules;
import io.kurier.cluster.config.definition.ClientMatch.Attribute;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientMatchTest {
    private static final Map<Attribute, String> CLIENT = Map.of(
            Attribute.CLIENT_INSTANCE_ID, "Xy5",
            Attribute.CLIENT_ID, "shop-1",
            Attribute.CLIENT_SOFTWARE_NAME, "apache-kafka-java",
            Attribute.CLIENT_SOFTWARE_VERSION, "4.4.0",
            Attribute.CLIENT_SOURCE_ADDRESS, "192.0.2.7",
            Attribute.CLIENT_SOURCE_PORT, "4711");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                                              | true
        client_id=shop-.*                               | true
        client_id=shop                                  | false
        client_id=.*,client_software_version=4\\..*     | true
        client_id=.*,client_software_version=3\\..*     | false
        client_source_address=192[.]0[.]2[.]\\d+        | true
        client_source_port = 47.. , client_instance_id=X.* | true
        client_software_name=(librd.*) | false
        client_id=a=b                                   | false
        """)
    void allPairsMustFitTheWholeValue(String pairs, boolean fits) throws InvalidSettingException {
        String kept = Settings.CLIENT_METRICS.get("match").normalize(pairs);

        assertThat(ClientMatch.of(SettingType.elements(kept)).fits(CLIENT::get)).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        match       | client_id
        match       | client_name=.*
        match       | client_id=(
        match       | client_id=a,client_id=b
        match       | client_id=a,
        interval.ms | 99
        interval.ms | 3600001
        interval.ms | often
        """)
    void whatIsNotAllowedIsRefused(String name, String value) {
        SettingsRules rules = new SettingsRules(EffectiveConfig.ofFile(Map.of()));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "a");

        assertThatThrownBy(() -> rules.validate(resource, Map.of(name, value)))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("'" + name + "': allowed is a ");
    }

    @Test
    void anExpressionThatTakesForEverDoesNotFit() {
        ClientMatch careless = ClientMatch.of(List.of("client_id=(a+)+b"));

        assertThat(careless.fits(attribute -> "a".repeat(200))).isFalse();
        assertThat(careless.fits(attribute -> "aaab")).isTrue();
        assertThat(ClientMatch.of(List.of("client_id=(a|b)*")).fits(attribute -> "ab".repeat(20_000)))
                .as("looks at the first 255 characters")
                .isTrue();
    }

    @Test
    void aSubscriptionHasKafkasDefaults() {
        ClientMetricsSubscription empty = ClientMetricsSubscription.of(Map.of());
        assertThat(empty.metrics()).isEmpty();
        assertThat(empty.intervalMs()).isEqualTo(300_000).isEqualTo(ClientMetricsSubscription.defaultIntervalMs());
        assertThat(empty.match().fits(CLIENT::get)).isTrue();

        ClientMetricsSubscription set =
                ClientMetricsSubscription.of(Map.of("metrics", "a., b.", "interval.ms", "100", "match", "client_id=("));
        assertThat(set.metrics()).containsExactly("a.", "b.");
        assertThat(set.intervalMs()).isEqualTo(100);
        assertThat(set.match().fits(CLIENT::get))
                .as("a value from elsewhere that is not allowed is as if not set")
                .isTrue();
    }
}
