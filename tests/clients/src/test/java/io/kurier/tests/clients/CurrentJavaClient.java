package io.kurier.tests.clients;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The newest Java client, in this JVM.
final class CurrentJavaClient implements Client {
    @Override
    public String name() {
        return "java-4.4.0";
    }

    @Override
    public Optional<String> missing(Codec codec) {
        return Optional.empty();
    }

    @Override
    public TextRecord expressible(TextRecord record) {
        return record;
    }

    @Override
    public Map<String, String> produce(String bootstrap, List<ProduceJob> jobs) {
        var output = new HashMap<String, String>();
        JavaDriver.produce(bootstrap, fields(jobs.stream().map(ProduceJob::line).toList()), line -> put(output, line));
        return output;
    }

    @Override
    public Map<String, String> consume(String bootstrap, List<ConsumeJob> jobs) {
        var output = new HashMap<String, String>();
        JavaDriver.consume(bootstrap, fields(jobs.stream().map(ConsumeJob::line).toList()), line -> put(output, line));
        return output;
    }

    private static List<List<String>> fields(List<String> lines) {
        return lines.stream().map(line -> List.of(line.split("\t", -1))).toList();
    }

    private static void put(Map<String, String> reports, String line) {
        reports.putAll(DriverClient.reports(line));
    }
}
