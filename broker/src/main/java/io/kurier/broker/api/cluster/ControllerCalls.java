package io.kurier.broker.api.cluster;

import io.kurier.cluster.ControllerGateway;
import io.kurier.kernel.Timers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.ApiMessage;

/// Commands that clients give to the controller, with the time that a client is ready to wait.
public final class ControllerCalls {
    /// How long a command may take whose request says nothing about it.
    public static final int TIMEOUT_MS = 60_000;

    private final ControllerGateway controller;
    private final Timers timers;

    public ControllerCalls(ControllerGateway controller, Timers timers) {
        this.controller = controller;
        this.timers = timers;
    }

    /// Sends a command. It completes with the controller's answer, once what it changed is seen on this node.
    ///
    /// @param timeoutMs after so long it fails with a `TimeoutException` (REQUEST_TIMED_OUT); the command may still
    ///     take effect
    /// @param answer the class of the command's answer
    public <A extends ApiMessage> CompletableFuture<A> submit(
            ApiMessage command, short version, int timeoutMs, Class<A> answer) {
        CompletableFuture<A> result =
                controller.submit(command, version).toCompletableFuture().thenApply(answer::cast);
        if (!result.isDone()) {
            Timers.Timer timer = timers.after(
                    TimeUnit.MILLISECONDS.toNanos(timeoutMs),
                    () -> result.completeExceptionally(new TimeoutException("The controller did not answer within "
                            + timeoutMs + " ms; the request may still take effect.")));
            return result.whenComplete((done, failure) -> timer.cancel());
        }
        return result;
    }
}
