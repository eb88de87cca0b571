package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import io.kurier.kernel.FileDisk;
import io.kurier.server.files.FileDump;
import io.kurier.server.files.FileRow;
import io.kurier.server.files.IndexCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `kafka-dump-log`: `kurier log dump` with Kafka's flags and lines.
final class KafkaDumpLog {
    static final Command COMMAND = Command.kafka(
                    "kafka-dump-log", "What lies in the files of a partition.", call -> new KafkaDumpLog(call).run())
            .with(
                    Option.value("--files", "F,G", ".log, .index, .timeindex, .txnindex, .snapshot, .checkpoint."),
                    Option.flag("--print-data-log", "Show keys and values."),
                    Option.flag("--deep-iteration", "Look into batches."),
                    Option.flag("--offsets-decoder", "Show the records of __consumer_offsets as JSON."),
                    Option.flag("--cluster-metadata-decoder", "Show the records of the cluster's metadata as JSON."),
                    Option.flag("--skip-record-metadata", "With --print-data-log: only keys and values."),
                    Option.flag("--index-sanity-check", "Only say whether an index is sound."),
                    Option.flag("--verify-index-only", "Only check an index against its segment."),
                    Option.value("--max-bytes", "N", "Read no more than so many bytes of a .log."),
                    Option.value("--max-message-size", "N", "Without effect."),
                    Option.value("--value-decoder-class", "CLASS", "Without effect: values are shown as text."),
                    Option.value("--key-decoder-class", "CLASS", "Without effect: keys are shown as text."),
                    Option.flag("--transaction-log-decoder", "Show the records of __transaction_state as JSON."),
                    Option.flag("--share-group-state-decoder", "Not there yet."),
                    Option.flag("--remote-log-metadata-decoder", "Not there yet."));

    private final Call call;

    private KafkaDumpLog(Call call) {
        this.call = call;
    }

    private void run() {
        for (String missing : List.of("--share-group-state-decoder", "--remote-log-metadata-decoder")) {
            if (call.has(missing)) {
                throw new UsageException(missing + " is not there yet; without it values are shown as text");
            }
        }
        for (String word : call.need("--files").split(",", -1)) {
            Path file = Path.of(word.strip());
            call.out().println("Dumping " + file);
            try {
                dump(file);
            } catch (IOException e) {
                throw new Failure(Files.exists(file) ? String.valueOf(e.getMessage()) : "There is no file " + file, e);
            }
        }
    }

    private void dump(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".index") || name.endsWith(".timeindex")) {
            index(file, name);
            return;
        }
        if (name.endsWith(".log")) {
            call.out().println("Log starting offset: " + number(name, 0, name.indexOf('.')));
        } else if (name.endsWith(".checkpoint") && name.indexOf('-') > 0) {
            call.out()
                    .println("Snapshot end offset: " + number(name, 0, name.indexOf('-')) + ", epoch: "
                            + number(name, name.indexOf('-') + 1, name.indexOf('.')));
        }
        boolean groups = call.has("--offsets-decoder");
        boolean metadata = call.has("--cluster-metadata-decoder");
        boolean transactions = call.has("--transaction-log-decoder");
        boolean payload = call.has("--print-data-log") || groups || metadata || transactions;
        Long maxBytes = call.large("--max-bytes");
        FileDump.Options options = new FileDump.Options(
                payload || call.has("--deep-iteration"),
                payload,
                groups
                        ? FileDump.Decoder.GROUPS
                        : metadata
                                ? FileDump.Decoder.METADATA
                                : transactions ? FileDump.Decoder.TRANSACTIONS : FileDump.Decoder.TEXT,
                maxBytes == null ? Long.MAX_VALUE : maxBytes);
        new FileDump(new FileDisk(), options).read(file, row -> print(file, row));
    }

    private static long number(String name, int from, int to) {
        try {
            return Long.parseLong(name.substring(from, to));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private void print(Path file, FileRow row) {
        switch (row.kind()) {
            case BATCH, ENTRY -> call.out().println(row.text());
            case RECORD -> {
                if (call.has("--skip-record-metadata")) {
                    Object key = row.fields().get("key");
                    call.out()
                            .println("| " + (key == null ? "" : "key: " + key + " ") + "payload: "
                                    + row.fields().get("payload"));
                } else {
                    call.out().println("| " + row.text());
                }
            }
            case PROBLEM ->
                call.out()
                        .println(
                                "Found problem in " + file + ": " + row.fields().values());
        }
    }

    private void index(Path file, String name) throws IOException {
        IndexCheck check = new IndexCheck(new FileDisk());
        boolean offsets = name.endsWith(".index");
        if (offsets && check.entries(file) == 0) {
            call.out().println(file + " is empty.");
            return;
        }
        if (call.has("--index-sanity-check")) {
            if (!check.isSane(file)) {
                throw new Failure(file + " did not pass the sanity check: its entries do not ascend, or it is torn");
            }
            call.out().println(file + " passed sanity check.");
            return;
        }
        if (!call.has("--verify-index-only")) {
            new FileDump(new FileDisk(), FileDump.Options.batches()).read(file, row -> print(file, row));
        }
        List<IndexCheck.Mismatch> mismatches = offsets ? check.mismatches(file) : List.of();
        if (!mismatches.isEmpty()) {
            call.out().println("Mismatches in :" + file);
            mismatches.forEach(one ->
                    call.out().println("  Index offset: " + one.indexOffset() + ", log offset: " + one.logOffset()));
        }
    }
}
