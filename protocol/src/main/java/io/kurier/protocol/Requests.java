package io.kurier.protocol;

import io.kurier.kernel.Network.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.jspecify.annotations.Nullable;

/// Frames to requests: the header first, then the body, which moves the frame's position to its end.
public final class Requests {
    private static final int FIXED_HEADER_BYTES = 8;
    private static final byte[] NO_BYTES = {};
    /// Only records need large frames; everything else is refused earlier, because it is turned into objects.
    private static final int MAX_BYTES_WITHOUT_RECORDS = 16 * 1024 * 1024;

    private Requests() {}

    /// Reads the header. The frame's position is then at the body.
    ///
    /// @throws MalformedRequestException if the frame is too short, or asks for an API or version that does not exist
    public static RequestHeader header(ByteBuffer frame) throws MalformedRequestException {
        if (frame.remaining() < FIXED_HEADER_BYTES) {
            throw new MalformedRequestException("a request of " + frame.remaining() + " bytes has no header");
        }
        short keyId = frame.getShort();
        short version = frame.getShort();
        int correlationId = frame.getInt();
        if (!ApiKeys.hasId(keyId)) {
            throw new MalformedRequestException("unknown API key " + keyId);
        }
        ApiKeys key = ApiKeys.forId(keyId);
        if (!key.isVersionSupported(version)) {
            if (key == ApiKeys.API_VERSIONS) {
                return new RequestHeader(key, version, false, correlationId, null);
            }
            throw new MalformedRequestException("version " + version + " of " + key + " is not supported; versions "
                    + key.oldestVersion() + " to " + key.latestVersion() + " are");
        }
        if (key != ApiKeys.PRODUCE && frame.remaining() > MAX_BYTES_WITHOUT_RECORDS) {
            throw new MalformedRequestException(
                    "a " + key + " request of " + frame.remaining() + " bytes is too large");
        }
        try {
            BoundedReader reader = new BoundedReader(frame);
            String clientId = clientId(reader);
            if (key.requestHeaderVersion(version) >= 2) {
                reader.skipTaggedFields();
            }
            return new RequestHeader(key, version, true, correlationId, clientId);
        } catch (RuntimeException e) {
            throw new MalformedRequestException("the header of a " + key + " request cannot be read", e);
        }
    }

    private static @Nullable String clientId(Readable reader) {
        short length = reader.readShort();
        return length < 0 ? null : new String(reader.readArray(length), StandardCharsets.UTF_8);
    }

    /// Reads the body behind the header. Fields that hold records are views of the frame; everything else is copied.
    ///
    /// @throws MalformedRequestException if the bytes are no such request, or more follow it
    public static ApiMessage body(RequestHeader header, ByteBuffer frame) throws MalformedRequestException {
        ApiMessage message = header.key().messageType.newRequest();
        try {
            message.read(new BoundedReader(frame), header.version());
        } catch (RuntimeException e) {
            throw new MalformedRequestException(
                    "a " + header.key() + " request of version " + header.version() + " cannot be read", e);
        }
        if (frame.hasRemaining()) {
            throw new MalformedRequestException(
                    frame.remaining() + " bytes follow a " + header.key() + " request of version " + header.version());
        }
        return message;
    }

    /// Encodes a request to another node. Records in it are taken from where they lie.
    public static List<Part> encode(RequestHeader header, ApiMessage body) {
        short headerVersion = header.key().requestHeaderVersion(header.version());
        byte[] clientId =
                header.clientId() == null ? NO_BYTES : header.clientId().getBytes(StandardCharsets.UTF_8);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        MessageSizeAccumulator size = new MessageSizeAccumulator();
        body.addSize(size, cache, header.version());
        PartWriter writer = new PartWriter(
                ByteBuffer.allocate(FIXED_HEADER_BYTES + 2 + clientId.length + 1 + size.sizeExcludingZeroCopy()));
        writer.writeShort(header.key().id);
        writer.writeShort(header.version());
        writer.writeInt(header.correlationId());
        writer.writeShort((short) (header.clientId() == null ? -1 : clientId.length));
        writer.writeByteArray(clientId);
        if (headerVersion >= 2) {
            writer.writeUnsignedVarint(0);
        }
        body.write(writer, cache, header.version());
        return writer.finish();
    }

    /// The same as one piece of memory, for a request inside another one.
    public static ByteBuffer toBytes(RequestHeader header, ApiMessage body) {
        return PartWriter.gather(encode(header, body));
    }

    /// The answer that says that a request failed as a whole, in the form that its version has for it.
    ///
    /// @param body the request's body, as read before
    /// @return null if the client wants no answer (a Produce with acks=0)
    public static @Nullable ApiMessage errorAnswer(RequestHeader header, ApiMessage body, Throwable error) {
        ByteBuffer bytes = Responses.toBytes(body, header.version());
        AbstractResponse answer = AbstractRequest.parseRequest(header.key(), header.version(), new BoundedReader(bytes))
                .request
                .getErrorResponse(error);
        return answer == null ? null : answer.data();
    }

    /// True if clients may ask this on a broker's listener.
    public static boolean isForBrokers(ApiKeys key) {
        return key.inScope(ListenerType.BROKER);
    }
}
