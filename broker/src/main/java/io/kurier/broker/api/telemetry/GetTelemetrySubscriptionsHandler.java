package io.kurier.broker.api.telemetry;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.telemetry.ClientTelemetry.Subscribed;
import io.kurier.protocol.telemetry.TelemetryCodec;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.GetTelemetrySubscriptionsRequestData;
import org.apache.kafka.common.message.GetTelemetrySubscriptionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// GetTelemetrySubscriptions (API 71, KIP-714): which metrics this client is to push, and how often. A client without
/// an id gets one. Sums are asked for as totals, so that a push that is lost costs nothing.
///
/// THROTTLING_QUOTA_EXCEEDED answers who asks again too early. The answer has no throttle time: a client would hold its
/// whole connection back for it, records included.
public final class GetTelemetrySubscriptionsHandler implements ApiHandler<GetTelemetrySubscriptionsRequestData> {
    private final ClientTelemetry telemetry;

    public GetTelemetrySubscriptionsHandler(ClientTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.GET_TELEMETRY_SUBSCRIPTIONS;
    }

    @Override
    public CompletableFuture<GetTelemetrySubscriptionsResponseData> handle(
            RequestContext context, GetTelemetrySubscriptionsRequestData request) {
        Subscribed subscribed = telemetry.subscribe(request.clientInstanceId(), ClientAttributes.of(context));
        GetTelemetrySubscriptionsResponseData answer = new GetTelemetrySubscriptionsResponseData();
        if (subscribed.error() != Errors.NONE) {
            return CompletableFuture.completedFuture(
                    answer.setErrorCode(subscribed.error().code()));
        }
        return CompletableFuture.completedFuture(answer.setClientInstanceId(subscribed.instance())
                .setSubscriptionId(subscribed.wanted().id())
                .setAcceptedCompressionTypes(TelemetryCodec.accepted())
                .setPushIntervalMs(subscribed.wanted().intervalMs())
                .setTelemetryMaxBytes(telemetry.limits().pushBytes())
                .setDeltaTemporality(false)
                .setRequestedMetrics(subscribed.wanted().metrics()));
    }
}
