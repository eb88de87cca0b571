package io.kurier.tests.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// A client behind a driver program: `COMMAND produce|consume BOOTSTRAP JOBS`, a report line per job on stdout.
///
/// @param probes per codec, a command that succeeds where the client can run with it
/// @param expressible see [Client#expressible]
record DriverClient(
        String name,
        List<String> command,
        Function<Codec, Optional<String>> probes,
        Function<TextRecord, TextRecord> expressible)
        implements Client {

    @Override
    public Optional<String> missing(Codec codec) {
        return probes.apply(codec);
    }

    @Override
    public TextRecord expressible(TextRecord record) {
        return expressible.apply(record);
    }

    @Override
    public Map<String, String> produce(String bootstrap, List<ProduceJob> jobs)
            throws IOException, InterruptedException {
        return drive(bootstrap, "produce", jobs.stream().map(ProduceJob::line).toList());
    }

    @Override
    public Map<String, String> consume(String bootstrap, List<ConsumeJob> jobs)
            throws IOException, InterruptedException {
        return drive(bootstrap, "consume", jobs.stream().map(ConsumeJob::line).toList());
    }

    private Map<String, String> drive(String bootstrap, String verb, List<String> jobs)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile("kurier-jobs", ".tsv");
        try {
            Files.write(file, jobs);
            return reports(Command.output(Stream.concat(command.stream(), Stream.of(verb, bootstrap, file.toString()))
                    .toList()));
        } finally {
            Files.delete(file);
        }
    }

    static Map<String, String> reports(String output) {
        var reports = new HashMap<String, String>();
        output.lines().map(line -> line.split("\t", 2)).forEach(parts -> reports.put(parts[0], parts[1]));
        return reports;
    }
}
