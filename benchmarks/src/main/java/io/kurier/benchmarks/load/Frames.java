package io.kurier.benchmarks.load;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/// Requests as bytes, encoded once. A frame lies in a direct buffer from position 0 to its limit, its length first; the
/// correlation id can be changed in place.
final class Frames {
    private static final String CLIENT_ID = "bench";
    private static final int CORRELATION_AT = 8;

    private Frames() {}

    static ByteBuffer encode(ApiKeys key, short version, ApiMessage body) {
        var cache = new ObjectSerializationCache();
        short headerVersion = key.requestHeaderVersion(version);
        var header = new RequestHeaderData()
                .setRequestApiKey(key.id)
                .setRequestApiVersion(version)
                .setClientId(CLIENT_ID);
        int bytes = header.size(cache, headerVersion) + body.size(cache, version);
        ByteBuffer frame = ByteBuffer.allocateDirect(4 + bytes);
        frame.putInt(bytes);
        var writer = new ByteBufferAccessor(frame);
        header.write(writer, cache, headerVersion);
        body.write(writer, cache, version);
        return frame.flip();
    }

    static void number(ByteBuffer frame, int correlationId) {
        frame.putInt(CORRELATION_AT, correlationId);
    }
}
