package io.kurier.coordinator.group.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// Who of a share group reads what.
class ShareAssignorTest {
    private static NavigableSet<Place> places(int topic, int count) {
        NavigableSet<Place> places = new TreeSet<>();
        IntStream.range(0, count).forEach(partition -> places.add(new Place(new Uuid(1, topic), partition)));
        return places;
    }

    private static SortedMap<String, NavigableSet<Place>> alike(int members, int partitions) {
        SortedMap<String, NavigableSet<Place>> wanted = new TreeMap<>();
        for (int member = 0; member < members; member++) {
            wanted.put("m%03d".formatted(member), places(1, partitions));
        }
        return wanted;
    }

    private static Map<Place, Integer> readers(SortedMap<String, NavigableSet<Place>> reads) {
        Map<Place, Integer> readers = new HashMap<>();
        reads.values().forEach(places -> places.forEach(place -> readers.merge(place, 1, Integer::sum)));
        return readers;
    }

    @Test
    void whereAllWantTheSameSharesAreEven() {
        for (int members = 1; members <= 12; members++) {
            for (int partitions = 1; partitions <= 12; partitions++) {
                var reads = ShareAssignor.assign(alike(members, partitions), Map.of());
                String what = members + " members, " + partitions + " partitions";
                int ofMember = partitions / members;
                int ofPlace = members / partitions;
                assertThat(reads.values())
                        .as(what)
                        .allSatisfy(places ->
                                assertThat(places.size()).isBetween(Math.max(1, ofMember), Math.max(1, ofMember + 1)));
                assertThat(readers(reads)).as(what).hasSize(partitions);
                assertThat(readers(reads).values())
                        .as(what)
                        .allSatisfy(
                                count -> assertThat(count).isBetween(Math.max(1, ofPlace), Math.max(1, ofPlace + 1)));
                assertThat(readers(reads).values().stream()
                                .mapToInt(count -> count)
                                .sum())
                        .as(what)
                        .isEqualTo(Math.max(members, partitions));
            }
        }
    }

    @Test
    void whoJoinsTakesNoMoreThanAFairShare() {
        var before = ShareAssignor.assign(alike(3, 12), Map.of());
        var after = ShareAssignor.assign(alike(4, 12), before);
        int moved = 0;
        for (String member : before.keySet()) {
            NavigableSet<Place> gained = new TreeSet<>(after.get(member));
            gained.removeAll(before.get(member));
            assertThat(gained).as("nothing goes from one to another").isEmpty();
            moved += before.get(member).size() - after.get(member).size();
        }
        assertThat(moved).isEqualTo(3);
    }

    @Test
    void anyHistoryLeavesNothingUnreadAndNobodyIdle() {
        for (int seed = 0; seed < 1_500; seed++) {
            Random random = new Random(seed);
            SortedMap<String, NavigableSet<Place>> wanted = new TreeMap<>();
            SortedMap<String, NavigableSet<Place>> reads = new TreeMap<>();
            for (int step = 0; step < 12; step++) {
                String member = "m" + random.nextInt(9);
                if (random.nextInt(4) == 0) {
                    wanted.remove(member);
                } else {
                    NavigableSet<Place> wish = new TreeSet<>();
                    for (int topic = 1; topic <= 3; topic++) {
                        if (random.nextBoolean()) {
                            wish.addAll(places(topic, topic * 2));
                        }
                    }
                    wanted.put(member, wish);
                }
                reads = ShareAssignor.assign(wanted, reads);
                check(seed, wanted, reads);
                assertThat(ShareAssignor.assign(wanted, reads))
                        .as("seed %d: asked again", seed)
                        .isEqualTo(reads);
            }
        }
    }

    private static void check(
            int seed, SortedMap<String, NavigableSet<Place>> wanted, SortedMap<String, NavigableSet<Place>> reads) {
        Map<Place, Integer> readers = readers(reads);
        assertThat(reads.keySet()).isEqualTo(wanted.keySet());
        wanted.forEach((member, wish) -> {
            NavigableSet<Place> places = reads.getOrDefault(member, new TreeSet<>());
            assertThat(wish).as("seed %d: %s reads what it wants", seed, member).containsAll(places);
            assertThat(places.isEmpty())
                    .as("seed %d: %s has work", seed, member)
                    .isEqualTo(wish.isEmpty());
            assertThat(readers.keySet())
                    .as("seed %d: all that is wanted is read", seed)
                    .containsAll(wish);
            if (places.size() > 1) {
                assertThat(places)
                        .as("seed %d: %s has several, so alone", seed, member)
                        .allSatisfy(place -> assertThat(readers.get(place)).isEqualTo(1));
            }
        });
    }
}
