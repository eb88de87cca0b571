package io.kurier.coordinator.group.share;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Says who of a share group reads what: each partition that anybody wants has a reader, each member that wants any has
/// one, and nobody reads more than that takes. So with more partitions than members each partition has one reader, with
/// more members each member one partition, and either is shared evenly as far as wishes allow. What members have they
/// keep as long as that is even. Pure: the same question has the same answer, and the answer is its own.
final class ShareAssignor {
    /// What Kafka calls it.
    static final String NAME = "simple";

    private final SortedMap<String, NavigableSet<Place>> wanted;
    private final SortedMap<Place, List<String>> wanting = new TreeMap<>();
    private final SortedMap<String, NavigableSet<Place>> reads = new TreeMap<>();
    private final SortedMap<Place, NavigableSet<String>> readers = new TreeMap<>();

    /// Begins with what members had, as far as they still want it.
    private ShareAssignor(SortedMap<String, NavigableSet<Place>> wanted, Map<String, NavigableSet<Place>> current) {
        this.wanted = wanted;
        wanted.forEach((member, places) -> {
            reads.put(member, new TreeSet<>());
            for (Place place : places) {
                wanting.computeIfAbsent(place, p -> new ArrayList<>()).add(member);
                readers.computeIfAbsent(place, p -> new TreeSet<>());
            }
        });
        wanted.forEach((member, places) -> {
            for (Place place : current.getOrDefault(member, Collections.emptyNavigableSet())) {
                if (places.contains(place)) {
                    add(member, place);
                }
            }
        });
    }

    /// @param wanted what each member wants, of what can be read
    /// @param current what each was to read up to now; members that are gone or new are left out
    /// @return what each member of `wanted` is to read
    static SortedMap<String, NavigableSet<Place>> assign(
            SortedMap<String, NavigableSet<Place>> wanted, Map<String, NavigableSet<Place>> current) {
        ShareAssignor work = new ShareAssignor(wanted, current);
        do {
            work.trim();
            work.giveEachPlaceAReader();
            work.giveEachMemberAPlace();
            work.trim();
        } while (work.levelMembers() || work.levelPlaces());
        return work.reads;
    }

    /// Takes back what neither a place nor a member needs: a reader of several places from a place with several
    /// readers. Afterwards whoever reads several places is the only reader of each.
    private void trim() {
        List<Place> mostReadFirst = readers.keySet().stream()
                .sorted(Comparator.comparingInt(
                                (Place place) -> readersOf(place).size())
                        .reversed())
                .toList();
        for (Place place : mostReadFirst) {
            while (readersOf(place).size() > 1) {
                String busiest = Collections.max(
                        readersOf(place),
                        Comparator.comparingInt(
                                        (String member) -> readBy(member).size())
                                .thenComparing(Comparator.naturalOrder()));
                if (readBy(busiest).size() == 1) {
                    break;
                }
                remove(busiest, place);
            }
        }
    }

    private void giveEachPlaceAReader() {
        wanting.forEach((place, members) -> {
            if (readersOf(place).isEmpty()) {
                add(
                        Collections.min(
                                members,
                                Comparator.comparingInt(member -> readBy(member).size())),
                        place);
            }
        });
    }

    private void giveEachMemberAPlace() {
        wanted.forEach((member, places) -> {
            if (readBy(member).isEmpty() && !places.isEmpty()) {
                add(member, leastRead(places));
            }
        });
    }

    private Place leastRead(NavigableSet<Place> places) {
        return Collections.min(
                places, Comparator.comparingInt(place -> readersOf(place).size()));
    }

    /// Moves places to members that need to read at least two fewer. Each move makes the sum of squares smaller.
    private boolean levelMembers() {
        boolean moved = false;
        while (levelMembersOnce()) {
            moved = true;
        }
        return moved;
    }

    /// Whoever reads most gives first, and everybody one place at most: nobody gets what is soon taken again.
    private boolean levelMembersOnce() {
        boolean moved = false;
        List<String> busiestFirst = wanted.keySet().stream()
                .sorted(Comparator.comparingInt(
                                (String member) -> readBy(member).size())
                        .reversed())
                .toList();
        for (String from : busiestFirst) {
            moved |= readBy(from).size() > 1 && givesOne(from);
        }
        return moved;
    }

    private boolean givesOne(String from) {
        for (Place place : readBy(from).descendingSet()) {
            String to = idlest(place);
            if (to != null && needs(to) + 1 < readBy(from).size()) {
                if (needs(to) == 0 && !readBy(to).isEmpty()) {
                    remove(to, readBy(to).first()); // others read that as well
                }
                remove(from, place);
                add(to, place);
                return true;
            }
        }
        return false;
    }

    private @Nullable String idlest(Place place) {
        String idlest = null;
        for (String member : wanting.getOrDefault(place, List.of())) {
            if (!readersOf(place).contains(member) && (idlest == null || needs(member) < needs(idlest))) {
                idlest = member;
            }
        }
        return idlest;
    }

    /// How many places would lack a reader without this member, or are all that it has.
    private int needs(String member) {
        NavigableSet<Place> places = readBy(member);
        return places.size() == 1 && readersOf(places.first()).size() > 1 ? 0 : places.size();
    }

    /// Moves readers to places with at least two fewer.
    private boolean levelPlaces() {
        boolean moved = false;
        for (Place from : readers.keySet()) {
            for (String member : List.copyOf(readersOf(from)).reversed()) {
                Place to = readersOf(from).size() < 3 ? from : leastRead(wanted(member));
                if (readersOf(to).size() + 1 < readersOf(from).size()) {
                    remove(member, from);
                    add(member, to);
                    moved = true;
                }
            }
        }
        return moved;
    }

    private NavigableSet<Place> wanted(String member) {
        return wanted.getOrDefault(member, Collections.emptyNavigableSet());
    }

    private NavigableSet<Place> readBy(String member) {
        return reads.getOrDefault(member, Collections.emptyNavigableSet());
    }

    private NavigableSet<String> readersOf(Place place) {
        return readers.getOrDefault(place, Collections.emptyNavigableSet());
    }

    private void add(String member, Place place) {
        readBy(member).add(place);
        readersOf(place).add(member);
    }

    private void remove(String member, Place place) {
        readBy(member).remove(place);
        readersOf(place).remove(member);
    }
}
