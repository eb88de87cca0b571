package io.kurier.coordinator.group.consumer.assignor;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// What one member gets, while it is worked out.
record Share(String member, NavigableSet<Place> places) {
    /// An empty share for each member, in the order of their ids.
    static List<Share> forAll(Assignor.Question question) {
        return question.subscriptions().keySet().stream()
                .map(member -> new Share(member, new TreeSet<>()))
                .toList();
    }

    /// The shares of those who want a topic, by topic.
    static SortedMap<Uuid, List<Share>> byTopic(Assignor.Question question, List<Share> shares) {
        SortedMap<Uuid, List<Share>> subscribers = new TreeMap<>();
        for (Share share : shares) {
            for (Uuid topicId : question.topicsOf(share.member())) {
                subscribers.computeIfAbsent(topicId, topic -> new ArrayList<>()).add(share);
            }
        }
        return subscribers;
    }

    /// The shares as an assignor answers them.
    static SortedMap<String, NavigableSet<Place>> answer(List<Share> shares) {
        SortedMap<String, NavigableSet<Place>> answer = new TreeMap<>();
        shares.forEach(share -> answer.put(share.member(), share.places()));
        return answer;
    }

    int size() {
        return places.size();
    }
}
