package io.kurier.benchmarks.scenario;

import io.kurier.benchmarks.load.Payload;
import io.kurier.benchmarks.load.ProduceLoad;
import io.kurier.benchmarks.load.ProduceLoad.Pace;
import io.kurier.benchmarks.node.Side;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// One way of producing as fast as a node answers.
///
/// @param perRequest partitions in a request
record ProduceCase(String name, Payload payload, short acks, int perRequest, Set<Trait> traits) {
    static final int PARTITIONS = 6;
    private static final int CONNECTIONS = 4;
    private static final int IN_FLIGHT = 5;
    private static final int BATCH_BYTES = 64 << 10;

    private static final Payload LARGE = Payload.plain(1024);
    private static final Payload SMALL = Payload.plain(100);
    private static final short ALL = -1;
    private static final short ONE = 1;

    /// What differs from the plain way.
    enum Trait {
        /// Read again afterwards.
        CONSUMED,
        /// Of little news: only in the first round.
        ONCE,
        /// Both sides sync before they answer.
        BOTH_FSYNC,
        /// Neither side does.
        NO_FSYNC,
        /// By Apache Kafka's Java producer instead of requests that are encoded before.
        JAVA_CLIENT
    }

    /// All that are measured.
    static final List<ProduceCase> ALL_CASES = List.of(
            of("1 KiB none acks=all", LARGE, ALL, Trait.CONSUMED),
            of("1 KiB none acks=1", LARGE, ONE),
            of("1 KiB lz4 acks=all", LARGE.compressed(), ALL, Trait.CONSUMED),
            of("1 KiB lz4 acks=1", LARGE.compressed(), ONE, Trait.ONCE),
            of("100 B none acks=all", SMALL, ALL, Trait.CONSUMED),
            of("100 B none acks=1", SMALL, ONE),
            of("100 B lz4 acks=all", SMALL.compressed(), ALL, Trait.CONSUMED),
            of("100 B lz4 acks=1", SMALL.compressed(), ONE, Trait.ONCE),
            of("1 KiB none acks=all keyed", LARGE.withKeys(), ALL),
            of("100 B none acks=all keyed", SMALL.withKeys(), ALL, Trait.ONCE),
            of("1 KiB none acks=all idempotent", LARGE.numbered(), ALL),
            of("100 B lz4 acks=all idempotent", SMALL.compressed().numbered(), ALL, Trait.ONCE),
            of("1 KiB none acks=all, both fsync", LARGE, ALL, Trait.BOTH_FSYNC),
            of("1 KiB none acks=all, no fsync", LARGE, ALL, Trait.NO_FSYNC),
            of("1 KiB none acks=all, Java producer", LARGE, ALL, Trait.JAVA_CLIENT),
            of("100 B lz4 acks=all, Java producer", SMALL.compressed(), ALL, Trait.JAVA_CLIENT, Trait.ONCE));

    /// One of each shape of request, for warming up.
    static final List<ProduceCase> SHAPES = List.of(
            of("warm-up", LARGE, ALL),
            of("warm-up", SMALL.compressed(), ALL),
            of("warm-up", LARGE.withKeys(), ALL),
            of("warm-up", LARGE.numbered(), ONE));

    private static ProduceCase of(String name, Payload payload, short acks, Trait... traits) {
        var all = EnumSet.noneOf(Trait.class);
        all.addAll(List.of(traits));
        return new ProduceCase(name, payload, acks, payload.keyed() ? PARTITIONS : 1, all);
    }

    /// Those of a round, in its order: each begins with another case, so that none is always the first of a young JVM.
    static List<ProduceCase> ofRound(int round) {
        List<ProduceCase> cases = ALL_CASES.stream()
                .filter(each -> round == 1 || !each.has(Trait.ONCE))
                .toList();
        return IntStream.range(0, cases.size())
                .mapToObj(i -> cases.get((i + (round - 1) * (cases.size() / 2 + 1)) % cases.size()))
                .toList();
    }

    boolean has(Trait trait) {
        return traits.contains(trait);
    }

    private int recordsPerBatch() {
        return Math.max(1, BATCH_BYTES / perRequest / payload.recordBytes());
    }

    /// The load on a topic with six partitions.
    ProduceLoad load(String topic) {
        return new ProduceLoad(topic, PARTITIONS, payload, acks, recordsPerBatch(), perRequest);
    }

    /// As fast as it goes, so many bytes.
    static Pace pace(long bytes) {
        return Pace.bytes(CONNECTIONS, IN_FLIGHT, bytes);
    }

    /// What its topic is created with; files of deleted topics go soon.
    Map<String, String> configs(Side side) {
        var configs = new HashMap<>(Map.of("file.delete.delay.ms", "500"));
        if (has(Trait.BOTH_FSYNC) && side == Side.KAFKA) {
            configs.put("flush.messages", "1");
        }
        if (has(Trait.NO_FSYNC) && side == Side.KURIER) {
            configs.put("kurier.durability", "memory");
        }
        return configs;
    }
}
