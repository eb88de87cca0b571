package io.kurier.broker.api.metadata;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.Timers;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// Metadata of partitions whose leader has just died: the answer waits a moment for the next leader. A client asks when
/// it has lost its connection, and one that hears of the old leader again asks later and later (KIP-580): it would know
/// of the new one long after everybody else.
public final class NewLeaderWait implements ApiHandler<MetadataRequestData> {
    /// What comes on the same connection waits as well.
    private static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ApiHandler<MetadataRequestData> inner;
    private final ClusterView cluster;
    private final Predicate<BrokerImage> gone;
    private final Timers timers;

    /// @param inner who answers
    /// @param gone true for a broker of which this node knows that its process has ended a moment ago
    public NewLeaderWait(
            ApiHandler<MetadataRequestData> inner, ClusterView cluster, Predicate<BrokerImage> gone, Timers timers) {
        this.inner = inner;
        this.cluster = cluster;
        this.gone = gone;
        this.timers = timers;
    }

    @Override
    public ApiKeys key() {
        return inner.key();
    }

    @Override
    public short minVersion() {
        return inner.minVersion();
    }

    @Override
    public short maxVersion() {
        return inner.maxVersion();
    }

    @Override
    public boolean mayBlock(MetadataRequestData request) {
        return inner.mayBlock(request);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(RequestContext context, MetadataRequestData request) {
        if (!isLedByTheDead(request)) {
            return inner.handle(context, request);
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        ClusterView.Subscription news = cluster.subscribe(change -> {
            if (!isLedByTheDead(request)) {
                over.complete(null);
            }
        });
        Timers.Timer late = timers.after(LONGEST_NS, () -> over.complete(null));
        if (!isLedByTheDead(request)) { // it came before the subscription
            over.complete(null);
        }
        return over.thenComposeAsync(
                nothing -> {
                    news.close();
                    late.cancel();
                    return inner.handle(context, request);
                },
                context.executor());
    }

    private boolean isLedByTheDead(MetadataRequestData request) {
        ClusterImage image = cluster.image();
        Set<Integer> dead = image.brokers().values().stream()
                .filter(broker -> !broker.fenced() && gone.test(broker))
                .map(BrokerImage::id)
                .collect(Collectors.toSet());
        return !dead.isEmpty()
                && topics(request, image)
                        .flatMap(topic -> topic.partitions().stream())
                        .mapToInt(PartitionImage::leader)
                        .anyMatch(dead::contains);
    }

    private static Stream<TopicImage> topics(MetadataRequestData request, ClusterImage image) {
        return request.topics() == null
                ? image.topics().stream()
                : request.topics().stream()
                        .map(asked -> asked.name() == null || asked.name().isEmpty()
                                ? image.topic(asked.topicId())
                                : image.topic(asked.name()))
                        .filter(Objects::nonNull);
    }
}
