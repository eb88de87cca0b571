package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.classic.HandedMember;
import io.kurier.coordinator.group.classic.Subscriptions;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.utils.Utils;

/// Takes the members of a classic group into a consumer group, and gives them back (KIP-848).
public final class ClassicHandover {
    private ClassicHandover() {}

    /// Takes members in. What each may read now is its own until it gives it up: what it was assigned last, and what
    /// it said that it has, if nobody else has that.
    ///
    /// @param group without members
    /// @param generation of the classic group: the epoch in which its members are
    public static void takeIn(
            ConsumerGroup group,
            int generation,
            List<HandedMember> handed,
            TopicMetadata topics,
            Moment now,
            Effects out) {
        Set<Place> taken = new HashSet<>();
        Map<String, SortedMap<Place, Integer>> had = new LinkedHashMap<>();
        for (HandedMember member : handed) {
            SortedMap<Place, Integer> places = new TreeMap<>();
            Subscriptions.assigned(member.assignment())
                    .forEach(topic -> claim(topics, topic.topic(), topic.partitions(), generation, places, taken));
            had.put(member.identity().id(), places);
        }
        for (HandedMember member : handed) {
            SortedMap<Place, Integer> places =
                    had.getOrDefault(member.identity().id(), new TreeMap<>());
            subscription(member)
                    .ownedPartitions()
                    .forEach(topic -> claim(topics, topic.topic(), topic.partitions(), generation, places, taken));
        }
        group.epoch = generation;
        group.targetEpoch = generation;
        for (HandedMember member : handed) {
            takeIn(group, member, had.getOrDefault(member.identity().id(), new TreeMap<>()), now, out);
        }
        group.remember(now.wallMs(), Kind.MIGRATED, "", "to a consumer group: a member of the new protocol came");
    }

    private static void claim(
            TopicMetadata topics,
            String topic,
            List<Integer> partitions,
            int generation,
            SortedMap<Place, Integer> places,
            Set<Place> taken) {
        topics.idOf(topic).ifPresent(topicId -> {
            for (int partition : partitions) {
                Place place = new Place(topicId, partition);
                if (taken.add(place)) {
                    places.put(place, generation);
                }
            }
        });
    }

    private static ConsumerProtocolSubscription subscription(HandedMember member) {
        return member.protocols().values().stream()
                .findFirst()
                .flatMap(Subscriptions::read)
                .orElseGet(ConsumerProtocolSubscription::new);
    }

    private static void takeIn(
            ConsumerGroup group, HandedMember handed, SortedMap<Place, Integer> places, Moment now, Effects out) {
        ConsumerProtocolSubscription said = subscription(handed);
        HandedMember.Identity identity = handed.identity();
        List<Profile.Offer> offers = new ArrayList<>();
        handed.protocols().forEach((name, bytes) -> offers.add(new Profile.Offer(name, ByteBuffer.wrap(bytes))));
        ConsumerMember member = new ConsumerMember(
                identity.id(),
                new Profile(
                        new Profile.Origin(
                                identity.instanceId(), said.rackId(), identity.clientId(), identity.clientHost()),
                        new Profile.Wishes(new TreeSet<>(said.topics()), null, null),
                        handed.timeouts().rebalanceMs(),
                        new Profile.Classic(handed.timeouts().sessionMs(), offers)));
        group.put(member);
        group.setTarget(member.id, new TreeSet<>(places.keySet()));
        group.stand(member, new Standing(group.epoch, group.epoch, MemberState.STABLE, places, new TreeMap<>()));
        member.sessionDeadlineMs = now.nowMs() + handed.timeouts().sessionMs();
        Membership.arm(group, member.deadlineMs(), out);
        out.write(ConsumerRecords.member(group.id, member, now.wallMs()));
        out.write(ConsumerRecords.target(group.id, member.id, group.targetOf(member.id), now.wallMs()));
        out.write(ConsumerRecords.standing(group.id, member, now.wallMs()));
    }

    /// Gives all members back, and takes back what is stored of them. All are of the classic protocol.
    public static List<HandedMember> giveBack(ConsumerGroup group, TopicNames topics, Moment now, Effects out) {
        List<HandedMember> handed = new ArrayList<>();
        for (ConsumerMember member : group.membersNow()) {
            Profile.Classic classic = member.profile.classic();
            if (classic == null) {
                throw new IllegalStateException("member " + member.id + " is not of the classic protocol");
            }
            Profile.Origin origin = member.profile.origin();
            Map<String, byte[]> protocols = new LinkedHashMap<>();
            classic.offers().forEach(offer -> protocols.put(offer.name(), Utils.toArray(offer.metadata())));
            handed.add(new HandedMember(
                    new HandedMember.Identity(member.id, origin.instanceId(), origin.clientId(), origin.clientHost()),
                    new HandedMember.Timeouts(classic.sessionTimeoutMs(), member.profile.rebalanceTimeoutMs()),
                    protocols,
                    assignment(member, topics)));
            group.remove(member);
            ConsumerRecords.noMember(group.id, member.id, now.wallMs()).forEach(out::write);
        }
        return handed;
    }

    /// What a member may read, as SyncGroup tells it. Topics that are gone are left out.
    static byte[] assignment(ConsumerMember member, TopicNames topics) {
        Map<String, List<Integer>> named = new LinkedHashMap<>();
        ConsumerRecords.byTopic(member.standing.assigned().keySet())
                .forEach(
                        (topicId, partitions) -> topics.nameOf(topicId).ifPresent(name -> named.put(name, partitions)));
        return Subscriptions.assignment(named);
    }
}
