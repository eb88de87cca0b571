package io.kurier.cluster;

import io.kurier.cluster.controller.NotLeadingException;
import io.kurier.protocol.MalformedRequestException;
import io.kurier.protocol.MalformedResponseException;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A command on its way from a node to the active controller, in an Envelope (API 58, KIP-590). Inside is the request
/// as it came; the answer begins with the offset up to which the asking node must have applied the metadata before it
/// answers its client (8 bytes), so that who changed something sees it on the same node at once. A broker of Apache
/// Kafka, which names its client's principal, gets the answer alone.
///
/// NOT_CONTROLLER says that nothing was done; NETWORK_EXCEPTION that it is not known whether something was.
///
/// @param wantsOffset whether the answer is to say how much of the metadata it rests on
record ForwardedCommand(RequestHeader header, ApiMessage request, boolean wantsOffset) {
    /// An answer, and how much of the metadata it rests on.
    record Answer(long offset, ApiMessage message) {}

    static ForwardedCommand of(ApiMessage request, short version) {
        return new ForwardedCommand(
                new RequestHeader(ApiKeys.forId(request.apiKey()), version, true, 0, null), request, true);
    }

    EnvelopeRequestData wrapped() {
        return new EnvelopeRequestData()
                .setRequestData(Requests.toBytes(header, request))
                .setRequestPrincipal(new byte[0])
                .setClientHostAddress(new byte[0]);
    }

    static ForwardedCommand unwrap(EnvelopeRequestData envelope) throws MalformedRequestException {
        ByteBuffer bytes = envelope.requestData();
        RequestHeader header = Requests.header(bytes);
        if (!header.versionKnown()) {
            throw new MalformedRequestException("version " + header.version() + " of " + header.key() + " is unknown");
        }
        return new ForwardedCommand(header, Requests.body(header, bytes), envelope.requestPrincipal().length == 0);
    }

    EnvelopeResponseData answered(Answer answer) {
        ByteBuffer body = Responses.toBytes(header, answer.message());
        if (!wantsOffset) {
            return new EnvelopeResponseData().setResponseData(body);
        }
        ByteBuffer all = ByteBuffer.allocate(Long.BYTES + body.remaining());
        return new EnvelopeResponseData()
                .setResponseData(all.putLong(answer.offset()).put(body).flip());
    }

    static EnvelopeResponseData failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Errors error = cause instanceof NotControllerException && !(cause instanceof NotLeadingException)
                ? Errors.NETWORK_EXCEPTION
                : Errors.forException(cause);
        return new EnvelopeResponseData().setErrorCode(error.code());
    }

    /// @throws ApiException with the error that the controller answered
    Answer read(EnvelopeResponseData envelope) {
        Errors error = Errors.forCode(envelope.errorCode());
        ByteBuffer bytes = envelope.responseData();
        if (error != Errors.NONE) {
            throw error.exception();
        }
        if (bytes == null || bytes.remaining() < Long.BYTES) {
            throw Errors.UNKNOWN_SERVER_ERROR.exception("The controller's answer cannot be read");
        }
        try {
            long offset = bytes.getLong();
            Responses.correlationId(bytes);
            return new Answer(offset, Responses.decode(header.key(), header.version(), bytes));
        } catch (MalformedResponseException e) {
            throw new ApiException("The controller's answer cannot be read: " + e.getMessage(), e);
        }
    }
}
