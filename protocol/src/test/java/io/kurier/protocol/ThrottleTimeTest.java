package io.kurier.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.SaslHandshakeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThrottleTimeTest {
    @Test
    void isSet() {
        ProduceResponseData answer = new ProduceResponseData();
        ThrottleTime.set(answer, 7);
        assertThat(answer.throttleTimeMs()).isEqualTo(7);
    }

    @Test
    void anAnswerMayHaveNoPlaceForIt() {
        SaslHandshakeResponseData answer = new SaslHandshakeResponseData();
        ThrottleTime.set(answer, 7);
        assertThat(answer).isEqualTo(new SaslHandshakeResponseData());
    }

    @ParameterizedTest
    @EnumSource(ApiKeys.class)
    void everyVersionOfAnAnswerCanBeSentWithIt(ApiKeys key) {
        for (short version : key.allVersions()) {
            ApiMessage answer = key.messageType.newResponse();
            ThrottleTime.set(answer, 7);
            assertThat(Responses.toBytes(answer, version).remaining()).isPositive();
        }
    }
}
