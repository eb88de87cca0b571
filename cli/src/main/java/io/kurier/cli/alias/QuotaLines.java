package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.jspecify.annotations.Nullable;

/// What `kafka-configs` shows and changes of users, client ids and addresses: their quotas.
final class QuotaLines {
    private static final Map<String, String> TYPES = Map.of(
            "users", ClientQuotaEntity.USER, "clients", ClientQuotaEntity.CLIENT_ID, "ips", ClientQuotaEntity.IP);
    private static final Map<String, String> WORDS = Map.of(
            ClientQuotaEntity.USER,
            "user-principal",
            ClientQuotaEntity.CLIENT_ID,
            "client-id",
            ClientQuotaEntity.IP,
            "ip");

    private final Call call;
    private final Connection connection;
    private final Admin admin;

    QuotaLines(Call call, Connection connection, Admin admin) {
        this.call = call;
        this.connection = connection;
        this.admin = admin;
    }

    private static String type(KafkaConfigs.Entity entity) {
        return TYPES.getOrDefault(entity.type(), entity.type());
    }

    void describe(List<KafkaConfigs.Entity> entities) {
        List<ClientQuotaFilterComponent> components = new ArrayList<>();
        for (KafkaConfigs.Entity entity : entities) {
            String name = entity.name();
            components.add(
                    name == null
                            ? ClientQuotaFilterComponent.ofEntityType(type(entity))
                            : name.isEmpty()
                                    ? ClientQuotaFilterComponent.ofDefaultEntity(type(entity))
                                    : ClientQuotaFilterComponent.ofEntity(type(entity), name));
        }
        Map<ClientQuotaEntity, Map<String, Double>> found = connection.await(
                admin.describeClientQuotas(ClientQuotaFilter.containsOnly(components))
                        .entities(),
                "The quotas");
        Map<String, Map<String, Double>> sorted = new TreeMap<>();
        found.forEach((entity, quotas) -> sorted.put(words(entity), quotas));
        sorted.forEach((who, quotas) -> call.out()
                .println("Quota configs for " + who + " are "
                        + new TreeMap<>(quotas)
                                .entrySet().stream().map(Object::toString).collect(Collectors.joining(", "))));
    }

    private static String words(ClientQuotaEntity entity) {
        List<String> parts = new ArrayList<>();
        for (String type : List.of(ClientQuotaEntity.USER, ClientQuotaEntity.CLIENT_ID, ClientQuotaEntity.IP)) {
            if (entity.entries().containsKey(type)) {
                String name = entity.entries().get(type);
                parts.add(name == null ? "the default " + WORDS.get(type) : WORDS.get(type) + " '" + name + "'");
            }
        }
        return String.join(", ", parts);
    }

    void alter(List<KafkaConfigs.Entity> entities, KafkaConfigs.Changes changes) {
        Map<String, @Nullable String> entity = new HashMap<>();
        for (KafkaConfigs.Entity one : entities) {
            String name = one.name();
            if (name == null) {
                throw new Failure("Say whose quotas to change: --entity-name or --entity-default");
            }
            entity.put(type(one), name.isEmpty() ? null : name);
        }
        List<ClientQuotaAlteration.Op> operations = new ArrayList<>();
        changes.set().forEach((key, value) -> operations.add(new ClientQuotaAlteration.Op(key, number(key, value))));
        changes.removed().forEach(key -> operations.add(new ClientQuotaAlteration.Op(key, null)));
        connection.await(
                admin.alterClientQuotas(List.of(new ClientQuotaAlteration(new ClientQuotaEntity(entity), operations)))
                        .all(),
                "The quotas");
        KafkaConfigs.Entity first = entities.getFirst();
        String name = first.name();
        call.out()
                .println(
                        name == null || name.isEmpty()
                                ? "Completed updating default config for " + first.type() + " in the cluster."
                                : "Completed updating config for "
                                        + first.type().substring(0, first.type().length() - 1) + " " + name + ".");
    }

    private static Double number(String key, String value) {
        if (key.startsWith("SCRAM-")) {
            throw new Failure("Logins are not there yet, so " + key + " cannot be set");
        }
        try {
            return Double.valueOf(value);
        } catch (NumberFormatException e) {
            throw new Failure("'" + value + "' is no number, which " + key + " must be", e);
        }
    }
}
