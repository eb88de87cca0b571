package io.kurier.coordinator.group.consumer.assignor;

import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;

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
        List<Share> shares = Share.forAll(question);
        Share.byTopic(question, shares).forEach((topicId, subscribers) -> {
            int partitions = question.partitionsOf(topicId);
            int each = partitions / subscribers.size();
            int oneMore = partitions % subscribers.size();
            int next = 0;
            for (int i = 0; i < subscribers.size(); i++) {
                for (int end = next + each + (i < oneMore ? 1 : 0); next < end; next++) {
                    subscribers.get(i).places().add(new Place(topicId, next));
                }
            }
        });
        return Share.answer(shares);
    }
}
