package io.kurier.broker.api.configs;

import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Responses;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// A cluster of brokers 1 and 2 without a metadata log, seen from broker 1.
final class ConfigsFixture implements ClusterView {
    static final int NODE = 1;

    private ClusterImage image = ClusterImage.empty("configs");

    ConfigsFixture() {
        change(new RegisterBrokerRecord().setBrokerId(NODE), new RegisterBrokerRecord().setBrokerId(2));
    }

    void topic(String name) {
        change(new TopicRecord().setName(name).setTopicId(Uuid.randomUuid()));
    }

    void set(ConfigResource.Type type, String resource, String name, String value) {
        change(new ConfigRecord()
                .setResourceType(type.id())
                .setResourceName(resource)
                .setName(name)
                .setValue(value));
    }

    private void change(ApiMessage... records) {
        ImageBuilder builder = new ImageBuilder(image);
        for (ApiMessage record : records) builder.replay(record, record.highestSupportedVersion());
        image = builder.build();
    }

    static RequestContext context(ApiKeys key, int version) {
        InetSocketAddress here = InetSocketAddress.createUnresolved("localhost", 9092);
        return new RequestContext(
                new RequestHeader(key, (short) version, true, 1, "test"), Runnable::run, here, here, "PLAINTEXT");
    }

    /// The answer, once it is seen to fit into every version of its API.
    static <R extends ApiMessage> R encodable(ApiKeys key, R answer) {
        for (short version : key.allVersions())
            Responses.encode(new RequestHeader(key, version, true, 1, "test"), answer);
        return answer;
    }

    @Override
    public ClusterImage image() {
        return image;
    }

    @Override
    public Subscription subscribe(Consumer<ImageChange> listener) {
        return () -> {};
    }
}
