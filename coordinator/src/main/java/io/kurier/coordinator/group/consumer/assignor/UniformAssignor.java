package io.kurier.coordinator.group.consumer.assignor;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.common.Uuid;

/// Gives all members as many partitions, or one more, and moves no more of them than that takes. Members that want
/// different topics get as even a share as their wishes allow.
public final class UniformAssignor implements Assignor {
    private static final Comparator<Share> LEAST_FIRST =
            Comparator.comparingInt(Share::size).thenComparing(Share::member);

    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public SortedMap<String, NavigableSet<Place>> assign(Question question) {
        Work work = new Work(question);
        boolean allWantTheSame = new HashSet<>(question.subscriptions().values()).size() == 1;
        if (allWantTheSame) {
            work.trimToEvenShares();
        }
        work.giveTheRest();
        if (!allWantTheSame) {
            work.level();
        }
        return Share.answer(work.shares);
    }

    private static final class Work {
        private final Question question;
        final List<Share> shares;
        private final SortedMap<Uuid, List<Share>> subscribers;
        private final Set<Place> given = new HashSet<>();

        /// Begins with what members had, as far as it exists, is still wanted, and nobody before them has it.
        Work(Question question) {
            this.question = question;
            this.shares = Share.forAll(question);
            this.subscribers = Share.byTopic(question, shares);
            for (Share share : shares) {
                Set<Uuid> wanted = question.topicsOf(share.member());
                for (Place place : question.currentOf(share.member())) {
                    boolean exists = place.partition() < question.partitionsOf(place.topicId());
                    if (wanted.contains(place.topicId()) && exists && given.add(place)) {
                        share.places().add(place);
                    }
                }
            }
        }

        /// Where all want the same: nobody keeps more than an even share. Who has most is first to keep one more. What
        /// has not come yet goes first: else a member could give away all that it reads for what it still waits for.
        void trimToEvenShares() {
            int partitions = subscribers.keySet().stream()
                    .mapToInt(question::partitionsOf)
                    .sum();
            int each = partitions / shares.size();
            int oneMore = partitions % shares.size();
            List<Share> mostFirst = shares.stream()
                    .sorted(Comparator.comparingInt(Share::size).reversed())
                    .toList();
            for (Share share : mostFirst) {
                int most = each;
                if (oneMore > 0 && share.size() > each) {
                    most++;
                    oneMore--;
                }
                while (share.size() > most) {
                    Place least = least(share);
                    share.places().remove(least);
                    given.remove(least);
                }
            }
        }

        private Place least(Share share) {
            for (Place place : share.places().descendingSet()) {
                if (!question.has(share.member(), place)) {
                    return place;
                }
            }
            return share.places().last();
        }

        /// Gives what nobody has to whoever has least; topics first that few want.
        void giveTheRest() {
            subscribers.entrySet().stream()
                    .sorted(Comparator.comparingInt(topic -> topic.getValue().size()))
                    .forEach(this::giveTheRest);
        }

        private void giveTheRest(Map.Entry<Uuid, List<Share>> topic) {
            PriorityQueue<Share> poorest = new PriorityQueue<>(LEAST_FIRST);
            poorest.addAll(topic.getValue());
            for (int partition = 0; partition < question.partitionsOf(topic.getKey()); partition++) {
                Place place = new Place(topic.getKey(), partition);
                if (given.add(place)) {
                    Share share = poorest.remove();
                    share.places().add(place);
                    poorest.add(share);
                }
            }
        }

        /// Where members want different topics: moves partitions to whoever has at least two fewer, until there is no
        /// such move. Each move makes the sum of squares smaller, so it ends.
        void level() {
            boolean moved = true;
            while (moved) {
                moved = false;
                for (Share from : shares) {
                    for (Place place : List.copyOf(from.places())) {
                        List<Share> wanting = subscribers.getOrDefault(place.topicId(), List.of());
                        Share to = wanting.isEmpty() ? from : Collections.min(wanting, LEAST_FIRST);
                        if (to.size() + 1 < from.size()) {
                            from.places().remove(place);
                            to.places().add(place);
                            moved = true;
                        }
                    }
                }
            }
        }
    }
}
