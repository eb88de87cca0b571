package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.quota.QuotaEntity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.EntityData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.EntryData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.OpData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlterClientQuotasTest {
    private final Bench bench = Bench.of(1);

    private static EntryData entry(List<EntityData> entity, OpData... operations) {
        return new EntryData().setEntity(entity).setOps(List.of(operations));
    }

    private static EntityData part(String kind, @Nullable String name) {
        return new EntityData().setEntityType(kind).setEntityName(name);
    }

    private static OpData set(String key, double value) {
        return new OpData().setKey(key).setValue(value);
    }

    private static OpData remove(String key) {
        return new OpData().setKey(key).setRemove(true);
    }

    private List<Errors> alter(EntryData... entries) {
        return alter(false, entries);
    }

    private List<Errors> alter(boolean validateOnly, EntryData... entries) {
        AlterClientQuotasResponseData answer = bench.run(
                new AlterClientQuotasRequestData().setEntries(List.of(entries)).setValidateOnly(validateOnly),
                AlterClientQuotasResponseData.class);
        return answer.entries().stream()
                .map(entry -> Errors.forCode(entry.errorCode()))
                .toList();
    }

    private Map<String, Double> limits(Map<String, @Nullable String> entity) {
        return bench.image.quotas().getOrDefault(new QuotaEntity(entity), Map.of());
    }

    @Test
    void setsChangesAndRemovesLimits() {
        List<EntityData> both = List.of(part("client-id", "c"), part("user", "u"));
        assertThat(alter(entry(both, set("producer_byte_rate", 1000), set("request_percentage", 12.5))))
                .containsExactly(Errors.NONE);
        Map<String, @Nullable String> entity = Map.of("user", "u", "client-id", "c");
        assertThat(limits(entity)).isEqualTo(Map.of("producer_byte_rate", 1000.0, "request_percentage", 12.5));

        assertThat(alter(entry(both, set("producer_byte_rate", 2000), remove("request_percentage"))))
                .containsExactly(Errors.NONE);
        assertThat(limits(entity)).isEqualTo(Map.of("producer_byte_rate", 2000.0));

        alter(entry(both, remove("producer_byte_rate")));
        assertThat(bench.image.quotas()).isEmpty();
    }

    @Test
    void theDefaultHasNoName() {
        alter(entry(List.of(part("user", null)), set("consumer_byte_rate", 5)));
        alter(entry(List.of(part("ip", null)), set("connection_creation_rate", 7)));
        assertThat(bench.image.quotas().keySet())
                .allSatisfy(entity -> assertThat(entity.parts().values()).containsOnlyNulls());
        assertThat(bench.image.quotas()).hasSize(2);
    }

    @Test
    void whatStaysAsItIsGivesNoRecord() {
        EntryData same = entry(List.of(part("user", "u")), set("producer_byte_rate", 1000));
        alter(same);
        alter(same, entry(List.of(part("user", "other")), remove("producer_byte_rate")));
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void oneBadEntityDoesNotHinderAnother() {
        assertThat(alter(
                        entry(List.of(part("user", "a")), set("producer_byte_rate", 1), set("no_such_rate", 1)),
                        entry(List.of(part("user", "b")), set("producer_byte_rate", 1))))
                .containsExactly(Errors.INVALID_REQUEST, Errors.NONE);
        assertThat(bench.image.quotas()).containsOnlyKeys(new QuotaEntity(Map.of("user", "b")));
    }

    @Test
    void validationAloneChangesNothing() {
        assertThat(alter(true, entry(List.of(part("user", "a")), set("producer_byte_rate", 1))))
                .containsExactly(Errors.NONE);
        assertThat(alter(true, entry(List.of(part("user", "a")), set("producer_byte_rate", -1))))
                .containsExactly(Errors.INVALID_REQUEST);
        assertThat(bench.image.quotas()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "user, u, producer_byte_rate, 0",
        "user, u, producer_byte_rate, -1",
        "user, u, producer_byte_rate, 1.5",
        "user, u, producer_byte_rate, NaN",
        "user, u, producer_byte_rate, Infinity",
        "user, u, request_percentage, NaN",
        "user, u, request_percentage, Infinity",
        "user, u, connection_creation_rate, 1",
        "user, '', producer_byte_rate, 1",
        "group, g, producer_byte_rate, 1",
        "ip, 127.0.0.1, producer_byte_rate, 1",
        "ip, 127.0.0.1, connection_creation_rate, 3000000000",
        "ip, somewhere.example, connection_creation_rate, 1",
        "ip, 1.2.3.4.5, connection_creation_rate, 1",
    })
    void refuses(String kind, String name, String key, double value) {
        assertThat(alter(entry(List.of(part(kind, name)), set(key, value)))).containsExactly(Errors.INVALID_REQUEST);
        assertThat(bench.image.quotas()).isEmpty();
    }

    @Test
    void refusesWhatIsNoEntityAndWhatComesTwice() {
        OpData rate = set("producer_byte_rate", 1);
        assertThat(alter(
                        entry(List.of(), rate),
                        entry(List.of(part("ip", "::1"), part("user", "u")), set("connection_creation_rate", 1)),
                        entry(List.of(part("user", "u"), part("user", "v")), rate),
                        entry(List.of(part("user", "x".repeat(5_000))), rate),
                        entry(List.of(part("user", "u")), rate, set("producer_byte_rate", 2))))
                .containsOnly(Errors.INVALID_REQUEST);
        assertThat(alter(
                        entry(List.of(part("user", "u"), part("client-id", "c")), rate),
                        entry(List.of(part("client-id", "c"), part("user", "u")), rate)))
                .containsExactly(Errors.NONE, Errors.INVALID_REQUEST);
    }

    @Test
    void oneCommandIsBounded() {
        bench.settings = new ControllerSettings(1, (short) 1, 2);
        List<EntryData> entries = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            entries.add(entry(List.of(part("user", "u" + i)), set("producer_byte_rate", 1)));
        }
        assertThat(alter(entries.toArray(EntryData[]::new)))
                .containsExactly(Errors.NONE, Errors.NONE, Errors.POLICY_VIOLATION);
    }
}
