package io.kurier.protocol.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.kurier.protocol.telemetry.TelemetryPoint.Kind;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.AnyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.KeyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Gauge;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Histogram;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Metric;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.MetricsData;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Sum;
import org.apache.kafka.shaded.io.opentelemetry.proto.resource.v1.Resource;
import org.junit.jupiter.api.Test;

/// What OpenTelemetry's generated classes write is read, and nothing else does harm.
class OtlpMetricsTest {
    private static final OtlpMetrics.Limits LIMITS = new OtlpMetrics.Limits(100, 4, 50);

    @Test
    void gaugesAndSumsAreReadWithTheirAttributes() throws Exception {
        byte[] bytes = data(
                Metric.newBuilder()
                        .setName("latency")
                        .setUnit("ms")
                        .setGauge(Gauge.newBuilder()
                                .addDataPoints(point("topic", "a").setAsDouble(1.5))
                                .addDataPoints(point("topic", "b").setAsInt(-3)))
                        .build(),
                sum("total", AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE, true),
                sum("delta", AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA, true),
                sum("level", AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE, false));

        OtlpMetrics.Content content = OtlpMetrics.read(bytes, LIMITS);

        assertThat(content.leftOut()).isZero();
        assertThat(content.points())
                .containsExactly(
                        new TelemetryPoint("latency", Kind.GAUGE, Map.of("group_id", "g", "topic", "a"), 1.5),
                        new TelemetryPoint("latency", Kind.GAUGE, Map.of("group_id", "g", "topic", "b"), -3),
                        new TelemetryPoint("total", Kind.TOTAL, Map.of("group_id", "g"), 42),
                        new TelemetryPoint("delta", Kind.DELTA, Map.of("group_id", "g"), 42),
                        new TelemetryPoint("level", Kind.GAUGE, Map.of("group_id", "g"), 42));
    }

    @Test
    void attributesThatAreNoTextBecomeText() throws Exception {
        byte[] bytes = data(Metric.newBuilder()
                .setName("m")
                .setGauge(Gauge.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder()
                                .setAsInt(1)
                                .addAttributes(
                                        keyValue("i", AnyValue.newBuilder().setIntValue(-7)))
                                .addAttributes(
                                        keyValue("b", AnyValue.newBuilder().setBoolValue(true)))
                                .addAttributes(
                                        keyValue("d", AnyValue.newBuilder().setDoubleValue(0.5)))))
                .build());

