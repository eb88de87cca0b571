package io.kurier.broker.api.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.protocol.RequestHeader;
import io.kurier.testkit.ManualClock;
import io.kurier.testkit.ManualTimers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;

/// How long a client waits that asks for a leader while there is none.
class NewLeaderWaitTest {
    private static final Uuid WORDS = new Uuid(1, 1);
    private static final Uuid OTHERS = new Uuid(1, 2);

    private final ManualClock clock = new ManualClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final View view = new View();
    private int dead = -1;
    private final NewLeaderWait handler =
            new NewLeaderWait(new Answering(), view, broker -> broker.id() == dead, timers);

    private static final class Answering implements ApiHandler<MetadataRequestData> {
        @Override
        public ApiKeys key() {
            return ApiKeys.METADATA;
        }

        @Override
        public CompletableFuture<? extends ApiMessage> handle(RequestContext context, MetadataRequestData request) {
            return CompletableFuture.completedFuture(new MetadataResponseData());
        }
    }

    private static final class View implements ClusterView {
        final List<Consumer<ImageChange>> listeners = new ArrayList<>();
        ClusterImage image = ClusterImage.empty("cluster");

        void change(ApiMessage... records) {
            ImageBuilder builder = new ImageBuilder(image);
            for (ApiMessage record : records) {
                builder.replay(record, record.highestSupportedVersion());
            }
            ClusterImage before = image;
            image = builder.build();
            List.copyOf(listeners).forEach(listener -> listener.accept(new ImageChange(before, image)));
        }

        @Override
        public ClusterImage image() {
            return image;
        }

        @Override
        public Subscription subscribe(Consumer<ImageChange> listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }
    }

    private static PartitionRecord led(Uuid topic, int leader) {
        return new PartitionRecord()
                .setPartitionId(0)
                .setTopicId(topic)
                .setReplicas(List.of(1, 2))
                .setIsr(List.of(1, 2))
                .setDirectories(List.of(new Uuid(7, 1), new Uuid(7, 2)))
                .setLeader(leader);
    }

    NewLeaderWaitTest() {
        view.change(
                new RegisterBrokerRecord().setBrokerId(1).setFenced(false),
                new RegisterBrokerRecord().setBrokerId(2).setFenced(false),
                new TopicRecord().setName("words").setTopicId(WORDS),
                led(WORDS, 2),
                new TopicRecord().setName("others").setTopicId(OTHERS),
                led(OTHERS, 1));
    }

    private CompletableFuture<? extends ApiMessage> ask(String topic) {
        InetSocketAddress here = new InetSocketAddress("127.0.0.1", 9091);
        return handler.handle(
                new RequestContext(
                        new RequestHeader(ApiKeys.METADATA, (short) 13, true, 1, "client"),
                        Runnable::run,
                        here,
                        here,
                        "PLAINTEXT"),
                new MetadataRequestData().setTopics(List.of(new MetadataRequestTopic().setName(topic))));
    }

    @Test
    void isAnsweredAtOnceWhileLeadersLive() {
        assertThat(ask("words")).isDone();
        dead = 2;
        assertThat(ask("others")).isDone();
        assertThat(ask("unknown")).isDone();
    }

    @Test
    void waitsForTheNextLeader() {
        dead = 2;
        CompletableFuture<? extends ApiMessage> answer = ask("words");
        view.change(new TopicRecord().setName("more").setTopicId(new Uuid(1, 3)));
        assertThat(answer).isNotDone();
        view.change(
                new PartitionChangeRecord().setTopicId(WORDS).setPartitionId(0).setLeader(1));
        assertThat(answer).isDone();
        assertThat(view.listeners).isEmpty();
        assertThat(timers.size()).isZero();
    }

    @Test
    void doesNotWaitLong() {
        dead = 2;
        CompletableFuture<? extends ApiMessage> answer = ask("words");
        clock.advance(Duration.ofMillis(99));
        assertThat(answer).isNotDone();
        clock.advance(Duration.ofMillis(1));
        assertThat(answer).isDone();
        assertThat(view.listeners).isEmpty();
    }
}
