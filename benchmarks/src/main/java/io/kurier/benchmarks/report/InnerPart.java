package io.kurier.benchmarks.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What JMH found for one step inside.
///
/// @param score time for one call
/// @param error half the width of the 99.9 % confidence interval; not a number if there was one iteration
/// @param unit as JMH names it, for example `us/op`
public record InnerPart(String name, double score, double error, String unit) {
    /// What JMH wrote with `-rf json`.
    ///
    /// @throws IOException if it cannot be read, or is not such a file
    public static List<InnerPart> read(Path file) throws IOException {
        JsonNode all = new ObjectMapper().readTree(file.toFile());
        if (all == null || !all.isArray()) {
            throw new IOException(file + " is not what JMH writes with -rf json");
        }
        List<InnerPart> parts = new ArrayList<>();
        for (JsonNode each : all) {
            String name = each.path("benchmark").asText();
            JsonNode metric = each.path("primaryMetric");
            if (name.isEmpty() || !metric.path("score").isNumber()) {
                throw new IOException(file + " has an entry without a benchmark or a score");
            }
            parts.add(new InnerPart(
                    name.substring(name.lastIndexOf('.') + 1),
                    metric.path("score").asDouble(),
                    metric.path("scoreError").asDouble(Double.NaN),
                    metric.path("scoreUnit").asText()));
        }
        return parts;
    }

    /// A table in Markdown.
    static String markdown(List<InnerPart> parts) {
        var text = new StringBuilder("| step | time | ± | unit |\n|---|---:|---:|---|\n");
        for (InnerPart part : parts) {
            text.append("| ")
                    .append(part.name)
                    .append(" | ")
                    .append(Row.number(part.score))
                    .append(" | ")
                    .append(Row.number(part.error))
                    .append(" | ")
                    .append(part.unit)
                    .append(" |\n");
        }
        return text.toString();
    }
}