        assertThat(OtlpMetrics.read(bytes, LIMITS).points().getFirst().attributes())
                .isEqualTo(Map.of("group_id", "g", "i", "-7", "b", "true", "d", "0.5"));
    }

    @Test
    void whatIsBeyondALimitIsLeftOut() throws Exception {
        Gauge.Builder many = Gauge.newBuilder();
        for (int i = 0; i < 130; i++) {
            many.addDataPoints(point("n", "v" + i).setAsInt(i));
        }
        NumberDataPoint.Builder wide = NumberDataPoint.newBuilder().setAsInt(1);
        for (int i = 0; i < 9; i++) {
            wide.addAttributes(keyValue("k" + i, AnyValue.newBuilder().setStringValue("v")));
        }
        byte[] bytes = data(
                Metric.newBuilder()
                        .setName("wide")
                        .setGauge(Gauge.newBuilder().addDataPoints(wide))
                        .build(),
                Metric.newBuilder()
                        .setName("n".repeat(900))
                        .setGauge(Gauge.newBuilder().addDataPoints(point("k", "v".repeat(900))))
                        .build(),
                Metric.newBuilder().setName("many").setGauge(many).build(),
                Metric.newBuilder()
                        .setName("histogram")
                        .setHistogram(Histogram.getDefaultInstance())
                        .build());

        OtlpMetrics.Content content = OtlpMetrics.read(bytes, LIMITS);

        assertThat(content.points()).hasSize(100);
        assertThat(content.points().getFirst().name()).isEqualTo("n".repeat(50));
        assertThat(content.points().getFirst().attributes()).containsEntry("k", "v".repeat(50));
        assertThat(content.leftOut()).isEqualTo(1 + 31 + 1);
    }

    @Test
    void everyCutIsRefusedOrReadsLess() throws Exception {
        byte[] bytes = data(sum("total", AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE, true));
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> OtlpMetrics.read(cut, LIMITS)).isInstanceOf(InvalidTelemetryException.class);
        }
        assertThat(OtlpMetrics.read(new byte[0], LIMITS).points()).isEmpty();
    }

    @Test
    void aLengthThatIsClaimedIsHeldAgainstWhatRemains() {
        byte[] claim = {10, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
        assertThatThrownBy(() -> OtlpMetrics.read(claim, LIMITS))
                .isInstanceOf(InvalidTelemetryException.class)
                .hasMessageContaining("claims 18446744073709551615 bytes, and 0 remain");
        assertThatThrownBy(() -> OtlpMetrics.read(new byte[] {11}, LIMITS)).hasMessageContaining("wire type 3");
        assertThatThrownBy(() -> OtlpMetrics.read(new byte[] {0, 0}, LIMITS)).hasMessageContaining("number");
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) -1);
        assertThatThrownBy(() -> OtlpMetrics.read(endless, LIMITS)).hasMessageContaining("ten bytes");
    }

    @Test
    void damagedBytesDoNoHarm() {
        byte[] valid = data(
                sum("total", AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE, true),
                sum("delta", AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA, true));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = valid.clone();
            for (int flips = 0; flips <= random.nextInt(5); flips++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(OtlpMetrics.read(damaged, LIMITS).points().size())
                        .as("seed " + seed)
                        .isLessThanOrEqualTo(100);
            } catch (InvalidTelemetryException refused) {
                assertThat(refused).hasMessageMatching("(?s).+");
            }
        }
    }

    @Test
    void aMillionEmptyMessagesCostLittle() throws Exception {
        byte[] metric = {0x12, 0};
        byte[] scope = new byte[2 << 20];
        for (int i = 0; i < scope.length; i++) {
            scope[i] = metric[i % 2];
        }
        byte[] bytes = MetricsData.newBuilder()
                .addResourceMetrics(
                        ResourceMetrics.newBuilder().addScopeMetrics(ScopeMetrics.parseFrom(Arrays.copyOf(scope, 2))))
                .build()
                .toByteArray();
        assertThat(OtlpMetrics.read(bytes, LIMITS).leftOut()).isEqualTo(1);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        OtlpMetrics.Content content = OtlpMetrics.read(wrap(wrap(scope, 0x12), 0x0A), LIMITS);

        assertThat(content.points()).isEmpty();
        assertThat(content.leftOut()).isEqualTo(1 << 20);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as("nothing of it is kept; what is made on the way is young garbage")
                .isLessThan(400L << 20);
    }

    private static byte[] wrap(byte[] inner, int tag) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = inner.length;
        while (length > 0x7F) {
            out.write(length & 0x7F | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(inner);
        return out.toByteArray();
    }

    private static Metric sum(String name, AggregationTemporality temporality, boolean monotonic) {
        return Metric.newBuilder()
                .setName(name)
                .setSum(Sum.newBuilder()
                        .addDataPoints(
                                NumberDataPoint.newBuilder().setTimeUnixNano(1).setAsDouble(42))
                        .setAggregationTemporality(temporality)
                        .setIsMonotonic(monotonic))
                .build();
    }

    private static NumberDataPoint.Builder point(String key, String value) {
        return NumberDataPoint.newBuilder()
                .setTimeUnixNano(123)
                .addAttributes(keyValue(key, AnyValue.newBuilder().setStringValue(value)));
    }

    private static KeyValue keyValue(String key, AnyValue.Builder value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static byte[] data(Metric... metrics) {
        return MetricsData.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder()
                        .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(Arrays.asList(metrics)))
                        .setResource(Resource.newBuilder()
                                .addAttributes(keyValue(
                                        "group_id", AnyValue.newBuilder().setStringValue("g")))))
                .build()
                .toByteArray();
    }
}
