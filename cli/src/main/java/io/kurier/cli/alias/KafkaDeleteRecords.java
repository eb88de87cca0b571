package io.kurier.cli.alias;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// `kafka-delete-records`: `kurier topic trim` for the partitions and offsets of a JSON file.
final class KafkaDeleteRecords {
    static final Command COMMAND = Command.kafka(
                    "kafka-delete-records",
                    "Delete the records before an offset, partition by partition.",
                    KafkaDeleteRecords::run)
            .with(
                    Option.value(
                            "--offset-json-file",
                            "FILE",
                            "{\"partitions\": [{\"topic\": \"T\", \"partition\": 0, \"offset\": 5}], \"version\": 1}; an"
                                    + " offset of -1 is the end."),
                    Flags.SERVER,
                    Flags.CONFIG);

    private KafkaDeleteRecords() {}

    private static void run(Call call) {
        Map<TopicPartition, RecordsToDelete> wanted = read(Path.of(call.need("--offset-json-file")));
        boolean failed = false;
        Connection connection = Flags.connection(call);
        try (Admin admin = connection.admin()) {
            call.out().println("Executing records delete operation");
            Map<TopicPartition, KafkaFuture<DeletedRecords>> results =
                    admin.deleteRecords(wanted).lowWatermarks();
            call.out().println("Records delete operation completed:");
            for (TopicPartition partition : wanted.keySet()) {
                try {
                    long low = connection
                            .await(results.get(partition), "Partition " + partition)
                            .lowWatermark();
                    call.out().println("partition: " + partition + "\tlow_watermark: " + low);
                } catch (Failure e) {
                    failed = true;
                    call.out()
                            .println("partition: " + partition + "\terror: "
                                    + (e.getCause() == null ? e : e.getCause()));
                }
            }
        }
        if (failed) {
            throw new Failure("Not all records were deleted: see above");
        }
    }

    private static Map<TopicPartition, RecordsToDelete> read(Path file) {
        try {
            JsonNode json = new ObjectMapper().readTree(Files.readString(file));
            if (json.path("version").asInt(1) != 1 || !json.path("partitions").isArray()) {
                throw new Failure(file + " must hold {\"partitions\": [...], \"version\": 1}");
            }
            Map<TopicPartition, RecordsToDelete> wanted = new LinkedHashMap<>();
            for (JsonNode one : json.get("partitions")) {
                if (!one.path("topic").isTextual()
                        || !one.path("partition").isInt()
                        || !one.path("offset").isIntegralNumber()) {
                    throw new Failure(file + ": every partition needs topic, partition and offset, and one is " + one);
                }
                TopicPartition partition = new TopicPartition(
                        one.get("topic").asText(), one.get("partition").asInt());
                RecordsToDelete before =
                        RecordsToDelete.beforeOffset(one.get("offset").asLong());
                if (wanted.put(partition, before) != null) {
                    throw new Failure(file + " names " + partition + " twice");
                }
            }
            return wanted;
        } catch (JsonProcessingException e) {
            throw new Failure(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new Failure("Cannot read " + file, e);
        }
    }
}
