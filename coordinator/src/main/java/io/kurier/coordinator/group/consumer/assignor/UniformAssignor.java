package io.kurier.coordinator.group.consumer.assignor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// Gives all members as many partitions, or one more, and moves no more of them than that takes. Members that want
/// different topics get as even a share as their wishes allow.
public final class UniformAssignor implements Assignor {
    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public SortedMap<String, NavigableSet<Place>> assign(Question question) {
        Set<Set<Uuid>> wishes = new HashSet<>(question.subscriptions().values());
        Shares shares = new Shares(question);
        if (wishes.size() == 1) {
            shares.trimToEvenShares();
        }
        shares.giveTheRest();
        if (wishes.size() > 1) {
            shares.level();
        }
        return shares.of;
    }

    /// What each member has, while it is worked out.
    private static final class Shares {
        private final Question question;
        final SortedMap<String, NavigableSet<Place>> of = new TreeMap<>();
        private final SortedMap<Uuid, List<String>> subscribers = new TreeMap<>();
        private final Set<Place> given = new HashSet<>();

        /// Begins with what members had, as far as it exists, is still wanted, and nobody before them has it.
        Shares(Question question) {
            this.question = question;
            question.subscriptions().forEach((member, topics) -> {
                NavigableSet<Place> kept = new TreeSet<>();
                for (Place place : question.current().getOrDefault(member, new TreeSet<>())) {
                    if (topics.contains(place.topicId()) && exists(place) && given.add(place)) {
                        kept.add(place);
                    }
                }
                of.put(member, kept);
                for (Uuid topicId : topics) {
                    subscribers
                            .computeIfAbsent(topicId, topic -> new ArrayList<>())
                            .add(member);
                }
            });
        }

        private boolean exists(Place place) {
            return place.partition() < question.partitions().getOrDefault(place.topicId(), 0);
        }

        /// Where all want the same: nobody keeps more than an even share. Who has most is first to keep one more.
        void trimToEvenShares() {
            int partitions = subscribers.keySet().stream()
                    .mapToInt(topicId -> question.partitions().getOrDefault(topicId, 0))
                    .sum();
            int each = partitions / of.size();
            int oneMore = partitions % of.size();
            List<NavigableSet<Place>> largestFirst = of.values().stream()
                    .sorted(Comparator.comparingInt((NavigableSet<Place> places) -> places.size())
                            .reversed())
                    .toList();
            for (NavigableSet<Place> places : largestFirst) {
                int most = each;
                if (oneMore > 0 && places.size() > each) {
                    most++;
                    oneMore--;
                }
                while (places.size() > most) {
                    given.remove(places.pollLast());
                }
            }
        }

        /// Gives what nobody has to whoever has least; topics first that few want.
        void giveTheRest() {
            List<Uuid> rarestFirst = subscribers.keySet().stream()
                    .sorted(Comparator.comparingInt(
                            topicId -> subscribers.get(topicId).size()))
                    .toList();
            for (Uuid topicId : rarestFirst) {
                PriorityQueue<String> poorest = new PriorityQueue<>(
                        Comparator.<String>comparingInt(member -> of.get(member).size())
                                .thenComparing(Comparator.naturalOrder()));
                poorest.addAll(subscribers.get(topicId));
                for (int partition = 0; partition < question.partitions().getOrDefault(topicId, 0); partition++) {
                    Place place = new Place(topicId, partition);
                    if (given.add(place)) {
                        String member = poorest.remove();
                        of.get(member).add(place);
                        poorest.add(member);
                    }
                }
            }
        }

        /// Where members want different topics: moves partitions to whoever has at least two fewer, until there is no
        /// such move. Each move makes the sum of squares smaller, so it ends.
        void level() {
            boolean moved = true;
            while (moved) {
                moved = false;
                for (NavigableSet<Place> from : of.values()) {
                    for (Place place : List.copyOf(from)) {
                        SortedSet<Place> to = poorest(place.topicId());
                        if (to.size() + 1 < from.size()) {
                            from.remove(place);
                            to.add(place);
                            moved = true;
                        }
                    }
                }
            }
        }

        private NavigableSet<Place> poorest(Uuid topicId) {
            NavigableSet<Place> least = of.get(subscribers.get(topicId).getFirst());
            for (String member : subscribers.get(topicId)) {
                if (of.get(member).size() < least.size()) {
                    least = of.get(member);
                }
            }
            return least;
        }
    }
}
