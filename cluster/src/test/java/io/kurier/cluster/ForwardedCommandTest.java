package io.kurier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.protocol.MalformedRequestException;
import io.kurier.protocol.Responses;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.junit.jupiter.api.Test;

/// A command's way through an envelope and back.
class ForwardedCommandTest {
    private static final short VERSION = 7;

    private static CreateTopicsRequestData request() {
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(5);
        request.topics().add(new CreatableTopic().setName("t").setNumPartitions(3));
        return request;
    }

    private static EnvelopeRequestData overTheWire(EnvelopeRequestData envelope) {
        EnvelopeRequestData read = new EnvelopeRequestData();
        read.read(new ByteBufferAccessor(Responses.toBytes(envelope, (short) 0)), (short) 0);
        return read;
    }

    @Test
    void requestAndAnswerArriveAsTheyWere() throws Exception {
        ForwardedCommand sent = ForwardedCommand.of(request(), VERSION);
        ForwardedCommand arrived = ForwardedCommand.unwrap(overTheWire(sent.wrapped()));
        assertThat(arrived.request()).isEqualTo(request());
        assertThat(arrived.header().version()).isEqualTo(VERSION);

        CreateTopicsResponseData answer = new CreateTopicsResponseData();
        answer.topics().add(new CreatableTopicResult().setName("t").setNumPartitions(3));
        ForwardedCommand.Answer read = sent.read(arrived.answered(new ForwardedCommand.Answer(77, answer)));
        assertThat(read.offset()).isEqualTo(77);
        assertThat(read.message()).isEqualTo(answer);
    }

    @Test
    void aBrokerOfApacheKafkaGetsTheAnswerAlone() throws Exception {
        EnvelopeRequestData envelope =
                ForwardedCommand.of(request(), VERSION).wrapped().setRequestPrincipal(new byte[] {0, 0});
        CreateTopicsResponseData answer = new CreateTopicsResponseData();
        answer.topics().add(new CreatableTopicResult().setName("t").setNumPartitions(3));
        ForwardedCommand arrived = ForwardedCommand.unwrap(overTheWire(envelope));
        assertThat(arrived.answered(new ForwardedCommand.Answer(77, answer)).responseData())
                .isEqualTo(Responses.toBytes(arrived.header(), answer));
    }

    @Test
    void failuresKeepTheirMeaning() {
        ForwardedCommand command = ForwardedCommand.of(request(), VERSION);
        assertThatThrownBy(() -> command.read(
                        ForwardedCommand.failed(new CompletionException(new PolicyViolationException("too many")))))
                .isInstanceOf(PolicyViolationException.class);
        assertThatThrownBy(() -> command.read(ForwardedCommand.failed(new NotControllerException("deposed"))))
                .as("it was lost on its way, and nobody knows")
                .isInstanceOf(NetworkException.class);
    }

    @Test
    void whatIsNoRequestOrNoAnswerIsRefused() {
        for (byte[] bytes : List.of(new byte[0], new byte[] {0, 19, 0, 7}, new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9})) {
            assertThatThrownBy(() ->
                            ForwardedCommand.unwrap(new EnvelopeRequestData().setRequestData(ByteBuffer.wrap(bytes))))
                    .isInstanceOf(MalformedRequestException.class);
        }
        ForwardedCommand command = ForwardedCommand.of(request(), VERSION);
        for (int length : List.of(0, 7, 8, 12)) {
            assertThatThrownBy(
                            () -> command.read(new EnvelopeResponseData().setResponseData(ByteBuffer.allocate(length))))
                    .isInstanceOf(ApiException.class);
        }
    }
}
