package io.kurier.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.protocol.ApiKeys;

/// Reads a topic from given offsets to given ends as consumers do: each connection asks for its share of the partitions in
/// every request, one at a time, 1 MiB a partition.
public record FetchLoad(String topic, int partitions, int connections) {
    private static final short VERSION = 12;
    private static final int MAX_WAIT_MS = 500;
    private static final int MAX_BYTES = 50 << 20;
    private static final int PARTITION_BYTES = 1 << 20;
    /// Stands in a frame where an offset goes, plus the partition.
    private static final long MARK = 0x5AA5_1234_0000_0000L;

    /// What was read.
    ///
    /// @param recordBytes bytes of batches, as stored
    public record Outcome(long records, long recordBytes, long elapsedNs) {}

    /// Runs it to its end.
    ///
    /// @param from first offset of each partition
    /// @param to the offset after the last of each partition
    public Outcome run(int port, long[] from, long[] to) throws IOException {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            readers.add(new Reader(port, i, from.clone(), to));
        }
        long beginNs = System.nanoTime();
        Workers.run(readers);
        long elapsedNs = System.nanoTime() - beginNs;
        long records = 0;
        for (int i = 0; i < partitions; i++) {
            records += to[i] - from[i];
        }
        return new Outcome(
                records, readers.stream().mapToLong(reader -> reader.bytes).sum(), elapsedNs);
    }

    /// A request for some partitions, and where in it each offset stands.
    static ByteBuffer encode(String topic, int[] partitions, int maxWaitMs, int[] offsetPlaces) {
        var asked = new ArrayList<FetchPartition>();
        for (int partition : partitions) {
            asked.add(new FetchPartition()
                    .setPartition(partition)
                    .setFetchOffset(MARK + partition)
                    .setPartitionMaxBytes(PARTITION_BYTES));
        }
        var request = new FetchRequestData()
                .setMaxWaitMs(maxWaitMs)
                .setMinBytes(1)
                .setMaxBytes(MAX_BYTES)
                .setTopics(List.of(new FetchTopic().setTopic(topic).setPartitions(asked)));
        ByteBuffer frame = Frames.encode(ApiKeys.FETCH, VERSION, request);
        Arrays.fill(offsetPlaces, -1);
        for (int at = 0; at + 8 <= frame.limit(); at++) {
            long value = frame.getLong(at) - MARK;
            if (value >= 0 && value < offsetPlaces.length) {
                offsetPlaces[(int) value] = at;
            }
        }
        return frame;
    }

    private final class Reader implements Workers.Work {
        private final int port;
        private final int[] mine;
        private final long[] at;
        private final long[] to;
        private long bytes;

        Reader(int port, int number, long[] at, long[] to) {
            this.port = port;
            this.at = at;
            this.to = to;
            this.mine = IntStream.range(0, partitions)
                    .filter(partition -> partition % connections == number)
                    .toArray();
        }

        @Override
        public void run() throws IOException {
            int[] places = new int[partitions];
            ByteBuffer frame = encode(topic, mine, MAX_WAIT_MS, places);
            try (var connection = new NodeConnection(port)) {
                while (Arrays.stream(mine).anyMatch(partition -> at[partition] < to[partition])) {
                    for (int partition : mine) {
                        frame.putLong(places[partition], at[partition]);
                    }
                    connection.send(frame);
                    Answers.fetched(connection.receive(), at, (partition, next, recordBytes) -> {
                        at[partition] = next;
                        bytes += recordBytes;
                    });
                }
            }
        }
    }
}
