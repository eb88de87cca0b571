package io.kurier.benchmarks.report;

import java.util.Optional;

/// What was aimed at before anything was measured.
enum Target {
    START("start", "", "first acknowledged ms", 4.0),
    IDLE("idle", "", "settled RSS MB", 3.0),
    CPU("produce", "1 KiB none acks=all", "broker CPU s/GB", 2.0),
    TAIL("latency", "20,000/s x 200 B acks=all", "p99.9 ms", 2.0),
    KILLED("partitions", "", "start after kill -9 ms", 2_000.0, true),
    COMPACTED("compaction", "", "MB/s", 1.0),
    TRANSACTIONS("transactions", "", "transactions/s", 1.5),
    HEARTBEATS("heartbeats", "", "thousand heartbeats/s", 1.0),
    REPLICATED_BY_TWO("replication", "1 KiB acks=all, 3 replicas, 2 connections a node", "MB/s", 2.0),
    REPLICATED_BY_FOUR("replication", "1 KiB acks=all, 3 replicas, 4 connections a node", "MB/s", 2.0),
    REPLICATION_CPU_BY_TWO("replication", "1 KiB acks=all, 3 replicas, 2 connections a node", "broker CPU s/GB", 3.0),
    REPLICATION_CPU_BY_FOUR("replication", "1 KiB acks=all, 3 replicas, 4 connections a node", "broker CPU s/GB", 3.0),
    REPLICATION_TAIL("replication", "20,000/s x 1 KiB acks=all, 3 replicas", "p99 ms", 4.0),
    FIRST_CPU("first-load", "Java producer, 1 KiB acks=all, 3 replicas", "broker CPU s/GB", 3.0),
    FIRST_THROUGHPUT("first-load", "Java producer, 1 KiB acks=all, 3 replicas", "MB/s", 2.0),
    FIRST_TAIL("first-load", "Java producer, 20,000/s x 200 B acks=all, 3 replicas", "p99 ms", 4.0),
    GAP("fail-over", "", "median gap ms", 300.0, true),
    LONG_GAP("fail-over", "", "p99 gap ms", 500.0, true),
    STANDSTILL("standstill", "", "longest gap ms", 1_500.0, true);

    private final String scenario;
    private final String variant;
    private final String metric;
    private final double value;
    /// Whether it is a limit for ours instead of a ratio.
    private final boolean limit;

    Target(String scenario, String variant, String metric, double value) {
        this(scenario, variant, metric, value, false);
    }

    Target(String scenario, String variant, String metric, double value, boolean limit) {
        this.scenario = scenario;
        this.variant = variant;
        this.metric = metric;
        this.value = value;
        this.limit = limit;
    }

    static Optional<Target> of(Row row) {
        for (Target target : values()) {
            if (target.scenario.equals(row.scenario())
                    && (target.variant.isEmpty() || row.variant().equals(target.variant))
                    && target.metric.equals(row.metric())) {
                return Optional.of(target);
            }
        }
        return Optional.empty();
    }

    String text() {
        return limit ? "under " + Row.number(value) + " ms" : Row.number(value) + "x";
    }

    boolean isMet(Row row) {
        return limit ? row.kurier() < value && !row.ours().atLeast() : row.ratio() >= value;
    }
}
