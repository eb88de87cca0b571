package io.kurier.broker.api;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// An API that is served only while a feature of the cluster is switched on (KIP-584). While it is not, each request is
/// answered UNSUPPORTED_VERSION.
///
/// @param <Q> the request's generated class
public final class GatedApi<Q extends ApiMessage> implements ApiHandler<Q> {
    private final ApiHandler<Q> api;
    private final String feature;
    private final BooleanSupplier isOn;

    /// @param feature its name, for people
    /// @param isOn asked with each request
    public GatedApi(ApiHandler<Q> api, String feature, BooleanSupplier isOn) {
        this.api = api;
        this.feature = feature;
        this.isOn = isOn;
    }

    @Override
    public ApiKeys key() {
        return api.key();
    }

    @Override
    public short minVersion() {
        return api.minVersion();
    }

    @Override
    public short maxVersion() {
        return api.maxVersion();
    }

    @Override
    public boolean mayBlock(Q request) {
        return api.mayBlock(request);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(RequestContext context, Q request) {
        if (!isOn.getAsBoolean()) {
            throw new UnsupportedVersionException("The cluster has " + feature
                    + " at level 0, so that it does not serve this; an administrator may raise it with kafka-features");
        }
        return api.handle(context, request);
    }
}
