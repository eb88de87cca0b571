package io.kurier.protocol;

import io.kurier.kernel.Network.Part;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/// Responses to the parts of a frame: header and fields in memory, records from where they lie.
public final class Responses {
    private Responses() {}

    /// Encodes an answer for the request with this header.
    public static List<Part> encode(RequestHeader header, ApiMessage body) {
        short version = header.versionKnown() ? header.version() : 0;
        ApiKeys key = header.key();
        int headerBytes = key.responseHeaderVersion(version) >= 1 ? 5 : 4;
        ObjectSerializationCache cache = new ObjectSerializationCache();
        MessageSizeAccumulator size = new MessageSizeAccumulator();
        body.addSize(size, cache, version);
        PartWriter writer = new PartWriter(ByteBuffer.allocate(headerBytes + size.sizeExcludingZeroCopy()));
        writer.writeInt(header.correlationId());
        if (headerBytes == 5) {
            writer.writeUnsignedVarint(0);
        }
        body.write(writer, cache, version);
        return writer.finish();
    }

    /// The same as one piece of memory, for an answer inside another one.
    public static ByteBuffer toBytes(RequestHeader header, ApiMessage body) {
        return PartWriter.gather(encode(header, body));
    }

    /// Reads the correlation id that an answer's frame begins with; the frame's position is then behind it.
    ///
    /// @throws MalformedResponseException if there is none
    public static int correlationId(ByteBuffer frame) throws MalformedResponseException {
        if (frame.remaining() < Integer.BYTES) {
            throw new MalformedResponseException("an answer of " + frame.remaining() + " bytes has no header", null);
        }
        return frame.getInt();
    }

    /// Reads the rest of an answer to a request of this API and version, behind its correlation id. Fields that hold
    /// records are views of the frame; everything else is copied.
    ///
    /// @throws MalformedResponseException if the bytes are no such answer
    public static ApiMessage decode(ApiKeys key, short version, ByteBuffer frame) throws MalformedResponseException {
        ApiMessage message = key.messageType.newResponse();
        try {
            BoundedReader reader = new BoundedReader(frame);
            if (key.responseHeaderVersion(version) >= 1) {
                reader.skipTaggedFields();
            }
            message.read(reader, version);
        } catch (RuntimeException e) {
            throw new MalformedResponseException(
                    "an answer to a " + key + " request of version " + version + " cannot be read", e);
        }
        return message;
    }

    /// The bytes of any generated message, from position 0 to limit.
    public static ByteBuffer toBytes(Message message, short version) {
        ObjectSerializationCache cache = new ObjectSerializationCache();
        MessageSizeAccumulator size = new MessageSizeAccumulator();
        message.addSize(size, cache, version);
        ByteBuffer bytes = ByteBuffer.allocate(size.totalSize());
        message.write(new ByteBufferAccessor(bytes), cache, version);
        return bytes.flip();
    }
}
