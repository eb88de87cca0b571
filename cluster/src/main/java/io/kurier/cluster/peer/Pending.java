package io.kurier.cluster.peer;

import io.kurier.kernel.Network.Part;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// A request to another node until it is answered. It is encoded at once, and again if the other node turns out to know
/// older versions only.
final class Pending {
    final ApiKeys key;
    final boolean copied;
    final CompletableFuture<PeerAnswer> answer = new CompletableFuture<>();
    boolean sent; // guarded by the peer
    private final RequestHeader newest;
    private final ApiMessage request;
    private volatile short version;
    private List<Part> parts;

    /// @param newest the header with the newest version that will do
    /// @param copied whether the answer is copied out of its frame
    /// @throws UnsupportedVersionException if the other node is known not to understand it
    Pending(RequestHeader newest, ApiMessage request, boolean copied, PeerVersions versions) {
        this.newest = newest;
        this.request = request;
        this.key = newest.key();
        this.copied = copied;
        this.version = versions.both(key, newest.version());
        this.parts = encoded();
    }

    private List<Part> encoded() {
        return Requests.encode(
                new RequestHeader(key, version, true, newest.correlationId(), newest.clientId()), request);
    }

    /// The request in the version that fits what is known by now.
    ///
    /// @throws UnsupportedVersionException if there is none, or none that can say the same
    List<Part> parts(PeerVersions versions) {
        short now = versions.both(key, newest.version());
        if (now != version) {
            version = now;
            parts = encoded();
        }
        return parts;
    }

    /// The version that it was sent in, and is answered in.
    short version() {
        return version;
    }
}
