package io.kurier.broker.api.telemetry;

import io.kurier.broker.api.ClientSoftware;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.metrics.Lines;
import io.kurier.broker.quota.ClientQuota;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.ImageBuilder;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.telemetry.OtlpMetrics;
import io.kurier.testkit.ManualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.GetTelemetrySubscriptionsRequestData;
import org.apache.kafka.common.message.GetTelemetrySubscriptionsResponseData;
import org.apache.kafka.common.message.PushTelemetryRequestData;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Metric;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.MetricsData;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Sum;

/// A node's telemetry with a manual clock, and clients that ask and push.
final class TelemetryWorld implements ClusterView {
    final ManualClock clock = new ManualClock();
    final ClientTelemetry telemetry;
    private final GetTelemetrySubscriptionsHandler get;
    private final PushTelemetryHandler push;
    private ClusterImage image = ClusterImage.empty("telemetry");

    TelemetryWorld() {
        this(TelemetryLimits.of(1 << 20));
    }

    TelemetryWorld(TelemetryLimits limits) {
        telemetry = new ClientTelemetry(this, clock, new Random(1), limits);
        get = new GetTelemetrySubscriptionsHandler(telemetry);
        push = new PushTelemetryHandler(telemetry);
    }

    static TelemetryLimits limits(int clients, int seriesPerClient, long storeBytes) {
        return new TelemetryLimits(
                10_000, 20_000, clients, seriesPerClient, storeBytes, new OtlpMetrics.Limits(100, 8, 50));
    }

    /// Sets a subscription's setting; null takes it away.
    void set(String subscription, String name, String value) {
        ImageBuilder builder = new ImageBuilder(image);
        builder.replay(
                new ConfigRecord()
                        .setResourceType(ConfigResource.Type.CLIENT_METRICS.id())
                        .setResourceName(subscription)
                        .setName(name)
                        .setValue(value),
                (short) 0);
        image = builder.build();
    }

    void passMs(long ms) {
        clock.advanceMs(ms);
    }

    /// A client with some of its own memory: what it was told last.
    final class Client {
        final String clientId;
        Uuid instance = Uuid.ZERO_UUID;
        int subscription;

        Client(String clientId) {
            this.clientId = clientId;
        }

        GetTelemetrySubscriptionsResponseData ask() {
            GetTelemetrySubscriptionsResponseData answer = get.handle(
                            context(ApiKeys.GET_TELEMETRY_SUBSCRIPTIONS),
                            new GetTelemetrySubscriptionsRequestData().setClientInstanceId(instance))
                    .join();
            if (answer.errorCode() == 0) {
                instance = answer.clientInstanceId();
                subscription = answer.subscriptionId();
            }
            return answer;
        }

        Errors push(Metric... metrics) {
            return push(0, bytes(metrics), false);
        }

        Errors pushLast(Metric... metrics) {
            return push(0, bytes(metrics), true);
        }

        Errors push(int codec, byte[] content, boolean last) {
            PushTelemetryRequestData request = new PushTelemetryRequestData()
                    .setClientInstanceId(instance)
                    .setSubscriptionId(subscription)
                    .setCompressionType((byte) codec)
                    .setTerminating(last)
                    .setMetrics(ByteBuffer.wrap(content));
            return Errors.forCode(
                    push.handle(context(ApiKeys.PUSH_TELEMETRY), request).join().errorCode());
        }

        private RequestContext context(ApiKeys key) {
            InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
            return new RequestContext(
                    new RequestHeader(key, (short) 0, true, 1, clientId),
                    Runnable::run,
                    here,
                    here,
                    "PLAINTEXT",
                    ClientQuota.NONE,
                    new ClientSoftware("test-client", "1.2.3"),
                    0,
                    0,
                    new CompletableFuture<>());
        }
    }

    static Metric total(String name, double value) {
        return sum(name, value, AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
    }

    static Metric delta(String name, double value) {
        return sum(name, value, AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
    }

    private static Metric sum(String name, double value, AggregationTemporality temporality) {
        return Metric.newBuilder()
                .setName(name)
                .setSum(Sum.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder().setAsDouble(value))
                        .setIsMonotonic(true)
                        .setAggregationTemporality(temporality))
                .build();
    }

    static byte[] bytes(Metric... metrics) {
        return MetricsData.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics))))
                .build()
                .toByteArray();
    }

    /// The lines that would be shown, those about the telemetry itself left out.
    List<String> shown() {
        List<String> lines = new ArrayList<>();
        new TelemetryMetrics(telemetry).collect(new Lines(lines));
        return lines.stream().filter(line -> line.startsWith("client_")).toList();
    }

    /// The value of one of the node's own metrics.
    double own(String name) {
        List<String> lines = new ArrayList<>();
        new TelemetryMetrics(telemetry).collect(new Lines(lines));
        return lines.stream()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
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
