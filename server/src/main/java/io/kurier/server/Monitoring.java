package io.kurier.server;

import io.kurier.broker.metrics.MetricSource;
import io.kurier.cluster.config.MonitoringSettings;
import io.kurier.http.HttpLimits;
import io.kurier.http.HttpServer;
import io.kurier.http.Router;
import io.kurier.http.monitoring.HealthPage;
import io.kurier.http.monitoring.MetricsPage;
import io.kurier.log.LogDirectory;
import io.kurier.server.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node's `/metrics` and `/health`: open early, so that a node that takes long to start says so, and filled when it
/// serves.
final class Monitoring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitoring.class);

    private volatile List<MetricSource> sources;
    private volatile Supplier<List<String>> problems = () -> List.of("the node is starting");
    private @Nullable HttpServer server;

    /// @param fromTheStart what can be measured before the node serves
    Monitoring(List<MetricSource> fromTheStart) {
        this.sources = fromTheStart;
    }

    /// Opens the port, if there is to be one. A port that nobody asked for may be taken: the node does without then.
    ///
    /// @throws IOException if a port that was asked for cannot be opened
    void open(MonitoringSettings settings, Executor slow) throws IOException {
        if (settings.httpPort() < 0) {
            return;
        }
        Router router = new Router()
                .add("GET", "/metrics", new MetricsPage(() -> sources))
                .add("GET", "/health", new HealthPage(() -> problems.get()));
        try {
            server = new HttpServer(
                    ListenAddress.of(new HostPort(settings.httpHost(), settings.httpPort())),
                    router,
                    HttpLimits.defaults(),
                    slow);
        } catch (IOException e) {
            if (settings.httpPortGiven()) {
                throw new IOException(e.getMessage() + "; choose another kurier.http.port, or -1 for none", e);
            }
            LOG.warn("No /metrics and /health: {}; kurier.http.port chooses another port", e.getMessage());
        }
    }

    /// The node serves.
    ///
    /// @param all what it measures
    void ready(List<MetricSource> all, List<LogDirectory> directories) {
        List<MetricSource> more = new ArrayList<>(sources);
        more.addAll(all);
        sources = List.copyOf(more);
        problems = () -> directories.stream()
                .filter(directory -> !directory.isOnline())
                .map(directory -> "the data directory " + directory.path() + " is offline")
                .toList();
    }

    /// Where it is; empty if there is none.
    Optional<InetSocketAddress> address() {
        return Optional.ofNullable(server).map(HttpServer::address);
    }

    @Override
    public void close() {
        HttpServer open = server;
        if (open != null) {
            open.close();
        }
    }
}
