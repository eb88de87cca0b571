package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.group.consumer.assignor.Assignor;
import io.kurier.coordinator.group.consumer.assignor.Assignor.Question;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.consumer.assignor.RangeAssignor;
import io.kurier.coordinator.group.consumer.assignor.UniformAssignor;
import io.kurier.testkit.Seeds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// Whatever members want and had: everything is given once, to somebody who wants it; evenly where all want the same,
/// and then no more moves than that takes.
class AssignorTest {
    private static final Uuid T = new Uuid(0, 1);
    private static final Uuid U = new Uuid(0, 2);

    @Test
    void everyPartitionHasOneReaderWhoWantsIt() {
        Seeds.each(500, seed -> {
            Question question = question(new Random(seed));
            for (Assignor assignor : Assignor.ALL) {
                SortedMap<String, NavigableSet<Place>> answer = assignor.assign(question);
                assertThat(answer.keySet()).isEqualTo(question.subscriptions().keySet());
                Set<Place> given = new HashSet<>();
                answer.forEach((member, places) -> places.forEach(place -> {
                    assertThat(given.add(place)).as("%s is given once", place).isTrue();
                    assertThat(question.subscriptions().get(member)).contains(place.topicId());
                }));
                Set<Place> wanted = new HashSet<>();
                question.subscriptions()
                        .values()
                        .forEach(topics -> topics.forEach(topicId -> {
                            for (int i = 0; i < question.partitions().get(topicId); i++) {
                                wanted.add(new Place(topicId, i));
                            }
                        }));
                assertThat(given).isEqualTo(wanted);
                assertThat(assignor.assign(question)).isEqualTo(answer);
            }
        });
    }

    private static Question question(Random random) {
        Map<Uuid, Integer> partitions = new HashMap<>();
        for (int topic = 1; topic <= 4; topic++) {
            partitions.put(new Uuid(0, topic), 1 + random.nextInt(9));
        }
        SortedMap<String, Set<Uuid>> subscriptions = new TreeMap<>();
        boolean same = random.nextBoolean();
        int members = 1 + random.nextInt(6);
        for (int member = 0; member < members; member++) {
            Set<Uuid> wanted = new HashSet<>();
            partitions.keySet().stream()
                    .filter(topic -> same || random.nextBoolean())
                    .forEach(wanted::add);
            subscriptions.put("m" + member, wanted);
        }
        Map<String, NavigableSet<Place>> current =
                new HashMap<>(new UniformAssignor().assign(new Question(subscriptions, partitions, Map.of())));
        current.remove("m" + random.nextInt(members));
        return new Question(subscriptions, partitions, current);
    }

    @Test
    void uniformIsEvenAndMovesNoMoreThanItMust() {
        Seeds.each(300, seed -> {
            Random random = new Random(seed);
            int partitions = random.nextInt(40);
            Map<Uuid, Integer> topics = Map.of(T, partitions);
            Map<String, NavigableSet<Place>> before =
                    new UniformAssignor().assign(new Question(members(1 + random.nextInt(7)), topics, Map.of()));
            SortedMap<String, Set<Uuid>> now = members(1 + random.nextInt(7));
            SortedMap<String, NavigableSet<Place>> after =
                    new UniformAssignor().assign(new Question(now, topics, before));
            int each = partitions / now.size();
            after.values().forEach(places -> assertThat(places.size()).isBetween(each, each + 1));
            int kept = after.entrySet().stream()
                    .mapToInt(member -> (int) member.getValue().stream()
                            .filter(place -> before.containsKey(member.getKey())
                                    && before.get(member.getKey()).contains(place))
                            .count())
                    .sum();
            int couldKeep = before.entrySet().stream()
                    .filter(member -> now.containsKey(member.getKey()))
                    .mapToInt(member -> Math.min(member.getValue().size(), each))
                    .sum();
            assertThat(kept).isGreaterThanOrEqualTo(couldKeep);
        });
    }

    private static SortedMap<String, Set<Uuid>> members(int count) {
        SortedMap<String, Set<Uuid>> members = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            members.put("m" + i, Set.of(T));
        }
        return members;
    }

    @Test
    void uniformIsAsEvenAsWishesAllow() {
        SortedMap<String, Set<Uuid>> wishes = new TreeMap<>(Map.of("a", Set.of(T), "b", Set.of(T, U)));
        var answer = new UniformAssignor().assign(new Question(wishes, Map.of(T, 4, U, 2), Map.of()));
        assertThat(answer.get("a")).hasSize(3);
        assertThat(answer.get("b")).hasSize(3).contains(new Place(U, 0), new Place(U, 1));
    }

    @Test
    void whoMustGiveUpKeepsWhatItReallyHas() {
        NavigableSet<Place> wasToHave = new TreeSet<>();
        for (int i = 0; i < 4; i++) {
            wasToHave.add(new Place(T, i));
        }
        SortedMap<String, Set<Uuid>> wishes = new TreeMap<>(Map.of("a", Set.of(T), "b", Set.of(T)));
        Map<Place, String> holders = Map.of(new Place(T, 0), "another", new Place(T, 2), "a", new Place(T, 3), "a");
        var answer = new UniformAssignor().assign(new Question(wishes, Map.of(T, 4), Map.of("a", wasToHave), holders));
        assertThat(answer.get("a")).containsExactly(new Place(T, 2), new Place(T, 3));
    }

    @Test
    void rangeGivesTheSameNumbersOfTopicsThatAreAlike() {
        SortedMap<String, Set<Uuid>> wishes = new TreeMap<>(Map.of("a", Set.of(T, U), "b", Set.of(T, U)));
        var answer = new RangeAssignor().assign(new Question(wishes, Map.of(T, 3, U, 3), Map.of()));
        assertThat(answer.get("a")).containsExactly(new Place(T, 0), new Place(T, 1), new Place(U, 0), new Place(U, 1));
        assertThat(answer.get("b")).containsExactly(new Place(T, 2), new Place(U, 2));
    }
}
