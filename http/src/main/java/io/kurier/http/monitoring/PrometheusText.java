package io.kurier.http.monitoring;

import io.kurier.broker.metrics.MetricSink;
import io.kurier.broker.metrics.MetricType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Writes metrics as Prometheus reads them (exposition format 0.0.4), line by line.
final class PrometheusText implements MetricSink {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double LARGEST_PLAIN = 1e15;

    private final OutputStream out;
    private final StringBuilder line = new StringBuilder();
    private String family = "";

    PrometheusText(OutputStream out) {
        this.out = out;
    }

    @Override
    public void family(String name, MetricType type, String help) {
        family = name;
        line.append("# HELP ").append(name).append(' ').append(help).append('\n');
        line.append("# TYPE ")
                .append(name)
                .append(' ')
                .append(type.name().toLowerCase(Locale.ROOT))
                .append('\n');
        write();
    }

    @Override
    public void sample(String suffix, String labels, double value) {
        line.append(family).append(suffix);
        if (!labels.isEmpty()) {
            line.append('{').append(labels).append('}');
        }
        line.append(' ');
        number(value);
        line.append('\n');
        write();
    }

    private void number(double value) {
        if (Double.isNaN(value)) {
            line.append("NaN");
        } else if (Double.isInfinite(value)) {
            line.append(value > 0 ? "+Inf" : "-Inf");
        } else if (value == Math.rint(value) && Math.abs(value) < LARGEST_PLAIN) {
            line.append((long) value);
        } else {
            line.append(value);
        }
    }

    private void write() {
        try {
            out.write(line.toString().getBytes(StandardCharsets.UTF_8));
            line.setLength(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
