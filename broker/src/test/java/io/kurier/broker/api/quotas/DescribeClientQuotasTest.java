package io.kurier.broker.api.quotas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.quota.QuotaEntity;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData.ComponentData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DescribeClientQuotasTest {
    private static final int EXACT = 0;
    private static final int DEFAULT = 1;
    private static final int ANY = 2;

    private static final Map<String, QuotaEntity> ENTITIES = Map.of(
            "u", entity("user", "u"),
            "v", entity("user", "v"),
            "u*", entity("user", null),
            "c", entity("client-id", "c"),
            "u+c", entity("user", "u", "client-id", "c"),
            "u+c*", entity("user", "u", "client-id", null),
            "ip", entity("ip", "1.2.3.4"),
            "ip*", entity("ip", null));

    private static QuotaEntity entity(@Nullable String... parts) {
        Map<String, @Nullable String> names = new HashMap<>();
        for (int i = 0; i < parts.length; i += 2) {
            names.put(String.valueOf(parts[i]), parts[i + 1]);
        }
        return new QuotaEntity(names);
    }

    private static ComponentData component(String kind, int type, @Nullable String match) {
        return new ComponentData().setEntityType(kind).setMatchType((byte) type).setMatch(match);
    }

    private static Set<String> shown(boolean strict, ComponentData... components) {
        QuotaFilter filter = new QuotaFilter(Arrays.asList(components), strict);
        Set<String> shown = new TreeSet<>();
        ENTITIES.forEach((name, entity) -> {
            if (filter.matches(entity)) {
                shown.add(name);
            }
        });
        return shown;
    }

    @Test
    void allOfThem() {
        assertThat(shown(false)).isEqualTo(ENTITIES.keySet());
        assertThat(shown(true)).isEmpty();
    }

    @Test
    void byName() {
        assertThat(shown(false, component("user", EXACT, "u"))).containsExactlyInAnyOrder("u", "u+c", "u+c*");
        assertThat(shown(true, component("user", EXACT, "u"))).containsExactly("u");
    }

    @Test
    void theDefault() {
        assertThat(shown(false, component("user", DEFAULT, null))).containsExactly("u*");
        assertThat(shown(false, component("client-id", DEFAULT, null))).containsExactly("u+c*");
        assertThat(shown(true, component("ip", DEFAULT, null))).containsExactly("ip*");
    }

    @Test
    void anyName() {
        assertThat(shown(false, component("user", ANY, null))).containsExactlyInAnyOrder("u", "v", "u*", "u+c", "u+c*");
        assertThat(shown(true, component("user", ANY, null))).containsExactlyInAnyOrder("u", "v", "u*");
        assertThat(shown(true, component("user", ANY, null), component("client-id", EXACT, "c")))
                .containsExactly("u+c");
    }

    @Test
    void filtersThatMakeNoSense() {
        for (List<ComponentData> components : List.of(
                List.of(component("", ANY, null)),
                List.of(component("user", EXACT, null)),
                List.of(component("user", DEFAULT, "u")),
                List.of(component("user", ANY, "u")),
                List.of(component("user", 3, null)),
                List.of(component("user", ANY, null), component("user", EXACT, "u")),
                List.of(component("user", ANY, null), component("ip", ANY, null)))) {
            assertThatThrownBy(() -> new QuotaFilter(components, false))
                    .as("%s", components)
                    .isInstanceOf(InvalidRequestException.class);
        }
        assertThatThrownBy(() -> new QuotaFilter(List.of(component("group", ANY, null)), false))
                .isInstanceOf(UnsupportedVersionException.class);
    }
}
