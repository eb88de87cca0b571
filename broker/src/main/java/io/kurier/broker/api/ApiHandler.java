package io.kurier.broker.api;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One Kafka API: its key and what it does. All versions that the generated messages know are served, unless a handler
/// narrows them.
///
/// @param <Q> the request's generated class
public interface ApiHandler<Q extends ApiMessage> {
    /// Which API this is.
    ApiKeys key();

    /// The lowest version that is served.
    default short minVersion() {
        return key().oldestVersion();
    }

    /// The highest version that is served.
    default short maxVersion() {
        return key().latestVersion();
    }

    /// True if handling this request may block (disk, waiting): it is then called on a virtual thread, and the
    /// connection delivers nothing else until [#handle] returned. False: it is called on the connection's thread.
    default boolean mayBlock(Q request) {
        return true;
    }

    /// Does it. The request and the records in it are valid until this returns; the answer may come later.
    ///
    /// @return the answer, of the type and for the version of the request; `null` in it sends none (acks=0). A failed
    ///     future or an exception is answered with the error in the form that the request has for it
    CompletableFuture<? extends ApiMessage> handle(RequestContext context, Q request);
}
