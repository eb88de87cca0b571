package io.kurier.benchmarks.report;

import java.util.List;
import java.util.Optional;

/// What was aimed at before anything was measured.
enum Target {
    START("start", "", "first acknowledged ms", 4.0),
    IDLE("idle", "", "settled RSS MB", 3.0),
    CPU("produce", "1 KiB none acks=all", "broker CPU s/GB", 2.0),
    TAIL("latency", "20,000/s x 200 B acks=all", "p99.9 ms", 2.0),
    KILLED("partitions", "", "start after kill -9 ms", 2_000.0);

    private final List<String> place;
    private final double value;

    Target(String scenario, String variant, String metric, double value) {
        this.place = List.of(scenario, variant, metric);
        this.value = value;
    }

    static Optional<Target> of(Row row) {
        for (Target target : values()) {
            if (target.place.get(0).equals(row.scenario())
                    && (target.place.get(1).isEmpty() || row.variant().equals(target.place.get(1)))
                    && target.place.get(2).equals(row.metric())) {
                return Optional.of(target);
            }
        }
        return Optional.empty();
    }

    String text() {
        return this == KILLED ? "under " + Row.number(value) + " ms" : Row.number(value) + "x";
    }

    boolean isMet(Row row) {
        return this == KILLED ? row.kurier() < value : row.ratio() >= value;
    }
}
