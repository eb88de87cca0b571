package io.kurier.broker.share;

import io.kurier.broker.share.machine.ShareRules;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.share.ShareRecordSettings;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigResource.Type;

/// A share group's policy as the cluster's metadata and this node's file say it now.
public final class SharePolicies implements Function<String, SharePolicy> {
    private static final int MOST_KNOWN = 1_000;
    private static final String BY_DURATION = "by_duration:";

    private final Supplier<EffectiveConfig> node;
    private final ClusterView cluster;
    /// What was worked out last: it is asked for with every request.
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    private record Known(EffectiveConfig node, Map<String, String> overrides, SharePolicy policy) {}

    /// @param node what holds on this node now
    public SharePolicies(Supplier<EffectiveConfig> node, ClusterView cluster) {
        this.node = node;
        this.cluster = cluster;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // other settings are other objects
    public SharePolicy apply(String groupId) {
        EffectiveConfig now = node.get();
        Map<String, String> overrides = cluster.image().configs(Type.GROUP, groupId);
        Known last = known.get(groupId);
        if (last != null && last.node == now && last.overrides.equals(overrides)) {
            return last.policy;
        }
        SharePolicy policy = policy(ShareRecordSettings.of(now, overrides));
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        known.put(groupId, new Known(now, overrides, policy));
        return policy;
    }

    private static SharePolicy policy(ShareRecordSettings of) {
        boolean deadLetters = !of.deadLetterTopic().isEmpty();
        return new SharePolicy(
                new ShareRules(
                        TimeUnit.MILLISECONDS.toNanos(of.lockMs()),
                        of.deliveryLimit(),
                        of.maxInFlight(),
                        of.renewable(),
                        deadLetters),
                of.readCommitted(),
                start(of.start()),
                deadLetters ? new SharePolicy.DeadTo(of.deadLetterTopic(), of.copiesRecords()) : null);
    }

    private static SharePolicy.Start start(String setting) {
        if (setting.equals("earliest")) {
            return new SharePolicy.Start.Earliest();
        }
        if (setting.startsWith(BY_DURATION)) {
            try {
                return new SharePolicy.Start.NotOlder(Duration.parse(setting.substring(BY_DURATION.length())));
            } catch (DateTimeParseException e) {
                throw new IllegalStateException("a checked setting cannot be read: " + setting, e);
            }
        }
        return new SharePolicy.Start.Latest();
    }
}
