package io.kurier.cluster.controller.command;

import io.kurier.cluster.quota.QuotaEntity;
import io.kurier.cluster.quota.QuotaKey;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.message.AlterClientQuotasRequestData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.EntityData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.EntryData;
import org.apache.kafka.common.message.AlterClientQuotasRequestData.OpData;
import org.apache.kafka.common.message.AlterClientQuotasResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Sets and removes limits of clients (API 49, KIP-546). Each entity changes wholly or not at all.
///
/// Errors of an entity: INVALID_REQUEST (no such kind of entity or combination of them, no such limit, a value that
/// cannot be, an entity or a limit twice), POLICY_VIOLATION (more than one command may change, or the cluster may
/// keep).
final class AlterClientQuotas implements Command<AlterClientQuotasRequestData, AlterClientQuotasResponseData> {
    /// Names come from outside, and each node keeps them all.
    static final int MAX_NAME_LENGTH = 4_096;

    static final int MAX_ENTITIES = 100_000;

    private static final Set<String> KINDS = Set.of(QuotaEntity.USER, QuotaEntity.CLIENT_ID, QuotaEntity.IP);

    @Override
    public Decision<AlterClientQuotasResponseData> decide(AlterClientQuotasRequestData request, Situation situation) {
        AlterClientQuotasResponseData response = new AlterClientQuotasResponseData();
        List<ApiMessage> records = new ArrayList<>();
        Set<QuotaEntity> seen = new HashSet<>();
        int added = 0;
        for (EntryData entry : request.entries()) {
            AlterClientQuotasResponseData.EntryData result = new AlterClientQuotasResponseData.EntryData()
                    .setErrorMessage(null)
                    .setEntity(entry.entity().stream()
                            .map(part -> new AlterClientQuotasResponseData.EntityData()
                                    .setEntityType(part.entityType())
                                    .setEntityName(part.entityName()))
                            .toList());
            try {
                QuotaEntity entity = entity(entry.entity());
                if (!seen.add(entity)) {
                    throw invalid("The entity is named more than once in the request.");
                }
                List<ApiMessage> changes = changes(entity, entry.ops(), situation);
                situation.checkSize((long) records.size() + changes.size());
                if (!situation.image().quotas().containsKey(entity)) {
                    checkRoom(situation.image().quotas().size() + added++);
                }
                records.addAll(changes);
            } catch (Refusal e) {
                result.setErrorCode(e.error().code()).setErrorMessage(e.reason());
            }
            response.entries().add(result);
        }
        return request.validateOnly() ? Decision.unchanged(response) : new Decision<>(response, records);
    }

    private static void checkRoom(int entities) throws Refusal {
        if (entities >= MAX_ENTITIES) {
            throw new Refusal(
                    Errors.POLICY_VIOLATION,
                    "There are quotas for " + MAX_ENTITIES + " entities already. Remove some, or use defaults.");
        }
    }

    private static QuotaEntity entity(List<EntityData> parts) throws Refusal {
        Map<String, @Nullable String> names = new TreeMap<>();
        for (EntityData part : parts) {
            String kind = part.entityType();
            String name = part.entityName();
            if (!KINDS.contains(kind)) {
                throw invalid("Unhandled client quota entity type: '" + shortened(kind)
                        + "'; there are 'user', 'client-id' and 'ip'.");
            }
            if (names.containsKey(kind)) {
                throw invalid("The entity has more than one '" + kind + "'.");
            }
            if (name != null && (name.isEmpty() || name.length() > MAX_NAME_LENGTH)) {
                throw invalid("The name of a '" + kind + "' has 1 to " + MAX_NAME_LENGTH
                        + " characters; no name at all is the default.");
            }
            names.put(kind, name);
        }
        QuotaEntity entity = new QuotaEntity(names);
        if (names.isEmpty()) {
            throw invalid("Invalid empty client quota entity.");
        }
        if (entity.has(QuotaEntity.IP)) {
            checkAddress(entity);
        }
        return entity;
    }

    private static void checkAddress(QuotaEntity entity) throws Refusal {
        if (entity.parts().size() > 1) {
            throw invalid("Invalid client quota entity combination: 'ip' stands alone.");
        }
        String address = entity.name(QuotaEntity.IP);
        if (address != null) {
            try {
                InetAddress.ofLiteral(address);
            } catch (IllegalArgumentException e) {
                throw invalid("'" + shortened(address) + "' is not a valid IP address.");
            }
        }
    }

    private static List<ApiMessage> changes(QuotaEntity entity, List<OpData> operations, Situation situation)
            throws Refusal {
        Map<String, Double> before = situation.image().quotas().getOrDefault(entity, Map.of());
        Set<String> named = new HashSet<>();
        List<ApiMessage> changes = new ArrayList<>();
        for (OpData operation : operations) {
            String key = operation.key();
            if (!named.add(key)) {
                throw invalid("Duplicate quota key '" + shortened(key) + "'.");
            }
            Double now = before.get(key);
            if (operation.remove() && now != null) {
                changes.add(entity.record(key).setRemove(true)); // whatever it is, if it is there it may go
                continue;
            }
            QuotaKey quota = QuotaKey.of(key)
                    .filter(known -> known.isFor(entity))
                    .orElseThrow(() -> invalid("Invalid configuration key '" + shortened(key) + "' for "
                            + (entity.has(QuotaEntity.IP) ? "an address." : "a user or a client id.")));
            if (operation.remove()) {
                continue;
            }
            String problem = quota.problem(operation.value()).orElse(null);
            if (problem != null) {
                throw invalid(problem + ", not " + operation.value() + ".");
            }
            if (now == null || now != operation.value()) {
                changes.add(entity.record(key).setValue(operation.value()));
            }
        }
        return changes;
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    private static Refusal invalid(String message) {
        return new Refusal(Errors.INVALID_REQUEST, message);
    }
}
