package io.kurier.broker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

class RequestMeterTest {
    private final ManualClock clock = new ManualClock();
    private final RequestMeter meter = new RequestMeter(clock);

    @Test
    void countsTimeAndBytesOfEachApi() {
        answered(ApiKeys.PRODUCE, 1, false);
        answered(ApiKeys.PRODUCE, 30, false);
        answered(ApiKeys.PRODUCE, 60_000, true);

        assertThat(lines())
                .startsWith(
                        "kurier_request_seconds HISTOGRAM",
                        "kurier_request_seconds_bucket{api=\"Produce\",le=\"0.0005\"} 0.0")
                .contains(
                        "kurier_request_seconds_bucket{api=\"Produce\",le=\"0.001\"} 1.0",
                        "kurier_request_seconds_bucket{api=\"Produce\",le=\"0.02\"} 1.0",
                        "kurier_request_seconds_bucket{api=\"Produce\",le=\"0.05\"} 2.0",
                        "kurier_request_seconds_bucket{api=\"Produce\",le=\"5\"} 2.0",
                        "kurier_request_seconds_bucket{api=\"Produce\",le=\"+Inf\"} 3.0",
                        "kurier_request_seconds_sum{api=\"Produce\"} 60.031",
                        "kurier_request_seconds_count{api=\"Produce\"} 3.0",
                        "kurier_request_failures_total{api=\"Produce\"} 1.0",
                        "kurier_request_bytes_total{api=\"Produce\"} 300.0",
                        "kurier_response_bytes_total{api=\"Produce\"} 30.0");
    }

    @Test
    void anApiThatNobodyUsedIsNotShown() {
        answered(ApiKeys.FETCH, 1, false);

        assertThat(lines()).anyMatch(line -> line.contains("Fetch")).noneMatch(line -> line.contains("Produce"));
    }

    @Test
    void everyApiHasItsPlace() {
        for (ApiKeys key : ApiKeys.values()) {
            answered(key, 1, false);
        }
        assertThat(lines().stream().filter(line -> line.startsWith("kurier_request_seconds_count")))
                .hasSize(ApiKeys.values().length);
    }

    private void answered(ApiKeys key, long ms, boolean failed) {
        long receivedNs = meter.now();
        clock.advanceMs(ms);
        meter.answered(key, receivedNs, 100, 10, failed);
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        meter.collect(new Lines(lines));
        return lines;
    }
}
