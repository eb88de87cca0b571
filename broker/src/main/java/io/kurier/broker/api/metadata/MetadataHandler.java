package io.kurier.broker.api.metadata;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Metadata: the brokers, and the topics that are asked for with the leaders of their partitions. Creates topics on
/// first use, as Kafka does, but answers when they are there.
public final class MetadataHandler implements ApiHandler<MetadataRequestData> {
    private static final int FIRST_VERSION_WITH_IDS_ONLY = 12;
    private static final int FIRST_VERSION_WITH_AUTO_CREATE_FLAG = 4;

    private final ClusterView cluster;
    private final NodeAddresses addresses;
    private final TopicCreator creator;

    public MetadataHandler(ClusterView cluster, NodeAddresses addresses, TopicCreator creator) {
        this.cluster = cluster;
        this.addresses = addresses;
        this.creator = creator;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.METADATA;
    }

    @Override
    public boolean mayBlock(MetadataRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<MetadataResponseData> handle(RequestContext context, MetadataRequestData request) {
        List<String> missing = missing(context, request);
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(answer(context, request, Map.of()));
        }
        return creator.ensure(missing).thenApply(outcome -> {
            context.quota().changedPartitions(creator.partitionsOf(missing));
            return answer(context, request, outcome);
        });
    }

    private List<String> missing(RequestContext context, MetadataRequestData request) {
        boolean allowed = context.version() < FIRST_VERSION_WITH_AUTO_CREATE_FLAG || request.allowAutoTopicCreation();
        List<String> missing = new ArrayList<>();
        if (allowed && request.topics() != null) {
            ClusterImage image = cluster.image();
            for (MetadataRequestTopic topic : request.topics()) {
                if (topic.name() != null
                        && image.topic(topic.name()) == null
                        && creator.createsOnFirstUse(topic.name())
                        && (creator.isInternal(topic.name()) || context.quota().mayChangePartitions(0))) {
                    missing.add(topic.name());
                }
            }
        }
        return missing;
    }

    private MetadataResponseData answer(
            RequestContext context, MetadataRequestData request, Map<String, Errors> created) {
        ClusterImage image = cluster.image();
        MetadataResponseData answer = new MetadataResponseData().setClusterId(image.clusterId());
        for (BrokerImage broker : image.brokers().values()) {
            NodeAddresses.Address address = broker.fenced() ? null : addresses.of(context, broker);
            if (address != null) {
                answer.brokers()
                        .add(new MetadataResponseBroker()
                                .setNodeId(broker.id())
                                .setHost(address.host())
                                .setPort(address.port())
                                .setRack(broker.rack()));
                if (answer.controllerId() < 0) {
                    answer.setControllerId(broker.id());
                }
            }
        }
        boolean all = request.topics() == null
                || (context.version() == 0 && request.topics().isEmpty());
        if (all) {
            for (TopicImage topic : image.topics()) {
                answer.topics().add(TopicAnswer.of(topic, image, creator.isInternal(topic.name())));
            }
        } else {
            for (MetadataRequestTopic asked : request.topics()) {
                answer.topics().add(one(context, asked, image, created));
            }
        }
        addOperations(request, answer);
        return answer;
    }

    private static void addOperations(MetadataRequestData request, MetadataResponseData answer) {
        if (request.includeClusterAuthorizedOperations()) {
            answer.setClusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        if (request.includeTopicAuthorizedOperations()) {
            for (MetadataResponseTopic topic : answer.topics()) {
                if (topic.errorCode() == Errors.NONE.code()) {
                    topic.setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
                }
            }
        }
    }

    private MetadataResponseTopic one(
            RequestContext context, MetadataRequestTopic asked, ClusterImage image, Map<String, Errors> created) {
        String name = asked.name();
        // Kafka's older clients ask by id with an empty name.
        boolean byId = name == null || !asked.topicId().equals(Uuid.ZERO_UUID);
        TopicImage topic = byId ? image.topic(asked.topicId()) : image.topic(name);
        if (topic != null) {
            return TopicAnswer.of(topic, image, creator.isInternal(topic.name()));
        }
        MetadataResponseTopic answer = new MetadataResponseTopic();
        if (byId) {
            boolean nullable = context.version() >= FIRST_VERSION_WITH_IDS_ONLY;
            return answer.setTopicId(asked.topicId())
                    .setName(nullable ? null : "")
                    .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code());
        }
        Errors outcome = created.getOrDefault(name, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        Errors error = outcome == Errors.NONE ? Errors.LEADER_NOT_AVAILABLE : outcome;
        return answer.setName(name)
                .setTopicId(Uuid.ZERO_UUID)
                .setIsInternal(creator.isInternal(name))
                .setErrorCode(error.code());
    }
}
