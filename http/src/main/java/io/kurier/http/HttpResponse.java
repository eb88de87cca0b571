package io.kurier.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// An answer. Its body is written when the connection takes it, so it may be large.
public record HttpResponse(int status, String contentType, Body body) {
    /// Writes a body.
    @FunctionalInterface
    public interface Body {
        /// Writes all of it; an exception ends the connection.
        void writeTo(OutputStream out) throws IOException;
    }

    /// Plain text, to which a line's end is added.
    public static HttpResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text + "\n");
    }

    /// JSON.
    public static HttpResponse json(int status, String json) {
        return of(status, "application/json", json + "\n");
    }

    private static HttpResponse of(int status, String contentType, String text) {
        return new HttpResponse(status, contentType, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
