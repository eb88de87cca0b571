package io.kurier.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Finds the handler of a request by its method and path. A part of a route's path in braces, as in
/// `/subjects/{subject}/versions`, stands for any one part, which the handler gets decoded; the route that was added
/// first wins.
///
/// Without a handler the answer is 404, or 405 if the path has handlers for other methods. HEAD is answered where GET
/// is.
public final class Router {
    private final List<Route> routes = new ArrayList<>();

    private record Route(String method, List<String> parts, HttpHandler handler) {
        /// What stands at the places of the variables; null if the path is another.
        @Nullable
        Map<String, String> match(List<String> path) {
            if (path.size() != parts.size()) {
                return null;
            }
            Map<String, String> variables = new HashMap<>();
            for (int i = 0; i < parts.size(); i++) {
                String part = parts.get(i);
                if (part.startsWith("{")) {
                    variables.put(part.substring(1, part.length() - 1), decoded(path.get(i)));
                } else if (!part.equals(path.get(i))) {
                    return null;
                }
            }
            return variables;
        }
    }

    /// A part may hold an encoded slash, so it is decoded after the path was split.
    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static List<String> parts(String path) {
        return List.of(path.split("/", -1));
    }

    /// Adds a route; only before the server starts.
    public Router add(String method, String path, HttpHandler handler) {
        routes.add(new Route(method, parts(path), handler));
        return this;
    }

    /// What is to be called for a request.
    ///
    /// @throws IllegalArgumentException if its path is wrongly encoded
    Supplier<HttpResponse> find(HttpRequest request) {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        List<String> path = parts(request.path());
        boolean known = false;
        for (Route route : routes) {
            Map<String, String> variables = route.match(path);
            if (variables != null && route.method().equals(method)) {
                return () -> route.handler().handle(request.withVariables(variables));
            }
            known |= variables != null;
        }
        HttpResponse refusal = known
                ? HttpResponse.text(405, "This path does not take " + method)
                : HttpResponse.text(404, "There is nothing here. There is " + String.join(", ", paths()));
        return () -> refusal;
    }

    private List<String> paths() {
        return routes.stream()
                .map(route -> String.join("/", route.parts()))
                .distinct()
                .toList();
    }
}
