package io.kurier.protocol;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Readable;

/// Reads message fields without believing what they claim: a length is held against the bytes that remain, and the
/// number of arrays in a message is bounded, so that the memory of a message stays within a small multiple of its
/// bytes.
final class BoundedReader extends ByteBufferAccessor {
    private static final int MAX_ARRAYS = 1_000_000;

    private int arrays;

    BoundedReader(ByteBuffer buffer) {
        super(buffer);
    }

    /// Generated readers ask this once for each array before they make room for it.
    @Override
    public int remaining() {
        arrays++;
        if (arrays > MAX_ARRAYS) {
            throw new IllegalArgumentException("more than " + MAX_ARRAYS + " arrays in one message");
        }
        return super.remaining();
    }

    @Override
    public byte[] readArray(int length) {
        require(length);
        return super.readArray(length);
    }

    @Override
    public ByteBuffer readByteBuffer(int length) {
        require(length);
        return super.readByteBuffer(length);
    }

    @Override
    public Readable slice() {
        return new BoundedReader(buffer().slice());
    }

    private void require(int length) {
        if (length < 0 || length > super.remaining()) {
            throw new IllegalArgumentException(
                    "a field claims " + length + " bytes, and " + super.remaining() + " remain");
        }
    }
}
