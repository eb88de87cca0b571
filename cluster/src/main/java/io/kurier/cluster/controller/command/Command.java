package io.kurier.cluster.controller.command;

import org.apache.kafka.common.protocol.ApiMessage;

/// One command of the controller: a pure function from a request and a situation to a decision.
///
/// @param <Q> the request
/// @param <R> the answer
@FunctionalInterface
public interface Command<Q extends ApiMessage, R extends ApiMessage> {
    /// Decides. Refusals are error codes in the answer.
    Decision<R> decide(Q request, Situation situation);
}
