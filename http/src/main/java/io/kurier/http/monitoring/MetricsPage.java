package io.kurier.http.monitoring;

import io.kurier.broker.metrics.MetricSource;
import io.kurier.http.HttpHandler;
import io.kurier.http.HttpRequest;
import io.kurier.http.HttpResponse;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET /metrics`: all that a node measures, in Prometheus' text format. A source that fails is left out.
public final class MetricsPage implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);

    private final Supplier<List<MetricSource>> sources;

    /// @param sources those that there are at the time of a request; they grow while a node starts
    public MetricsPage(Supplier<List<MetricSource>> sources) {
        this.sources = sources;
    }

    @Override
    public HttpResponse handle(HttpRequest request) {
        return new HttpResponse(200, PrometheusText.CONTENT_TYPE, this::write);
    }

    private void write(OutputStream out) {
        PrometheusText text = new PrometheusText(out);
        for (MetricSource source : sources.get()) {
            try {
                source.collect(text);
            } catch (UncheckedIOException clientIsGone) {
                throw clientIsGone;
            } catch (RuntimeException e) {
                LOG.error("Metrics of {} are missing", source.getClass().getSimpleName(), e);
            }
        }
    }
}
