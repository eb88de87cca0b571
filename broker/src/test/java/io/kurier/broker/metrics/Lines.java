package io.kurier.broker.metrics;

import java.util.List;

/// Keeps what is shown as lines: `name{labels} value`, and `name type` for a family.
public record Lines(List<String> lines, String[] family) implements MetricSink {
    public Lines(List<String> lines) {
        this(lines, new String[1]);
    }

    @Override
    public void family(String name, MetricType type, String help) {
        family[0] = name;
        lines.add(name + " " + type);
    }

    @Override
    public void sample(String suffix, String labels, double value) {
        lines.add(family[0] + suffix + "{" + labels + "} " + value);
    }
}
