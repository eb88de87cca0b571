package io.kurier.tests.attacks.guided;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.protocol.MalformedRequestException;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import io.kurier.tests.attacks.Frames;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// A frame: its header and body are read or refused as malformed; what was read can be written, says the same when it
/// is read again, and can be answered by an error.
final class RequestTarget implements Target {
    private static final long ALLOWED_BYTES = 4 << 20;
    private static final long ALLOWED_PER_BYTE = 256;

    @Override
    public void accept(byte[] input) throws Exception {
        Allocation.bounded(ALLOWED_BYTES + ALLOWED_PER_BYTE * input.length, () -> read(input));
    }

    private static void read(byte[] input) {
        ByteBuffer frame = ByteBuffer.wrap(input);
        try {
            RequestHeader header = Requests.header(frame);
            if (header.versionKnown()) {
                body(header, Requests.body(header, frame));
            }
        } catch (MalformedRequestException e) {
            assertThat(e).hasMessageMatching("(?s).*\\w{3,} \\w+.*");
        }
    }

    private static void body(RequestHeader header, ApiMessage body) throws MalformedRequestException {
        ByteBuffer written = Responses.toBytes(body, header.version());
        ApiMessage again = Requests.body(header, written.duplicate());
        assertThat(Responses.toBytes(again, header.version())).isEqualTo(written);
        if (Requests.isForBrokers(header.key())) {
            try {
                Requests.errorAnswer(header, body, new UnknownServerException("no"));
            } catch (IllegalArgumentException e) {
                // such as a request for unknown kinds of ACLs: its connection is closed
            }
        }
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (ApiKeys key : ApiKeys.values()) {
            for (short version = key.oldestVersion();
                    key.hasValidVersion() && version <= key.latestVersion();
                    version++) {
                seeds.add(Frames.request(key, version, new Random(key.id * 100L + version)));
            }
        }
        return seeds;
    }
}
