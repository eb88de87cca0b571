package io.kurier.http;

/// Answers requests to one path. Called on a virtual thread: it may block.
@FunctionalInterface
public interface HttpHandler {
    /// The answer; what it throws is answered with 500 and logged.
    HttpResponse handle(HttpRequest request);
}
