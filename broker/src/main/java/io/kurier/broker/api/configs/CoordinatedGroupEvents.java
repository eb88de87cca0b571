package io.kurier.broker.api.configs;

import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.coordinator.group.classic.GroupEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;

/// Asks the coordinator of a group what happened in it.
///
/// @param groups those that this node coordinates
/// @param calls the way to other nodes
public record CoordinatedGroupEvents(ClusterView cluster, GroupCoordinator groups, NodeCalls calls)
        implements GroupEvents {
    @Override
    public CompletableFuture<List<String>> of(String groupId, boolean here) {
        return here
                ? groups.history(groupId)
                        .thenApply(events -> events.stream()
                                .map(CoordinatedGroupEvents::text)
                                .toList())
                : ask(groupId);
    }

    private CompletableFuture<List<String>> ask(String groupId) {
        PartitionImage shard = cluster.image().partition(GroupCoordinator.TOPIC, groups.shardOf(groupId));
        if (shard == null || shard.leader() < 0) {
            return CompletableFuture.failedFuture(
                    new CoordinatorNotAvailableException("Group " + groupId + " has no coordinator now"));
        }
        DescribeConfigsRequestData question = new DescribeConfigsRequestData()
                .setResources(List.of(new DescribeConfigsResource()
                        .setResourceType(ConfigResource.Type.GROUP.id())
                        .setResourceName(ASKED_HERE + groupId)));
        return calls.ask(shard.leader(), question, DescribeConfigsResponseData.class)
                .thenApply(answer -> texts(answer.results().getFirst()));
    }

    private static List<String> texts(DescribeConfigsResult result) {
        return result.configs().stream()
                .map(DescribeConfigsResourceResult::value)
                .toList();
    }

    private static String text(GroupEvent event) {
        return String.join(
                "\t",
                Long.toString(event.wallMs()),
                event.kind().name(),
                Integer.toString(event.generation()),
                plain(event.memberId()),
                plain(event.detail()));
    }

    /// What clients make up may have anything in it.
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
