package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.config.MonitoringSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitoringTest {
    @Test
    void aPortThatNobodyAskedForMayBeTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Monitoring monitoring = new Monitoring(List.of())) {
            int port = taken.getLocalPort();
            monitoring.open(new MonitoringSettings(1, "127.0.0.1", port, false), Runnable::run);
            assertThat(monitoring.address()).isEmpty();

            assertThatThrownBy(() -> monitoring.open(new MonitoringSettings(1, "127.0.0.1", port, true), Runnable::run))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Port " + port + " on 127.0.0.1 cannot be opened")
                    .hasMessageContaining("choose another kurier.http.port, or -1 for none");
        }
    }

    @Test
    void aNodeThatStartsSaysSo() throws Exception {
        try (Monitoring monitoring = new Monitoring(List.of());
                HttpClient http = HttpClient.newHttpClient()) {
            monitoring.open(new MonitoringSettings(1, "127.0.0.1", 0, true), Runnable::run);
            int port = monitoring.address().orElseThrow().getPort();
            HttpRequest health = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/health"))
                    .build();

            HttpResponse<String> starting = http.send(health, HttpResponse.BodyHandlers.ofString());
            assertThat(starting.statusCode()).isEqualTo(503);
            assertThat(starting.body()).contains("the node is starting");

            monitoring.ready(List.of(), List.of());
            assertThat(http.send(health, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void noPortIsNoPort() throws Exception {
        try (Monitoring monitoring = new Monitoring(List.of())) {
            monitoring.open(new MonitoringSettings(1, "127.0.0.1", -1, true), Runnable::run);
            assertThat(monitoring.address()).isEmpty();
        }
    }
}
