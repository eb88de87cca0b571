package io.kurier.server;

import io.kurier.broker.quota.ClientQuotas;
import io.kurier.broker.quota.QuotaWindows;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.QuotaSettings;
import io.kurier.kernel.Clock;

/// Puts the client quotas of a node together.
final class Quotas {
    private Quotas() {}

    /// Quotas that are always those of the cluster's metadata.
    static ClientQuotas following(ClusterView cluster, Clock clock, EffectiveConfig config) {
        QuotaSettings settings = QuotaSettings.of(config);
        ClientQuotas quotas = new ClientQuotas(
                clock,
                QuotaWindows.of(
                        settings.clients().number(),
                        settings.clients().sizeSeconds(),
                        settings.controller().number(),
                        settings.controller().sizeSeconds()));
        cluster.subscribe(change -> {
            if (change.before().quotas() != change.after().quotas()) {
                quotas.update(change.after().quotas());
            }
        });
        quotas.update(cluster.image().quotas());
        return quotas;
    }
}
