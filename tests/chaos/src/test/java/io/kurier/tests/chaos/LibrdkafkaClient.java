package io.kurier.tests.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A producer or consumer on librdkafka, in a process of its own that tells what happens to it (`librdkafka.py`).
final class LibrdkafkaClient implements AutoCloseable {
    private static final String PYTHON = "/usr/bin/python3";

    private final List<String> command;
    private final Path complaints;
    private final Process process;
    private final Thread listener;

    private interface Line {
        void heard(String[] words);
    }

    private LibrdkafkaClient(String what, Load load, List<String> arguments, Line heard) throws IOException {
        command = new ArrayList<>(List.of(
                PYTHON,
                Path.of(System.getProperty("kurier.root"), "tests", "chaos", "src", "test", "drivers", "librdkafka.py")
                        .toString()));
        command.addAll(List.of(what, load.bootstrapServers(), load.topic()));
        command.addAll(arguments);
        complaints = load.folder().resolve(what + "-librdkafka.txt");
        process = new ProcessBuilder(command).redirectError(complaints.toFile()).start();
        listener = Thread.ofPlatform().daemon().name("librdkafka").start(() -> listen(heard));
    }

    /// Whether this machine has it.
    static boolean isThere() {
        try {
            Shell.run(PYTHON + " -c import\tconfluent_kafka");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /// A producer with the same duties as [JavaSender].
    static LibrdkafkaClient sender(int id, Load load) throws IOException {
        History history = load.history();
        return new LibrdkafkaClient(
                "produce",
                load,
                List.of(Integer.toString(load.partitions()), Integer.toString(id), Integer.toString(load.perSecond())),
                words -> {
                    switch (words[0]) {
                        case "sending" -> history.sending(Sent.of(Long.parseLong(words[1])));
                        case "ok" -> {
                            load.progress().mark();
                            history.acknowledged(
                                    Sent.of(Long.parseLong(words[1])),
                                    Integer.parseInt(words[2]),
                                    Long.parseLong(words[3]));
                        }
                        case "again" -> history.beganAgain();
                        case "unknown" -> history.unknown();
                        default -> {}
                    }
                });
    }

    /// A consumer with the same duties as [JavaReader].
    static LibrdkafkaClient reader(String group, Load load) throws IOException {
        History history = load.history();
        Map<Integer, History.Reading> readings = new HashMap<>();
        return new LibrdkafkaClient("consume", load, List.of(group), words -> {
            int partition = words.length > 1 ? Integer.parseInt(words[1]) : -1;
            switch (words[0]) {
                case "assigned" -> readings.put(partition, history.reading(group, "librdkafka", partition));
                case "read" -> readings.get(partition).read(Long.parseLong(words[2]), Long.parseLong(words[3]));
                case "committed" -> history.committed(group, partition, Long.parseLong(words[2]));
                default -> {}
            }
        });
    }

    private void listen(Line heard) {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.heard(line.split(" "));
            }
        } catch (IOException e) {
            // it was ended
        }
    }

    /// Whether it still works.
    boolean isAlive() {
        return process.isAlive() && listener.isAlive();
    }

    /// Ends it at once: one that finds no node any more would not end by itself.
    void kill() {
        process.destroyForcibly();
    }

    /// Its command line, how it ended, and what it complained of.
    @Override
    public String toString() {
        try {
            return String.join(" ", command) + (process.isAlive() ? "" : " ended with " + process.exitValue()) + "\n"
                    + Files.readString(complaints);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// Lets it finish, and waits until it has told everything.
    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        listener.join(TimeUnit.MINUTES.toMillis(1));
    }
}
