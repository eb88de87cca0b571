package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.tools.DeleteRecordsCommand;
import org.apache.kafka.tools.GetOffsetShell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// `kafka-get-offsets` and `kafka-delete-records`.
@ExtendWith(SharedNode.class)
class OffsetToolsIT {
    private final NodeProcess node;

    @TempDir
    Path folder;

    OffsetToolsIT(NodeProcess node) {
        this.node = node;
    }

    private List<String> offsets(String... arguments) {
        return node.run(GetOffsetShell::main, arguments).ok().lines();
    }

    private List<String> offsetsAt(String topic, String time) {
        return offsets("--topic", topic, "--time", time);
    }

    private Printed delete(String topic, int partition, long before) throws IOException {
        Path file = Files.writeString(
                folder.resolve("delete.json"),
                "{\"partitions\":[{\"topic\":\"%s\",\"partition\":%d,\"offset\":%d}],\"version\":1}"
                        .formatted(topic, partition, before));
        return node.run(DeleteRecordsCommand::main, "--offset-json-file", file.toString());
    }

    @Test
    void everyTime() throws IOException {
        node.createTopic("timed", 1);
        node.produce("timed", "a:1", "b:2", "c:3");
        delete("timed", 0, 1).ok();
        for (String latest : List.of("latest", "-1")) {
            assertThat(offsetsAt("timed", latest)).containsExactly("timed:0:3");
        }
        for (String earliest : List.of("earliest", "-2", "earliest-local", "-4", "0")) {
            assertThat(offsetsAt("timed", earliest)).as(earliest).containsExactly("timed:0:1");
        }
        for (String newest : List.of("max-timestamp", "-3")) {
            assertThat(offsetsAt("timed", newest)).singleElement().asString().matches("timed:0:[12]");
        }
        for (String nowhere : List.of("latest-tiered", "-5", "earliest-pending-upload", "-6")) {
            assertThat(offsetsAt("timed", nowhere)).as(nowhere).isEmpty();
        }
        assertThat(offsetsAt("timed", Long.toString(System.currentTimeMillis() + 3_600_000)))
                .isEmpty();
    }

    @Test
    void everyChoiceOfPartitions() {
        node.createTopic("chosen-a", 3);
        node.createTopic("chosen-b", 1);
        node.produce("chosen-b", "a:1");
        assertThat(offsets("--topic-partitions", "chosen-a:0-2,chosen-b"))
                .containsExactly("chosen-a:0:0", "chosen-a:1:0", "chosen-b:0:1");
        assertThat(offsets("--topic", "chosen-a", "--partitions", "1,2"))
                .containsExactly("chosen-a:1:0", "chosen-a:2:0");
        assertThat(offsets("--topic", "chosen-.*", "--exclude-internal-topics")).hasSize(4);
        assertThat(offsets()).contains("chosen-b:0:1");
        node.run(GetOffsetShell::main, "--topic", "nowhere")
                .failsSaying("Could not match any topic-partitions with the specified filters");
    }

    @Test
    void recordsAreDeleted() throws IOException {
        node.createTopic("cut", 1);
        node.produce("cut", "a:1", "b:2", "c:3");
        assertThat(delete("cut", 0, 2).ok().lines())
                .containsExactly(
                        "Executing records delete operation",
                        "Records delete operation completed:",
                        "partition: cut-0\tlow_watermark: 2");
        assertThat(offsetsAt("cut", "earliest")).containsExactly("cut:0:2");
        assertThat(delete("cut", 0, -1).ok().lines()).contains("partition: cut-0\tlow_watermark: 3");
        assertThat(delete("cut", 0, 9)
                        .okSaying(".*unexpected error OFFSET_OUT_OF_RANGE")
                        .out())
                .contains("partition: cut-0\terror: org.apache.kafka.common.errors.OffsetOutOfRangeException");
        assertThat(offsetsAt("cut", "earliest")).containsExactly("cut:0:3");
    }
}
