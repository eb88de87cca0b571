package io.kurier.http.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.metrics.Labels;
import io.kurier.broker.metrics.MetricSource;
import io.kurier.broker.metrics.MetricType;
import io.kurier.http.HttpRequest;
import io.kurier.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitoringPagesTest {
    private static final HttpRequest GET = new HttpRequest("GET", "/", Map.of(), Map.of(), ByteBuffer.allocate(0));

    @Test
    void samplesAreLinesThatPrometheusReads() throws IOException {
        MetricSource source = sink -> {
            sink.family("a_total", MetricType.COUNTER, "What it is.");
            sink.sample("", "", 3);
            sink.sample("", Labels.of("k", "a\"b\\c\nd\u0001é"), 1.5);
            sink.family("h", MetricType.HISTOGRAM, "Times.");
            sink.sample("_bucket", Labels.join("a=\"1\"", Labels.of("le", "+Inf")), 1e18);
            sink.single("n", MetricType.UNTYPED, "No number.", Double.NaN);
            sink.single("i", MetricType.GAUGE, "Much.", Double.NEGATIVE_INFINITY);
        };

        HttpResponse page = new MetricsPage(() -> List.of(source)).handle(GET);

        assertThat(page.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text(page)).isEqualTo("""
                # HELP a_total What it is.
                # TYPE a_total counter
                a_total 3
                a_total{k="a\\"b\\\\c\\nd\uFFFDé"} 1.5
                # HELP h Times.
                # TYPE h histogram
                h_bucket{a="1",le="+Inf"} 1.0E18
                # HELP n No number.
                # TYPE n untyped
                n NaN
                # HELP i Much.
                # TYPE i gauge
                i -Inf
                """);
    }

    @Test
    void aSourceThatFailsIsLeftOut() throws IOException {
        MetricSource broken = sink -> {
            throw new IllegalStateException("a defect");
        };
        MetricSource well = sink -> sink.single("a", MetricType.GAUGE, "A.", 1);

        assertThat(text(new MetricsPage(() -> List.of(broken, well)).handle(GET)))
                .endsWith("a 1\n");
    }

    @Test
    void namesBecomeValid() {
        assertThat(Labels.name("org.apache.kafka/lag-max")).isEqualTo("org_apache_kafka_lag_max");
        assertThat(Labels.name("0täglich")).isEqualTo("_0t_glich");
    }

    @Test
    void healthNamesTheReasons() throws IOException {
        HttpResponse ready = new HealthPage(List::of).handle(GET);
        assertThat(ready.status()).isEqualTo(200);
        assertThat(text(ready)).isEqualTo("{\"ready\":true,\"reasons\":[]}\n");

        HttpResponse not = new HealthPage(() -> List.of("the disk \"C:\\\" is gone", "b")).handle(GET);
        assertThat(not.status()).isEqualTo(503);
        assertThat(text(not)).isEqualTo("{\"ready\":false,\"reasons\":[\"the disk \\\"C:\\\\\\\" is gone\",\"b\"]}\n");
    }

    private static String text(HttpResponse response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        response.body().writeTo(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
