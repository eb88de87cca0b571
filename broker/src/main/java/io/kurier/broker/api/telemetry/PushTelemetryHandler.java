package io.kurier.broker.api.telemetry;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.telemetry.ClientTelemetry.Push;
import io.kurier.protocol.telemetry.InvalidTelemetryException;
import io.kurier.protocol.telemetry.OtlpMetrics;
import io.kurier.protocol.telemetry.TelemetryCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.message.PushTelemetryRequestData;
import org.apache.kafka.common.message.PushTelemetryResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PushTelemetry (API 72, KIP-714): metrics of a client, in OpenTelemetry's format.
///
/// Errors: INVALID_REQUEST (no client id, or a push after the last one), UNKNOWN_SUBSCRIPTION_ID (ask again),
/// THROTTLING_QUOTA_EXCEEDED (too early), UNSUPPORTED_COMPRESSION_TYPE, TELEMETRY_TOO_LARGE, INVALID_RECORD (it cannot
/// be read, or is too large once decompressed). Two pushes at a time are read; others wait, so that memory stays
/// bounded.
public final class PushTelemetryHandler implements ApiHandler<PushTelemetryRequestData> {
    private static final Logger LOG = LoggerFactory.getLogger(PushTelemetryHandler.class);
    private static final int READ_AT_A_TIME = 2;

    private final ClientTelemetry telemetry;
    private final Semaphore reading = new Semaphore(READ_AT_A_TIME);

    public PushTelemetryHandler(ClientTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.PUSH_TELEMETRY;
    }

    @Override
    public CompletableFuture<PushTelemetryResponseData> handle(
            RequestContext context, PushTelemetryRequestData request) {
        Push push = new Push(
                request.clientInstanceId(),
                request.subscriptionId(),
                request.terminating(),
                TelemetryCodec.isKnown(request.compressionType()),
                request.metrics().remaining());
        ClientAttributes from = ClientAttributes.of(context);
        Errors error = telemetry.admit(push, from);
        if (error == Errors.NONE && push.bytes() > 0) {
            error = read(request, from);
        }
        return CompletableFuture.completedFuture(new PushTelemetryResponseData().setErrorCode(error.code()));
    }

    private Errors read(PushTelemetryRequestData request, ClientAttributes from) {
        reading.acquireUninterruptibly();
        try {
            TelemetryLimits limits = telemetry.limits();
            byte[] content =
                    TelemetryCodec.decompress(request.compressionType(), request.metrics(), limits.decompressedBytes());
            telemetry.keep(request.clientInstanceId(), from, OtlpMetrics.read(content, limits.content()));
            return Errors.NONE;
        } catch (InvalidTelemetryException e) {
            LOG.debug("Metrics of {} at {} cannot be read: {}", from.clientId(), from.sourceAddress(), e.getMessage());
            telemetry.unreadable();
            return Errors.INVALID_RECORD;
        } finally {
            reading.release();
        }
    }
}
