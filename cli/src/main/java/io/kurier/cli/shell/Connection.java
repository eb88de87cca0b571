package io.kurier.cli.shell;

import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// How a command reaches a node.
public final class Connection {
    private static final int CONNECT_TIMEOUT_MS = 2000;
    private static final int DEFAULT_PORT = 9092;

    private final String bootstrapServers;
    private final int timeoutSeconds;
    private final @Nullable Path settings;

    /// @param bootstrapServers `HOST:PORT`, several with commas
    /// @param timeoutSeconds how long to wait for an answer
    /// @param settings a file with more settings of Kafka's clients, or null
    public Connection(String bootstrapServers, int timeoutSeconds, @Nullable Path settings) {
        this.bootstrapServers = bootstrapServers;
        this.timeoutSeconds = timeoutSeconds;
        this.settings = settings;
    }

    /// The addresses as given.
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /// An administrator's client.
    ///
    /// @throws Failure if nothing listens at the address
    public Admin admin() {
        return Admin.create(properties());
    }

    /// Settings for a Kafka client of any kind, after a look whether something listens at all: Kafka's clients would
    /// try for a long time and say little.
    ///
    /// @throws Failure if nothing listens, or the file of settings cannot be read
    public Properties properties() {
        Properties properties = new Properties();
        if (settings != null) {
            load(properties, settings);
        }
        probe();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.putIfAbsent("client.id", "kurier");
        properties.putIfAbsent("default.api.timeout.ms", String.valueOf(timeoutSeconds * 1000));
        properties.putIfAbsent("request.timeout.ms", String.valueOf(Math.max(1000, timeoutSeconds * 1000 - 1000)));
        properties.putIfAbsent("enable.metrics.push", "false");
        // Nobody looks at the metrics of a command, and showing them to JMX takes a quarter of its time.
        properties.putIfAbsent("metric.reporters", "");
        return properties;
    }

    /// Adds the settings of a file.
    ///
    /// @throws Failure if it cannot be read
    public static void load(Properties into, Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            into.load(reader);
        } catch (IOException e) {
            throw new Failure("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /// Waits for an answer about `subject` (`topic words`).
    ///
    /// @throws Failure if the node refuses or does not answer in time
    public <T> T await(@Nullable KafkaFuture<T> future, String subject) {
        if (future == null) {
            throw new Failure(subject + ": the node's answer leaves it out");
        }
        try {
            return future.get(timeoutSeconds + 1L, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw failure(e, subject);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new Failure(subject + ": no answer from " + bootstrapServers + " within " + timeoutSeconds + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("Interrupted", e);
        }
    }

    /// The partitions of a topic, in order.
    ///
    /// @throws Failure if the topic does not exist
    public List<TopicPartition> partitions(Admin admin, String topic) {
        return await(admin.describeTopics(List.of(topic)).topicNameValues().get(topic), "Topic " + topic)
                .partitions()
                .stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    /// Waits for an answer and says why it was refused, or null if it was not.
    public @Nullable Throwable refusal(@Nullable KafkaFuture<?> future) {
        try {
            await(future, "The request");
            return null;
        } catch (Failure e) {
            Throwable cause = e.getCause();
            return cause == null ? e : cause;
        }
    }

    /// What to tell people about an exception of a Kafka client.
    public Failure failure(Throwable error, String subject) {
        return new Failure(ErrorText.of(error, subject, bootstrapServers), ErrorText.cause(error));
    }

    private void probe() {
        List<String> refused = new ArrayList<>();
        for (String address : bootstrapServers.split(",", -1)) {
            String problem = problemAt(address.strip());
            if (problem == null) {
                return;
            }
            refused.add(problem);
        }
        throw new Failure(String.join("; ", refused) + ". Start a node with: kurier start");
    }

    private static @Nullable String problemAt(String address) {
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int port;
        try {
            port = colon < 0 ? DEFAULT_PORT : Integer.parseInt(address.substring(colon + 1));
        } catch (NumberFormatException e) {
            return "'" + address + "' is not HOST:PORT";
        }
        if (port < 1 || port > 65_535) {
            return "'" + address + "' is not HOST:PORT";
        }
        String reason = "";
        try {
            for (InetAddress one : InetAddress.getAllByName(host)) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(one, port), CONNECT_TIMEOUT_MS);
                    return null;
                } catch (IOException e) {
                    reason = String.valueOf(e.getMessage());
                }
            }
        } catch (UnknownHostException e) {
            return "The host '" + host + "' is not known";
        }
        return "Nothing answers at " + host + ":" + port + " (" + reason + ")";
    }
}
