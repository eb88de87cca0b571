package io.kurier.tests.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.tests.transactions.Ledger.Id;
import io.kurier.tests.transactions.Ledger.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One producer of librdkafka in a process of its own (`transact_late.py`), with the duties of [JavaLoad].
final class LibrdkafkaLoad {
    private static final String PYTHON = "/usr/bin/python3"; // Debian's own, which has Debian's packages
    private static final Path DRIVER = Path.of(
            System.getProperty("kurier.root"), "tests", "transactions", "src", "test", "drivers", "transact_late.py");

    private LibrdkafkaLoad() {}

    /// Whether this machine has it.
    static boolean isThere() throws IOException, InterruptedException {
        return Files.exists(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import confluent_kafka")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
    }

    /// Runs transactions 0, 1, 2, ... to their end.
    static void run(LateRequestsIT.Target target, int producer, int transactions, long seed)
            throws IOException, InterruptedException {
        Path errors = Files.createTempFile("librdkafka", ".txt");
        Process process = new ProcessBuilder(List.of(
                        PYTHON,
                        DRIVER.toString(),
                        target.bootstrapServers(),
                        target.topic(),
                        Integer.toString(target.partitions()),
                        Integer.toString(producer),
                        Integer.toString(transactions),
                        Long.toString(seed + producer)))
                .redirectError(errors.toFile())
                .start();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", 4);
                if (words[0].equals("complaint")) {
                    target.complain(line);
                } else {
                    Id id = new Id(producer, Long.parseLong(words[1]));
                    target.ledger().told(id, Integer.parseInt(words[2]), Outcome.valueOf(words[0]));
                }
            }
            assertThat(process.waitFor()).as("%s", Files.readString(errors)).isZero();
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }
}
