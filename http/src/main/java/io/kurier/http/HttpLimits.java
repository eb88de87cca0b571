package io.kurier.http;

/// How much is taken from HTTP clients, and how long they are waited for.
///
/// @param connections open at a time; one more is closed at once
/// @param headerBytes of a request's first line, and of all its headers together
/// @param bodyBytes of a request's body
/// @param requestMs a request must be there as a whole so long after the connection began, or the last answer left
/// @param writeMs a client must take a part of an answer within so long
public record HttpLimits(int connections, int headerBytes, int bodyBytes, long requestMs, long writeMs) {
    /// Enough for a few browsers and scrapers.
    public static HttpLimits defaults() {
        return new HttpLimits(32, 8 << 10, 64 << 10, 30_000, 10_000);
    }
}
