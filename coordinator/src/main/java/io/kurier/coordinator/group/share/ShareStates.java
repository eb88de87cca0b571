package io.kurier.coordinator.group.share;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.InitializeStateResult;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.PartitionResult;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The state of share groups, kept by share coordinators wherever they are. Must not block; no future fails: errors are
/// in the answers, one for each share partition that was asked for.
public interface ShareStates {
    /// Begins states; those that have begun in the same epoch stay as they are.
    CompletableFuture<InitializeShareGroupStateResponseData> initialise(InitializeShareGroupStateRequestData request);

    /// Ends states, also of partitions that have none; answers which have none now for sure.
    ///
    /// @param stateEpoch states of later epochs stay: they have begun since
    CompletableFuture<Set<Place>> delete(String groupId, NavigableSet<Place> places, int stateEpoch);

    /// How far a group is; of partitions that are not in the answer nobody can tell now.
    CompletableFuture<Map<Place, Progress>> progress(String groupId, NavigableSet<Place> places);

    /// What share coordinators have answered who were to begin states.
    ///
    /// @param places whose state has begun
    /// @param isBehind true if there are states of later epochs, which a former group of the same name has left
    record Begun(Collection<Place> places, boolean isBehind) {
        /// In short.
        public static Begun of(InitializeShareGroupStateResponseData answer) {
            List<Place> places = new ArrayList<>();
            boolean isBehind = false;
            for (InitializeStateResult topic : answer.results()) {
                for (PartitionResult partition : topic.partitions()) {
                    if (partition.errorCode() == Errors.NONE.code()) {
                        places.add(new Place(topic.topicId(), partition.partition()));
                    }
                    isBehind |= partition.errorCode() == Errors.FENCED_STATE_EPOCH.code();
                }
            }
            return new Begun(places, isBehind);
        }
    }

    /// How far a group is in one partition.
    ///
    /// @param startOffset below it all is done; -1 if nobody has read there yet
    /// @param leaderEpoch of the partition's leader that said so last
    /// @param deliveryCompleteCount offsets from there on that are done; -1 if that is not known (KIP-1226)
    record Progress(long startOffset, int leaderEpoch, int deliveryCompleteCount) {
        private static final long UNKNOWN = -1;

        /// How many offsets are not done; -1 if that is not known.
        ///
        /// @param end of the partition; null if it is not known
        public long lag(@Nullable Long end) {
            return end == null || startOffset < 0 || deliveryCompleteCount < 0
                    ? UNKNOWN
                    : Math.max(0, end - startOffset - deliveryCompleteCount);
        }
    }
}
