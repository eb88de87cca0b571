package io.kurier.cluster.peer;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Which versions of requests another node knows (KIP-35). It is taken to know the newest, as nodes of one release do,
/// until it closes a connection without any answer, as nodes do to a version that they do not know. Then the next
/// connection begins with a question, and so do all others while something is sent in an older version for it: it may
/// be upgraded. One that starts does not answer the question and closes the connection as well; so the next one after
/// that begins without it again.
///
/// Safe for use by several threads.
final class PeerVersions {
    private volatile Map<Short, ApiVersion> known = Map.of();
    private volatile boolean suspect;
    private volatile boolean lowered;

    /// Whether a new connection begins with the question.
    boolean mustAsk() {
        return suspect || lowered;
    }

    /// A connection was closed before any answer came.
    ///
    /// @param asked whether it began with the question
    void closedUnanswered(boolean asked) {
        suspect = !asked;
    }

    /// It has answered the question.
    void learned(ApiVersionsResponseData answer) {
        Map<Short, ApiVersion> all = new HashMap<>();
        if (answer.errorCode() == Errors.NONE.code()) {
            answer.apiKeys().forEach(api -> all.put(api.apiKey(), api));
        }
        known = all;
        suspect = false;
        lowered = false;
    }

    /// The newest version of a request that both nodes know, as far as it is known.
    ///
    /// @param newest the newest one in which this node can say what it wants
    /// @throws UnsupportedVersionException if the other one knows later versions only
    short both(ApiKeys key, short newest) {
        ApiVersion there = known.get(key.id);
        if (there == null || there.maxVersion() >= newest && there.minVersion() <= newest) {
            return newest;
        }
        if (there.minVersion() > newest || there.maxVersion() < key.oldestVersion()) {
            throw new UnsupportedVersionException("The other node knows the versions " + there.minVersion() + " to "
                    + there.maxVersion() + " of " + key + ", and this one " + key.oldestVersion() + " to " + newest
                    + ": one of them is too old for the other");
        }
        lowered = true;
        return there.maxVersion();
    }
}
