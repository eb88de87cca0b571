package io.kurier.broker.api.cluster;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// An API whose requests the controller answers as they are.
///
/// @param <Q> the request's generated class
/// @param <A> the answer's generated class
public abstract class ForwardedApi<Q extends ApiMessage, A extends ApiMessage> implements ApiHandler<Q> {
    private final ApiKeys key;
    private final Class<A> answer;
    private final ToIntFunction<Q> timeoutMs;
    private final ControllerCalls controller;

    /// @param timeoutMs how long the client of a request is ready to wait
    protected ForwardedApi(ApiKeys key, Class<A> answer, ToIntFunction<Q> timeoutMs, ControllerCalls controller) {
        this.key = key;
        this.answer = answer;
        this.timeoutMs = timeoutMs;
        this.controller = controller;
    }

    @Override
    public ApiKeys key() {
        return key;
    }

    @Override
    public boolean mayBlock(Q request) {
        return false;
    }

    @Override
    public CompletableFuture<A> handle(RequestContext context, Q request) {
        return controller.submit(request, context.version(), timeoutMs.applyAsInt(request), answer);
    }
}
