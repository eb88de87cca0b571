package io.kurier.broker.api.topics;

import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.jspecify.annotations.Nullable;

/// Holds clients to their rate of partitions made and deleted (`controller_mutation_rate`, KIP-599). What the
/// controller will refuse anyway counts nothing.
public final class PartitionChanges {
    static final String REFUSAL = "The throttling quota has been exceeded: controller_mutation_rate.";

    private final ClusterView cluster;
    private final IntSupplier defaultPartitions;

    /// @param defaultPartitions `num.partitions`, asked at each request
    public PartitionChanges(ClusterView cluster, IntSupplier defaultPartitions) {
        this.cluster = cluster;
        this.defaultPartitions = defaultPartitions;
    }

    /// Takes out of a request what its client may not do now, and counts the rest.
    ///
    /// @param parts of the request, each of which can be refused by itself
    /// @param count how many partitions a part makes or deletes
    /// @param firstStrict the version from which on the API can refuse; before, everything is done and the client waits
    ///     afterwards
    /// @return what was taken out, to be answered with THROTTLING_QUOTA_EXCEEDED
    <T> List<T> takeRefused(RequestContext context, Collection<T> parts, ToIntFunction<T> count, int firstStrict) {
        if (!context.quota().limitsPartitionChanges()) {
            return List.of();
        }
        List<T> refused = new ArrayList<>();
        for (Iterator<T> each = parts.iterator(); each.hasNext(); ) {
            T part = each.next();
            int changes = count.applyAsInt(part);
            if (changes == 0) {
                continue;
            }
            if (context.version() < firstStrict) {
                context.quota().changedPartitions(changes);
            } else if (!context.quota().mayChangePartitions(changes)) {
                each.remove();
                refused.add(part);
            }
        }
        return refused;
    }

    int of(CreatableTopic topic) {
        if (cluster.image().topic(topic.name()) != null) {
            return 0;
        }
        return topic.assignments().isEmpty()
                ? topic.numPartitions() == -1 ? defaultPartitions.getAsInt() : Math.max(0, topic.numPartitions())
                : topic.assignments().size();
    }

    int of(CreatePartitionsTopic topic) {
        return Math.max(0, topic.count() - partitions(cluster.image().topic(topic.name())));
    }

    int of(DeleteTopicState topic) {
        return topic.name() != null
                ? ofName(topic.name())
                : partitions(cluster.image().topic(topic.topicId()));
    }

    int ofName(String topic) {
        return partitions(cluster.image().topic(topic));
    }

    private static int partitions(@Nullable TopicImage topic) {
        return topic == null ? 0 : topic.partitions().size();
    }
}
