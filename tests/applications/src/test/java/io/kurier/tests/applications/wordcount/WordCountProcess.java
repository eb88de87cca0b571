package io.kurier.tests.applications.wordcount;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/// The word count, exactly once, in a process of its own, which can be killed.
public final class WordCountProcess {
    private WordCountProcess() {}

    /// @param arguments where the nodes are, and the folder for the state
    public static void main(String[] arguments) {
        var settings = new Properties();
        settings.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                "word-count",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                arguments[0],
                StreamsConfig.STATE_DIR_CONFIG,
                arguments[1],
                StreamsConfig.GROUP_PROTOCOL_CONFIG,
                "streams",
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                100,
                "producer.transaction.timeout.ms",
                3_000,
                "auto.offset.reset",
                "earliest"));
        String strings = "org.apache.kafka.common.serialization.Serdes$StringSerde";
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, strings);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, strings);
        new KafkaStreams(WordCount.topology(), settings).start();
    }
}
