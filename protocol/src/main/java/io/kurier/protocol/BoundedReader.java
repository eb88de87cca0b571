package io.kurier.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.jspecify.annotations.Nullable;

/// Reads message fields without believing what they claim: a length is held against the bytes that remain, the number
/// of arrays in a message and of elements in each is bounded, and tagged fields that nobody knows are skipped, not
/// kept. So the memory of a message stays within a small multiple of its bytes.
final class BoundedReader extends ByteBufferAccessor {
    private static final int MAX_ARRAYS = 400_000;
    private static final int MAX_ELEMENTS = 500_000;

    private int arrays;

    BoundedReader(ByteBuffer buffer) {
        super(buffer);
    }

    /// Generated readers ask this once for each array, and make room at once for as many elements as it claims unless
    /// more bytes would be needed than this answers.
    @Override
    public int remaining() {
        arrays++;
        if (arrays > MAX_ARRAYS) {
            throw new IllegalArgumentException("more than " + MAX_ARRAYS + " arrays in one message");
        }
        return Math.min(MAX_ELEMENTS, super.remaining());
    }

    @Override
    public @Nullable List<RawTaggedField> readUnknownTaggedField(
            @Nullable List<RawTaggedField> known, int tag, int size) {
        require(size);
        buffer().position(buffer().position() + size);
        return known;
    }

    /// Passes over the tagged fields of a header.
    void skipTaggedFields() {
        int count = readUnsignedVarint();
        for (int i = 0; i < count; i++) {
            int tag = readUnsignedVarint();
            var _ = readUnknownTaggedField(null, tag, readUnsignedVarint());
        }
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
