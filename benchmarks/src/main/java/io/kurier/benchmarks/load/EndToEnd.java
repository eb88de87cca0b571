package io.kurier.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.HdrHistogram.Histogram;

/// One record at a time from a producer to a consumer that waits for it: the fetch is out before the record is sent, and
/// the next record goes when the one before has come.
public final class EndToEnd {
    private static final int MAX_WAIT_MS = 500;

    private EndToEnd() {}

    /// Sends so many records to partition 0 of the topic, which must have one partition, at acks=all. Answers the time
    /// from sending each to having it, in nanoseconds; the first tenth is warm-up and left out.
    public static Histogram run(int port, String topic, Payload payload, int records) throws IOException {
        var produce = ProduceFrames.encode(topic, (short) -1, payload, 1, List.of(0)).frame();
        int[] place = new int[1];
        ByteBuffer fetch = FetchLoad.encode(topic, new int[] {0}, MAX_WAIT_MS, place);
        var latencyNs = new Histogram(3);
        long[] at = new long[1];
        try (var control = new ControlClient(port);
                var producer = new NodeConnection(port);
                var consumer = new NodeConnection(port)) {
            at[0] = control.endOffsets(topic, 1)[0];
            long[] last = {-1L};
            for (int i = 0; i < records; i++) {
                long expected = at[0] + 1;
                fetch.putLong(place[0], at[0]);
                consumer.send(fetch);
                long sentNs = System.nanoTime();
                producer.send(produce);
                while (at[0] < expected) {
                    Answers.fetched(consumer.receive(), at, (partition, next, bytes) -> at[0] = next);
                    if (at[0] < expected) {
                        consumer.send(fetch);
                    }
                }
                long tookNs = System.nanoTime() - sentNs;
                Answers.produced(producer.receive(), last);
                if (i >= records / 10) {
                    latencyNs.recordValue(tookNs);
                }
            }
        }
        return latencyNs;
    }
}
