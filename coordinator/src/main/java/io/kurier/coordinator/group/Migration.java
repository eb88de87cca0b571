package io.kurier.coordinator.group;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.classic.ClassicProtocol;
import io.kurier.coordinator.group.classic.HandedMember;
import io.kurier.coordinator.group.classic.Step;
import io.kurier.coordinator.group.consumer.ClassicHandover;
import io.kurier.coordinator.group.consumer.ConsumerGroup;
import io.kurier.coordinator.group.consumer.ConsumerSettings;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.util.List;

/// Live groups go from the classic protocol to the new one when its first member comes, and back when its last one is
/// gone. Nobody stops reading for it (KIP-848).
final class Migration {
    private final GroupSettings settings;
    private final ClassicProtocol classic;
    private final TopicMetadata topics;

    Migration(GroupSettings settings, ClassicProtocol classic, TopicMetadata topics) {
        this.settings = settings;
        this.classic = classic;
        this.topics = topics;
    }

    /// True if the members of a classic group may have one of the new protocol among them.
    boolean mayUpgrade(Group group) {
        ConsumerSettings consumers = settings.consumers();
        return group.classic.isIdle()
                || consumers.migration().allowsUpgrade() && group.classic.canBeHandedOver(consumers.maxSize() - 1);
    }

    /// Makes a consumer group of a group that [#mayUpgrade]; one that is a consumer group already stays as it is.
    ConsumerGroup upgrade(Group group, Moment now, Effects out) {
        if (group.consumer != null || group.classic.isIdle()) {
            return group.becomeConsumer(now, out);
        }
        int generation = group.classic.generation();
        List<String> expected = group.classic.expectedIds();
        List<HandedMember> members = classic.handOver(group.classic, new Step(now, out));
        ConsumerGroup consumer = group.becomeConsumer(now, out);
        consumer.expect(expected, now.nowMs() + settings.newMemberJoinTimeoutMs(), now.nowMs());
        ClassicHandover.takeIn(consumer, generation, members, topics, now, out);
        return consumer;
    }

    /// Makes a classic group of a consumer group in which only classic members are left.
    void downgradeIfClassic(Group group, Moment now, Effects out) {
        ConsumerGroup consumer = group.consumer;
        if (consumer != null
                && settings.consumers().migration().allowsDowngrade()
                && consumer.canBeClassic(settings.maxGroupSize())) {
            int generation = consumer.reachedEpoch();
            List<HandedMember> members = ClassicHandover.giveBack(consumer, topics, now, out);
            group.becomeClassic(now, out);
            group.classic = classic.takeOver(group.id, generation, members, group.history, new Step(now, out));
        }
    }
}
