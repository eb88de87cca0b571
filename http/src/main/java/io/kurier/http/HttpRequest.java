package io.kurier.http;

import java.nio.ByteBuffer;
import java.util.Map;

/// One request, whole.
///
/// @param path without the query, as it came
/// @param variables what stands in the path at the places that the route names, decoded
/// @param query the first value of each parameter
/// @param body from position to limit; empty if there is none
public record HttpRequest(
        String method, String path, Map<String, String> variables, Map<String, String> query, ByteBuffer body) {
    HttpRequest withVariables(Map<String, String> found) {
        return new HttpRequest(method, path, found, query, body);
    }
}
