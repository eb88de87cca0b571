package io.kurier.tests.clients;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A Kafka client that the tests can drive.
interface Client {
    String name();

    /// What this machine lacks to run the client with this codec; empty when it can.
    Optional<String> missing(Codec codec);

    /// The record as this client can express it: what it cannot say is replaced by what it will send.
    TextRecord expressible(TextRecord record);

    /// Whether the producer can choose a record's timestamp.
    default boolean choosesTimestamps() {
        return true;
    }

    /// Writes the slices, each record to its partition and in order; a report per topic.
    Map<String, String> produce(String bootstrap, List<ProduceJob> jobs) throws IOException, InterruptedException;

    /// Reads the topics; a report per topic, as of [JavaDriver#report].
    Map<String, String> consume(String bootstrap, List<ConsumeJob> jobs) throws IOException, InterruptedException;

    record ProduceJob(String topic, Codec codec, Path slice, int count) {
        /// As drivers read it.
        String line() {
            return String.join("\t", topic, codec.typeName(), slice.toString());
        }

        String expectedReport() {
            return "acknowledged " + count;
        }
    }

    /// `counts` is `partition:count,...`.
    record ConsumeJob(String topic, String counts, boolean timestamps, String expectedReport) {
        String line() {
            return String.join("\t", topic, counts, timestamps ? "timestamps" : "no");
        }
    }
}
