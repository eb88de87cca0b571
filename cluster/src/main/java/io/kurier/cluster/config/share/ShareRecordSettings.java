package io.kurier.cluster.config.share;

import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.TypedValues;
import io.kurier.cluster.config.definition.Settings;
import java.util.Map;

/// What holds for the records of one share group (KIP-932, KIP-1240).
///
/// @param lockMs how long a record is reserved for the member that fetched it
/// @param deliveryLimit how often a record is delivered at most
/// @param maxInFlight records that may be in flight in one partition
/// @param renewable true if a member may extend its reservation (KIP-1222)
/// @param readCommitted true if records of open and aborted transactions are left out
/// @param start `earliest`, `latest`, or `by_duration:` and an ISO 8601 duration
/// @param deadLetterTopic where undeliverable records go (KIP-1191); empty for nowhere
/// @param copiesRecords true if whole records go there, not only where they came from
public record ShareRecordSettings(
        int lockMs,
        int deliveryLimit,
        int maxInFlight,
        boolean renewable,
        boolean readCommitted,
        String start,
        String deadLetterTopic,
        boolean copiesRecords) {
    /// The settings of a group. Where the broker has bounds they hold: the group's own value may be older than they.
    ///
    /// @param overrides what was set on the group
    public static ShareRecordSettings of(EffectiveConfig broker, Map<String, String> overrides) {
        Group group = new Group(broker, overrides);
        return new ShareRecordSettings(
                group.within("record.lock.duration.ms"),
                group.within("delivery.count.limit"),
                group.within("partition.max.record.locks"),
                Boolean.parseBoolean(group.text("share.renew.acknowledge.enable")),
                group.text("share.isolation.level").equals("read_committed"),
                group.text("share.auto.offset.reset"),
                group.text("errors.deadletterqueue.topic.name"),
                Boolean.parseBoolean(group.text("errors.deadletterqueue.copy.record.enable")));
    }

    /// `group.share.max.share.sessions`: members that may read from the broker at once.
    public static int maxSessions(EffectiveConfig broker) {
        return TypedValues.ofBroker(broker).integer("group.share.max.share.sessions");
    }

    private record Group(EffectiveConfig broker, Map<String, String> overrides) {
        String text(String name) {
            return String.valueOf(
                    broker.group(Settings.GROUP.known(name), overrides).value());
        }

        int within(String name) {
            TypedValues bounds = TypedValues.ofBroker(broker);
            int least = bounds.integer("group.share.min." + name);
            int most = bounds.integer("group.share.max." + name);
            return Math.clamp(Integer.parseInt(text("share." + name)), least, Math.max(least, most));
        }
    }
}
