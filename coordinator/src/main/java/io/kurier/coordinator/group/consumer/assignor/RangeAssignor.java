package io.kurier.coordinator.group.consumer.assignor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// Gives each member a run of neighbouring partitions of each topic, in the order of the members' ids. Topics with as
/// many partitions and the same subscribers are cut alike, so a member has the same numbers of all of them, as joins
/// need it.
public final class RangeAssignor implements Assignor {
    @Override
    public String name() {
        return "range";
    }

    @Override
    public SortedMap<String, NavigableSet<Place>> assign(Question question) {
        SortedMap<String, NavigableSet<Place>> answer = new TreeMap<>();
        SortedMap<Uuid, List<String>> subscribers = new TreeMap<>();
        for (Map.Entry<String, Set<Uuid>> member : question.subscriptions().entrySet()) {
            answer.put(member.getKey(), new TreeSet<>());
            for (Uuid topicId : member.getValue()) {
                subscribers
                        .computeIfAbsent(topicId, topic -> new ArrayList<>())
                        .add(member.getKey());
            }
        }
        subscribers.forEach((topicId, members) -> {
            int partitions = question.partitions().getOrDefault(topicId, 0);
            int each = partitions / members.size();
            int oneMore = partitions % members.size();
            int next = 0;
            for (int i = 0; i < members.size(); i++) {
                NavigableSet<Place> places = answer.get(members.get(i));
                for (int end = next + each + (i < oneMore ? 1 : 0); next < end; next++) {
                    places.add(new Place(topicId, next));
                }
            }
        });
        return answer;
    }
}
