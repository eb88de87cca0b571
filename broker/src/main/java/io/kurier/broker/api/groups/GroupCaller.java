package io.kurier.broker.api.groups;

import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.Caller;

/// A request's sender as coordinators know it.
final class GroupCaller {
    private GroupCaller() {}

    static Caller of(RequestContext context) {
        String clientId = context.clientId();
        return new Caller(context.version(), clientId == null ? "" : clientId, context.clientHost());
    }
}
