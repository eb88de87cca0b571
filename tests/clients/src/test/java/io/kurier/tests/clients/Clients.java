package io.kurier.tests.clients;

import io.kurier.tests.clients.TextRecord.TextHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The clients of the matrix, and where their parts lie on this machine.
final class Clients {
    static final Path ROOT = Path.of(System.getProperty("kurier.root", "."));
    static final Path MODULE = ROOT.resolve("tests/clients");
    static final Path DRIVERS = MODULE.resolve("src/test/drivers");
    private static final String PYTHON = "/usr/bin/python3"; // Debian's own, which has Debian's packages
    private static final Path KAFKAJS = MODULE.resolve("target/kafkajs");

    private Clients() {}

    static List<Client> all() throws IOException {
        Optional<String> confluent = module("confluent_kafka");
        return List.of(
                new CurrentJavaClient(),
                olderJava("3.9.1"),
                olderJava("2.8.2"),
                new KcatClient(),
                new DriverClient(
                        "kafka-python", python("drive_kafka_python.py"), kafkaPythonProbes(), Clients::kafkaPython),
                new DriverClient(
                        "confluent-kafka-python",
                        python("drive_confluent.py"),
                        codec -> confluent,
                        Function.identity()),
                new DriverClient("kafkajs", kafkajs(), kafkajsProbes(), Clients::withoutNullHeaders));
    }

    /// A child JVM's command line for `JavaDriver` with an older client.
    static List<String> java(String version) {
        Path libraries = MODULE.resolve("target/clients").resolve(version);
        String classPath = MODULE.resolve("target/test-classes") + ":" + libraries + "/*";
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath,
                JavaDriver.class.getName());
    }

    static List<String> python(String driver) {
        return List.of(PYTHON, DRIVERS.resolve(driver).toString());
    }

    static List<String> kafkajs() {
        return List.of("node", KAFKAJS.resolve("driver.js").toString());
    }

    static Optional<String> missingJava(String version) {
        return Files.isDirectory(MODULE.resolve("target/clients").resolve(version))
                ? Optional.empty()
                : Optional.of("kafka-clients " + version + " was not copied to target/clients");
    }

    /// What keeps a Python module from running, if anything.
    static Optional<String> module(String name) {
        return Command.works(PYTHON, "-c", "import " + name)
                ? Optional.empty()
                : Optional.of("Python has no module " + name);
    }

    /// Installs kafkajs into target/ on first use.
    static synchronized Optional<String> missingKafkajs() {
        try {
            Path sources = DRIVERS.resolve("kafkajs");
            Files.createDirectories(KAFKAJS);
            try (var files = Files.list(sources)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Files.write(KAFKAJS.resolve(file.getFileName()), Files.readAllBytes(file));
                }
            }
            if (!Files.isDirectory(KAFKAJS.resolve("node_modules"))) {
                Command.output(List.of("npm", "ci", "--no-audit", "--no-fund", "--prefix", KAFKAJS.toString()));
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("kafkajs could not be installed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    private static Client olderJava(String version) {
        return new DriverClient("java-" + version, java(version), codec -> missingJava(version), Function.identity());
    }

    private static Function<Codec, Optional<String>> kafkaPythonProbes() {
        Optional<String> kafka = module("kafka");
        Map<Codec, Optional<String>> codecs = new HashMap<>();
        codecs.put(Codec.SNAPPY, module("snappy"));
        codecs.put(Codec.LZ4, module("lz4.frame"));
        codecs.put(Codec.ZSTD, module("zstandard"));
        return codec -> kafka.or(() -> codecs.getOrDefault(codec, Optional.empty()));
    }

    private static Function<Codec, Optional<String>> kafkajsProbes() {
        Optional<String> missing = missingKafkajs();
        return codec -> missing;
    }

    /// kafka-python refuses a record with neither key nor value.
    private static TextRecord kafkaPython(TextRecord text) {
        boolean nothing = text.key() == null && text.value() == null;
        return withoutNullHeaders(new TextRecord(
                text.partition(), text.timestampMs(), text.key(), nothing ? "" : text.value(), text.headers()));
    }

    /// kafka-python and kafkajs refuse to send a null as a header's value.
    private static TextRecord withoutNullHeaders(TextRecord text) {
        List<TextHeader> headers = text.headers().stream()
                .map(header -> header.value() == null ? new TextHeader(header.name(), "") : header)
                .toList();
        return new TextRecord(text.partition(), text.timestampMs(), text.key(), text.value(), headers);
    }
}
