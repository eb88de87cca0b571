package io.kurier.broker.api.telemetry;

import static io.kurier.broker.api.telemetry.TelemetryWorld.bytes;
import static io.kurier.broker.api.telemetry.TelemetryWorld.delta;
import static io.kurier.broker.api.telemetry.TelemetryWorld.limits;
import static io.kurier.broker.api.telemetry.TelemetryWorld.total;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.api.telemetry.TelemetryWorld.Client;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.AnyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.KeyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Gauge;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Metric;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// GetTelemetrySubscriptions and PushTelemetry as clients see them.
class ClientTelemetryTest {
    private final TelemetryWorld world = new TelemetryWorld();
    private final Client client = world.new Client("shop-1");

    @Test
    void withoutASubscriptionAClientIsToldToAskAgainInFiveMinutes() {
        var answer = client.ask();

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.throttleTimeMs()).isZero();
        assertThat(answer.requestedMetrics()).isEmpty();
        assertThat(answer.pushIntervalMs()).isEqualTo(300_000);
        assertThat(answer.telemetryMaxBytes()).isEqualTo(1 << 20);
        assertThat(answer.deltaTemporality()).isFalse();
        assertThat(answer.acceptedCompressionTypes()).containsExactly((byte) 4, (byte) 3, (byte) 1, (byte) 2);
        assertThat(answer.clientInstanceId()).isNotEqualTo(Uuid.ZERO_UUID);
    }

    @Test
    void allSubscriptionsThatFitAreOne() {
        world.set("a", "metrics", "org.b.,org.a.");
        world.set("a", "interval.ms", "5000");
        world.set("b", "metrics", "org.c.");
        world.set("b", "interval.ms", "1000");
        world.set("b", "match", "client_id=shop-.*,client_software_version=1\\..*,client_source_address=127.*");
        world.set("office", "metrics", "org.d.");
        world.set("office", "match", "client_id=office");
        world.set("off", "interval.ms", "100");

        var answer = client.ask();

        assertThat(answer.requestedMetrics()).containsExactly("org.a.", "org.b.", "org.c.");
        assertThat(answer.pushIntervalMs()).isEqualTo(1000);
    }

    @Test
    void theSubscriptionsIdChangesWithWhatFitsAndWithNothingElse() {
        world.set("a", "metrics", "org.");
        int first = client.ask().subscriptionId();
        world.set("office", "metrics", "*");
        world.set("office", "match", "client_id=office");
        assertThat(client.push(total("org.x", 1))).isEqualTo(Errors.NONE);

        world.set("all", "metrics", "*");
        world.passMs(300_000);
        assertThat(client.push(total("org.x", 1))).isEqualTo(Errors.UNKNOWN_SUBSCRIPTION_ID);

        var answer = client.ask();
        assertThat(answer.subscriptionId()).isNotEqualTo(first);
        assertThat(answer.requestedMetrics()).as("all of them").containsExactly("");
        assertThat(client.push(total("org.x", 1))).isEqualTo(Errors.NONE);
        world.set("all", "metrics", null);
        world.passMs(300_000);
        assertThat(client.ask().subscriptionId()).isEqualTo(first);
        assertThat(world.new Client("other").ask().subscriptionId()).isNotEqualTo(first);
    }

    @Test
    void whatWasPushedIsShownUnderNamesThatPrometheusTakes() {
        world.set("all", "metrics", "*");
        client.ask();
        Metric gauge = Metric.newBuilder()
                .setName("org.apache.kafka.consumer.lag-max")
                .setGauge(Gauge.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder()
                                .setAsDouble(2.5)
                                .addAttributes(attribute("topic", "a \"b\"\n\\"))
                                .addAttributes(attribute("node.id", "1"))
                                .addAttributes(attribute("client_id", "a liar"))))
                .build();

        assertThat(client.push(gauge, total("sent", 3), delta("delta", 4))).isEqualTo(Errors.NONE);

        String own = "client_id=\"shop-1\",client_instance_id=\"" + client.instance
                + "\",client_software_name=\"test-client\",client_software_version=\"1.2.3\"";
        assertThat(world.shown())
                .containsExactly(
                        "client_delta COUNTER",
                        "client_delta{" + own + "} 4.0",
                        "client_org_apache_kafka_consumer_lag_max GAUGE",
                        "client_org_apache_kafka_consumer_lag_max{" + own
                                + ",node_id=\"1\",topic=\"a \\\"b\\\"\\n\\\\\"} 2.5",
                        "client_sent COUNTER",
                        "client_sent{" + own + "} 3.0");
    }

    @Test
    void totalsReplaceAndDeltasAddUp() {
        world.set("all", "metrics", "*");
        client.ask();
        client.push(total("t", 3), delta("d", 4));
        world.passMs(300_000);
        client.push(total("t", 5), delta("d", Double.NaN));
        world.passMs(300_000);
        client.push(total("t", 6), delta("d", 2));

        assertThat(values()).containsExactly(6.0, 6.0);
        assertThat(world.own("kurier_telemetry_pushes_total")).isEqualTo(3);
    }

    @Test
    void onlyWhatWasAskedForIsKept() {
        world.set("some", "metrics", "org.apache.kafka.producer.");
        client.ask();

        client.push(total("org.apache.kafka.producer.sent", 1), total("org.apache.kafka.consumer.read", 1));

        assertThat(world.shown()).hasSize(2).allMatch(line -> line.startsWith("client_org_apache_kafka_producer_sent"));
        assertThat(world.own("kurier_telemetry_left_out_total")).isEqualTo(1);
    }

    @Test
    void whoAsksOrPushesTooEarlyIsSentAway() {
        world.set("all", "metrics", "*");
        world.set("all", "interval.ms", "1000");
        client.ask();
        assertThat(client.push(total("a", 1)))
                .as("the first push may come at any time")
                .isEqualTo(Errors.NONE);
        world.passMs(700);

        assertThat(client.push(total("a", 2))).isEqualTo(Errors.THROTTLING_QUOTA_EXCEEDED);
        assertThat(client.ask().errorCode()).isEqualTo(Errors.THROTTLING_QUOTA_EXCEEDED.code());
        world.passMs(60);
        assertThat(client.push(total("a", 3))).as("a little early is on time").isEqualTo(Errors.NONE);

        assertThat(values()).containsExactly(3.0);
    }

    @Test
    void theLastPushComesAtAnyTimeAndOnce() {
        world.set("all", "metrics", "*");
        client.ask();
        client.push(total("a", 1));

        assertThat(client.pushLast(total("a", 2))).isEqualTo(Errors.NONE);
        assertThat(client.pushLast(total("a", 3))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(client.push(total("a", 4))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(values()).containsExactly(2.0);
    }

    @Test
    void whatCannotBeReadIsRefusedAndChangesNothing() {
        world.set("all", "metrics", "*");
        client.ask();
        assertThat(client.push(0, new byte[] {10, 99, 1}, false)).isEqualTo(Errors.INVALID_RECORD);
        world.passMs(300_000);
        assertThat(client.push(1, bytes(total("a", 1)), false))
                .as("not in gzip")
                .isEqualTo(Errors.INVALID_RECORD);
        world.passMs(300_000);
        assertThat(client.push(9, bytes(total("a", 1)), false)).isEqualTo(Errors.UNSUPPORTED_COMPRESSION_TYPE);
        assertThat(client.ask().errorCode())
                .as("and asks which codecs there are")
                .isZero();
        assertThat(client.push(0, new byte[(1 << 20) + 1], false)).isEqualTo(Errors.TELEMETRY_TOO_LARGE);
        client.instance = Uuid.ZERO_UUID;
        assertThat(client.push(total("a", 1))).isEqualTo(Errors.INVALID_REQUEST);

        assertThat(world.shown()).isEmpty();
        assertThat(world.own("kurier_telemetry_refusals_total")).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void aBombIsRefusedAndWhatFitsIsRead(CompressionType codec) throws Exception {
        world.set("all", "metrics", "*");
        client.ask();
        byte[] bomb = compress(codec, new byte[32 << 20]);
        assertThat(client.push(codec.id, bomb, false))
                .isEqualTo(
                        codec == CompressionType.NONE || codec == CompressionType.SNAPPY
                                ? Errors.TELEMETRY_TOO_LARGE
                                : Errors.INVALID_RECORD);
        world.passMs(300_000);

        assertThat(client.push(codec.id, compress(codec, bytes(total("a", 7))), false))
                .isEqualTo(Errors.NONE);
        assertThat(values()).containsExactly(7.0);
    }

    private static byte[] compress(CompressionType codec, byte[] content) throws IOException {
        ByteBufferOutputStream out = new ByteBufferOutputStream(1024);
        try (OutputStream in = Compression.of(codec).build().wrapForOutput(out, (byte) 2)) {
            in.write(content);
        }
        byte[] compressed = new byte[out.position()];
        out.buffer().flip().get(compressed);
        return compressed;
    }

    @Test
    void aPushGoesOnAfterTheNodeForgotTheClient() {
        world.set("all", "metrics", "*");
        client.ask();
        client.push(total("a", 1));
        world.passMs(1_000_000);
        assertThat(world.shown()).as("silent for more than three intervals").isEmpty();

        assertThat(client.push(total("a", 2))).isEqualTo(Errors.NONE);

        assertThat(values()).containsExactly(2.0);
    }

    @Test
    void clientsAreBoundedAndTheOnesThatWereSilentLongestGo() {
        TelemetryWorld small = new TelemetryWorld(limits(10, 100, 1 << 20));
        small.set("all", "metrics", "*");
        List<Client> clients = IntStream.range(0, 25)
                .mapToObj(i -> small.new Client("c" + i))
                .peek(each -> {
                    each.ask();
                    each.push(total("a", 1));
                    small.passMs(1);
                })
                .toList();

        assertThat(small.own("kurier_telemetry_clients")).isEqualTo(10);
        assertThat(small.shown()).hasSize(11).noneMatch(line -> line.contains("\"c14\""));
        assertThat(clients.getFirst().push(total("a", 1)))
                .as("and may come back")
                .isEqualTo(Errors.NONE);
        assertThat(small.own("kurier_telemetry_clients")).isEqualTo(10);
    }

    @Test
    void seriesAreBoundedForEachClientAndInAll() {
        TelemetryWorld small = new TelemetryWorld(limits(100, 5, 3_000));
        small.set("all", "metrics", "*");
        Metric[] many = IntStream.range(0, 50).mapToObj(i -> total("m" + i, i)).toArray(Metric[]::new);
        for (int i = 0; i < 50; i++) {
            Client one = small.new Client("c" + i);
            one.ask();
            assertThat(one.push(many)).isEqualTo(Errors.NONE);
        }

        long series = small.shown().stream().filter(line -> line.contains("{")).count();
        assertThat(series).isBetween(10L, 12L);
        assertThat(small.own("kurier_telemetry_store_bytes")).isBetween(2_700.0, 3_000.0);
        assertThat(small.own("kurier_telemetry_left_out_total")).isEqualTo(50 * 50 - series);

        small.passMs(1_000_000);
        assertThat(small.own("kurier_telemetry_store_bytes"))
                .as("all are forgotten")
                .isZero();
    }

    @Test
    void aSeriesThatIsNotPushedAnyMoreGoes() {
        world.set("all", "metrics", "*");
        client.ask();
        client.push(total("old", 1), total("new", 1));
        double bytes = world.own("kurier_telemetry_store_bytes");
        for (int i = 2; i <= 3; i++) {
            world.passMs(300_000);
            client.push(total("new", i));
            assertThat(values()).contains(1.0, (double) i);
        }
        world.passMs(300_000);
        client.push(total("new", 4));

        assertThat(values()).containsExactly(4.0);
        assertThat(world.own("kurier_telemetry_store_bytes")).isEqualTo(bytes / 2);
    }

    @Test
    void aMetricOfSeveralKindsIsUntyped() {
        world.set("all", "metrics", "*");
        Client other = world.new Client("other");
        client.ask();
        other.ask();
        client.push(total("a", 1));
        other.push(Metric.newBuilder()
                .setName("a")
                .setGauge(Gauge.newBuilder()
                        .addDataPoints(NumberDataPoint.newBuilder().setAsInt(2)))
                .build());

        assertThat(world.shown()).startsWith("client_a UNTYPED").hasSize(3);
    }

    private Stream<Double> values() {
        return world.shown().stream()
                .filter(line -> line.contains("{"))
                .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' '))));
    }

    private static KeyValue attribute(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }
}
