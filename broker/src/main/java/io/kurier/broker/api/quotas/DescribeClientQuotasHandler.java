package io.kurier.broker.api.quotas;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.quota.QuotaEntity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.EntityData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.EntryData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData.ValueData;
import org.apache.kafka.common.protocol.ApiKeys;

/// DescribeClientQuotas (API 48, KIP-546): the limits of the entities that a filter lets through.
public final class DescribeClientQuotasHandler implements ApiHandler<DescribeClientQuotasRequestData> {
    private final ClusterView cluster;

    public DescribeClientQuotasHandler(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_CLIENT_QUOTAS;
    }

    @Override
    public CompletableFuture<DescribeClientQuotasResponseData> handle(
            RequestContext context, DescribeClientQuotasRequestData request) {
        QuotaFilter filter = new QuotaFilter(request.components(), request.strict());
        List<EntryData> entries = new ArrayList<>();
        cluster.image().quotas().forEach((entity, limits) -> {
            if (filter.matches(entity)) {
                entries.add(entry(entity, limits));
            }
        });
        return CompletableFuture.completedFuture(
                new DescribeClientQuotasResponseData().setErrorMessage(null).setEntries(entries));
    }

    private static EntryData entry(QuotaEntity entity, Map<String, Double> limits) {
        EntryData entry = new EntryData();
        entity.parts()
                .forEach((kind, name) ->
                        entry.entity().add(new EntityData().setEntityType(kind).setEntityName(name)));
        limits.forEach(
                (key, value) -> entry.values().add(new ValueData().setKey(key).setValue(value)));
        return entry;
    }
}
