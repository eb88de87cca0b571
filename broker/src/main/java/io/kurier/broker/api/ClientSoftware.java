package io.kurier.broker.api;

import java.util.regex.Pattern;
import org.apache.kafka.common.message.ApiVersionsRequestData;

/// What a client is made with, as its ApiVersions request says (KIP-511).
///
/// @param name such as `apache-kafka-java`
/// @param version such as `4.4.0`
public record ClientSoftware(String name, String version) {
    /// Of a client that did not say.
    public static final ClientSoftware UNKNOWN = new ClientSoftware("unknown", "unknown");

    private static final int MAX_CHARS = 100;
    private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

    /// True if both are words that a client may send.
    static boolean isValid(ApiVersionsRequestData request) {
        return isWord(request.clientSoftwareName()) && isWord(request.clientSoftwareVersion());
    }

    /// What an ApiVersions request from version 3 on says; unknown if it is no word, or a long one.
    static ClientSoftware of(ApiVersionsRequestData request) {
        return isValid(request)
                        && request.clientSoftwareName().length() <= MAX_CHARS
                        && request.clientSoftwareVersion().length() <= MAX_CHARS
                ? new ClientSoftware(request.clientSoftwareName(), request.clientSoftwareVersion())
                : UNKNOWN;
    }

    private static boolean isWord(String text) {
        return WORD.matcher(text).matches();
    }
}
