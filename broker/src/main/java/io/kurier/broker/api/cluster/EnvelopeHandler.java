package io.kurier.broker.api.cluster;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.KRaftCluster;
import io.kurier.protocol.MalformedRequestException;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// Envelope: a command that another node gives to this one as the active controller (KIP-590).
public final class EnvelopeHandler implements ApiHandler<EnvelopeRequestData> {
    private final KRaftCluster cluster;

    public EnvelopeHandler(KRaftCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ENVELOPE;
    }

    @Override
    public boolean mayBlock(EnvelopeRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<EnvelopeResponseData> handle(RequestContext context, EnvelopeRequestData request) {
        try {
            return cluster.forwarded(request, context.line()).toCompletableFuture();
        } catch (MalformedRequestException e) {
            throw new InvalidRequestException("There is no request in the envelope: " + e.getMessage(), e);
        }
    }
}
