package io.kurier.http.monitoring;

import io.kurier.http.HttpHandler;
import io.kurier.http.HttpRequest;
import io.kurier.http.HttpResponse;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// `GET /health`: 200 if the node serves everything that it should, else 503 with the reasons.
///
/// ```json
/// {"ready":false,"reasons":["the node is starting"]}
/// ```
public final class HealthPage implements HttpHandler {
    private final Supplier<List<String>> problems;

    /// @param problems why the node is not ready, each in a few words; none if it is
    public HealthPage(Supplier<List<String>> problems) {
        this.problems = problems;
    }

    @Override
    public HttpResponse handle(HttpRequest request) {
        List<String> reasons = problems.get();
        String list = reasons.stream()
                .map(reason -> "\"" + reason.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .collect(Collectors.joining(","));
        return HttpResponse.json(
                reasons.isEmpty() ? 200 : 503, "{\"ready\":" + reasons.isEmpty() + ",\"reasons\":[" + list + "]}");
    }
}
