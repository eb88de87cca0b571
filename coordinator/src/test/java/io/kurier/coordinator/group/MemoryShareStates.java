package io.kurier.coordinator.group;

import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.share.ShareStates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.PartitionData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.InitializeStateResult;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.PartitionResult;
import org.apache.kafka.common.protocol.Errors;

/// Share coordinators that answer at once, later, or with errors.
final class MemoryShareStates implements ShareStates {
    /// What was asked for, in order.
    final List<InitializeShareGroupStateRequestData> asked = new ArrayList<>();
    /// What was to end, in order.
    final List<Place> deleted = new ArrayList<>();
    /// What is refused.
    final Set<Place> failing = new HashSet<>();

    /// Of states that are there already.
    int leftEpoch;
    /// Up to which states were to end last.
    int endingEpoch;

    private final List<Runnable> held = new ArrayList<>();
    boolean holds;

    @Override
    public CompletableFuture<InitializeShareGroupStateResponseData> initialise(
            InitializeShareGroupStateRequestData request) {
        asked.add(request);
        CompletableFuture<InitializeShareGroupStateResponseData> answer = new CompletableFuture<>();
        Runnable complete = () -> answer.complete(answer(request));
        if (holds) {
            held.add(complete);
        } else {
            complete.run();
        }
        return answer;
    }

    @Override
    public CompletableFuture<Set<Place>> delete(String groupId, NavigableSet<Place> places, int stateEpoch) {
        deleted.addAll(places);
        endingEpoch = stateEpoch;
        Set<Place> gone = new HashSet<>(places);
        gone.removeAll(failing);
        CompletableFuture<Set<Place>> answer = new CompletableFuture<>();
        if (holds) {
            held.add(() -> answer.complete(gone));
        } else {
            answer.complete(gone);
        }
        return answer;
    }

    @Override
    public CompletableFuture<Map<Place, Progress>> progress(String groupId, NavigableSet<Place> places) {
        Map<Place, Progress> known = new HashMap<>();
        places.stream()
                .filter(place -> !failing.contains(place))
                .forEach(place -> known.put(place, new Progress(7, 3, 2)));
        return CompletableFuture.completedFuture(known);
    }

    /// All that was held back is answered.
    void release() {
        holds = false;
        List<Runnable> late = List.copyOf(held);
        held.clear();
        late.forEach(Runnable::run);
    }

    private InitializeShareGroupStateResponseData answer(InitializeShareGroupStateRequestData request) {
        return new InitializeShareGroupStateResponseData()
                .setResults(request.topics().stream()
                        .map(topic -> new InitializeStateResult()
                                .setTopicId(topic.topicId())
                                .setPartitions(topic.partitions().stream()
                                        .map(partition -> new PartitionResult()
                                                .setPartition(partition.partition())
                                                .setErrorCode(outcome(topic.topicId(), partition)
                                                        .code()))
                                        .toList()))
                        .toList());
    }

    private Errors outcome(Uuid topicId, PartitionData asked) {
        if (failing.contains(new Place(topicId, asked.partition()))) {
            return Errors.COORDINATOR_NOT_AVAILABLE;
        }
        return asked.stateEpoch() < leftEpoch ? Errors.FENCED_STATE_EPOCH : Errors.NONE;
    }
}
