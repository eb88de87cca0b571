package io.kurier.tests.applications.shop;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/// An instance of the shop, here or in a process of its own, which can be killed.
public final class ShopProcess {
    private ShopProcess() {}

    /// @param arguments where the node is, and the folder for the state
    public static void main(String[] arguments) {
        instance(arguments[0], Path.of(arguments[1]), "streams").start();
    }

    /// In a process of its own, which runs until it is destroyed.
    static Process launch(String bootstrap, Path state, Path output) throws java.io.IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ShopProcess.class.getName(),
                        bootstrap,
                        state.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /// One that is not started yet.
    static KafkaStreams instance(String bootstrap, Path state, String protocol) {
        var settings = new Properties();
        settings.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                "shop",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                StreamsConfig.GROUP_PROTOCOL_CONFIG,
                protocol,
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.STATE_DIR_CONFIG,
                state.toString(),
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                100,
                "producer.transaction.timeout.ms",
                3_000,
                "auto.offset.reset",
                "earliest"));
        settings.put(
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG,
                "org.apache.kafka.common.serialization.Serdes$StringSerde");
        settings.put(
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG,
                "org.apache.kafka.common.serialization.Serdes$StringSerde");
        return new KafkaStreams(Shop.topology(), settings);
    }
}
