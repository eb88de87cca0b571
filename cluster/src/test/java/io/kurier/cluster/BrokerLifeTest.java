package io.kurier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.config.QuorumMembers;
import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.Endpoint;
import io.kurier.kernel.World;
import io.kurier.testkit.ManualClock;
import io.kurier.testkit.ManualThreads;
import io.kurier.testkit.ManualTimers;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.Test;

/// How a starting node becomes a broker while controllers come and go. The test plays the controller.
class BrokerLifeTest {
    private static final int REGISTRATION_MS = 60_000;

    private final ManualClock clock = new ManualClock();
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final BrokerLife life = new BrokerLife(
            new World(
                    clock,
                    new ManualTimers(clock),
                    new ManualThreads(),
                    new SimDisk(clock, 1),
                    SimWorld.noNetwork(),
                    new Random(1)),
            settings(),
            (request, version, timeoutMs) -> {
                Asked mine = new Asked(request, new CompletableFuture<>());
                asked.add(mine);
                return mine.answer;
            },
            new ClusterView() {
                @Override
                public ClusterImage image() {
                    return ClusterImage.empty(Node.CLUSTER_ID);
                }

                @Override
                public Subscription subscribe(Consumer<ImageChange> listener) {
                    return () -> {};
                }
            });

    private record Asked(ApiMessage request, CompletableFuture<ApiMessage> answer) {}

    private static KRaftCluster.Settings settings() {
        Endpoint endpoint = new Endpoint("PLAINTEXT", "localhost", 9092, SecurityProtocol.PLAINTEXT);
        return new KRaftCluster.Settings(
                Node.ID,
                Node.CLUSTER_ID,
                List.of(new Uuid(1, 1)),
                List.of(endpoint),
                endpoint,
                null,
                -1,
                new QuorumMembers(List.of(), Map.of(), true),
                ControllerSettings.defaults(),
                new QuorumSettings(
                        new QuorumSettings.MetadataLog(1, 1),
                        new QuorumSettings.Timeouts(500, 500, 1_000, 1_000),
                        new QuorumSettings.Sessions(200, 1_000, REGISTRATION_MS)));
    }

    private void lost() {
        asked.remove().answer.completeExceptionally(new NotControllerException("lost before it answered"));
        clock.advance(Duration.ofMillis(100));
    }

    @Test
    void aStartBearsThatControllersAreLostAsLongAsItMayTake() {
        CompletableFuture<Void> joined = life.join().toCompletableFuture();
        clock.advance(Duration.ofMillis(REGISTRATION_MS * 3 / 4));
        lost();
        assertThat(asked.getFirst().request).isInstanceOf(BrokerRegistrationRequestData.class);
        asked.remove().answer.complete(new BrokerRegistrationResponseData().setBrokerEpoch(7));
        lost();
        asked.remove().answer.completeExceptionally(new TimeoutException("no active controller was found"));
        clock.advance(Duration.ofMillis(100));
        asked.remove().answer.complete(new BrokerHeartbeatResponseData().setIsFenced(true));
        clock.advance(Duration.ofMillis(100));
        assertThat(joined).isNotDone();
        asked.remove().answer.complete(new BrokerHeartbeatResponseData().setIsFenced(false));
        assertThat(joined).isCompleted();
        assertThat(life.brokerEpoch()).isEqualTo(7);
    }

    @Test
    void itEndsWithTheReasonWhenItMayTakeNoLonger() {
        CompletableFuture<Void> joined = life.join().toCompletableFuture();
        clock.advance(Duration.ofMillis(REGISTRATION_MS));
        lost();
        assertThat(asked).isEmpty();
        assertThatThrownBy(joined::join).hasMessageContaining("lost before it answered");
    }

    @Test
    void aFailedMetadataLogEndsItAtOnce() {
        CompletableFuture<Void> joined = life.join().toCompletableFuture();
        asked.remove().answer.completeExceptionally(new KafkaStorageException("the disk is gone"));
        assertThatThrownBy(joined::join).hasMessageContaining("the disk is gone");
    }
}
