package io.kurier.benchmarks.report;

import java.util.Optional;

/// What was aimed at before anything was measured.
enum Target {
    START("start", "", "first acknowledged ms", 4.0),
    IDLE("idle", "", "settled RSS MB", 3.0),
    CPU("produce", "1 KiB none acks=all", "broker CPU s/GB", 2.0),
    TAIL("latency", "20,000/s x 200 B acks=all", "p99.9 ms", 2.0),
    KILLED("partitions", "", "start after kill -9 ms", 2_000.0);

    private final String scenario;
    private final String variant;
    private final String metric;
    private final double value;

    Target(String scenario, String variant, String metric, double value) {
        this.scenario = scenario;
        this.variant = variant;
        this.metric = metric;
        this.value = value;
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
        return this == KILLED ? "under " + Row.number(value) + " ms" : Row.number(value) + "x";
    }

    boolean isMet(Row row) {
        return this == KILLED ? row.kurier() < value && !row.ours().atLeast() : row.ratio() >= value;
    }
}
