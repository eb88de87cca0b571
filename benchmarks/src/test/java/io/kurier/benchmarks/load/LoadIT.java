package io.kurier.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.benchmarks.load.ProduceLoad.Pace;
import io.kurier.server.Kurier;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The load generator against an embedded node: what it says was done is done.
class LoadIT {
    private static final short ALL = -1;

    private static Kurier node;
    private static int port;

    @BeforeAll
    static void start() {
        node = Kurier.start();
        String address = node.bootstrapServers();
        port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void whatIsProducedIsInTheLogAndReadAgain() throws IOException {
        for (Payload payload : new Payload[] {
            Payload.plain(1024),
            Payload.plain(100).compressed().withKeys(),
            Payload.plain(200).numbered(),
            Payload.plain(300).compressed().withKeys().numbered()
        }) {
            try (var control = new ControlClient(port)) {
                String topic = "produced-" + payload.recordBytes();
                control.create(topic, 6, Map.of());
                int perRequest = payload.keyed() ? 6 : 1;
                var outcome =
                        new ProduceLoad(topic, 6, payload, ALL, 20, perRequest).run(port, Pace.bytes(3, 5, 5_000_000));
                assertThat(outcome.records())
                        .isEqualTo(outcome.requests() * 20 * perRequest)
                        .isPositive();
                long[] ends = control.endOffsets(topic, 6);
                assertThat(Arrays.stream(ends).sum()).isEqualTo(outcome.records());
                assertThat(outcome.requestNs().getTotalCount()).isEqualTo(outcome.requests());
                var read = new FetchLoad(topic, 6, 2).run(port, new long[6], ends);
                assertThat(read.records()).isEqualTo(outcome.records());
                assertThat(read.recordBytes()).isEqualTo(outcome.batchBytes());
            }
        }
    }

    @Test
    void theJavaProducersRecordsAreInTheLog() throws IOException {
        try (var control = new ControlClient(port)) {
            control.create("java", 6, Map.of());
            var outcome = new JavaProducer("java", Payload.plain(100).compressed(), 64 << 10).run(port, 1_000_000);
            assertThat(outcome.records()).isEqualTo(10_000);
            assertThat(outcome.sentBytes()).isBetween(100_000L, 1_000_000L);
            assertThat(Arrays.stream(control.endOffsets("java", 6)).sum()).isEqualTo(10_000);
        }
    }

    @Test
    void anIdempotentLoadIsCheckedByTheNode() throws IOException {
        try (var control = new ControlClient(port);
                var connection = new NodeConnection(port)) {
            control.create("sequences", 1, Map.of());
            var filled = ProduceFrames.encode(
                    "sequences", (short) -1, Payload.plain(100).numbered(), 3, List.of(0));
            var producer = control.initProducerId();
            filled.sequences().begin(producer.id(), producer.epoch());
            long[] last = {-1L};
            for (int i = 0; i < 2; i++) {
                filled.sequences().advance();
                connection.send(filled.frame());
                Answers.produced(connection.receive(), last);
            }
            assertThat(last[0]).isEqualTo(3);
            connection.send(filled.frame());
            assertThatThrownBy(() -> Answers.produced(connection.receive(), last))
                    .hasMessageContaining("answered offset 3 after 3");
            filled.sequences().advance();
            filled.sequences().advance();
            connection.send(filled.frame());
            assertThatThrownBy(() -> Answers.produced(connection.receive(), last))
                    .hasMessageContaining("OUT_OF_ORDER_SEQUENCE_NUMBER");
        }
    }

    @Test
    void aPacedLoadSendsWhatIsDue() throws IOException {
        try (var control = new ControlClient(port)) {
            control.create("paced", 3, Map.of());
            var latencyNs = new PacedLoad("paced", 3, Payload.plain(200), 2_000).run(port, 1_000_000_000L);
            assertThat(latencyNs.getTotalCount()).isEqualTo(2_000);
            assertThat(latencyNs.getMinValue()).isPositive();
            assertThat(Arrays.stream(control.endOffsets("paced", 3)).sum()).isEqualTo(2_000);
        }
    }

    @Test
    void oneAtATimeEndToEnd() throws IOException {
        try (var control = new ControlClient(port)) {
            control.create("single", 1, Map.of());
            assertThat(EndToEnd.run(port, "single", Payload.plain(100), 100).getTotalCount())
                    .isEqualTo(90);
            assertThat(control.endOffsets("single", 1)[0]).isEqualTo(100);
        }
    }

    @Test
    void aRefusalEndsTheRun() {
        assertThatThrownBy(() ->
                        new ProduceLoad("nowhere", 1, Payload.plain(100), ALL, 1, 1).run(port, Pace.bytes(1, 1, 1_000)))
                .hasMessageContaining("UNKNOWN_TOPIC_OR_PARTITION");
    }
}
