package io.kurier.coordinator.group.consumer.assignor;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.common.Uuid;

/// Says who is to read what. Pure: the same question has the same answer.
public interface Assignor {
    /// Those that a group may ask for, the one first that it gets if it does not ask.
    List<Assignor> ALL = List.of(new UniformAssignor(), new RangeAssignor());

    /// What members ask for it by.
    String name();

    /// Gives each partition of each topic that anybody subscribed to, to one of those who did.
    ///
    /// @return for each member of the question its partitions, perhaps none
    SortedMap<String, NavigableSet<Place>> assign(Question question);

    /// What an assignor has to go by.
    ///
    /// @param subscriptions for each member the topics that it wants; all of them exist
    /// @param partitions how many each of those topics has
    /// @param current what each member was to read up to now; members that are gone or new are left out
    /// @param holders who really has a partition now: it may still be on its way to whom it was to go to
    record Question(
            SortedMap<String, Set<Uuid>> subscriptions,
            Map<Uuid, Integer> partitions,
            Map<String, NavigableSet<Place>> current,
            Map<Place, String> holders) {
        /// Of members that nobody knows to have anything.
        public Question(
                SortedMap<String, Set<Uuid>> subscriptions,
                Map<Uuid, Integer> partitions,
                Map<String, NavigableSet<Place>> current) {
            this(subscriptions, partitions, current, Map.of());
        }

        /// True if a member really has a partition.
        boolean has(String member, Place place) {
            return member.equals(holders.get(place));
        }

        /// What a member wants.
        Set<Uuid> topicsOf(String member) {
            return subscriptions.getOrDefault(member, Set.of());
        }

        /// How many partitions a topic has; 0 if nobody wants it.
        int partitionsOf(Uuid topicId) {
            return partitions.getOrDefault(topicId, 0);
        }

        /// What a member was to read up to now.
        NavigableSet<Place> currentOf(String member) {
            return current.getOrDefault(member, Collections.emptyNavigableSet());
        }
    }
}
