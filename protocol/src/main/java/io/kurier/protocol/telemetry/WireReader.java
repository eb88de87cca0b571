package io.kurier.protocol.telemetry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads the fields of one protobuf message in the order in which they lie (protobuf.dev, "Encoding"). A length is held
/// against the bytes that remain before anything is done with it.
///
/// Call [#next()], look at [#field()], and read the value with the method for its kind; a value that is not read is
/// skipped by the following [#next()].
final class WireReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer bytes;
    private int tag;
    private boolean open;

    WireReader(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Goes to the next field; false at the end.
    boolean next() throws InvalidTelemetryException {
        if (open) {
            skip();
        }
        if (!bytes.hasRemaining()) {
            return false;
        }
        long read = varint();
        if (read >>> 3 == 0 || read >>> 32 != 0) {
            throw new InvalidTelemetryException("A field has no valid number");
        }
        tag = (int) read;
        open = true;
        return true;
    }

    /// The number of the current field.
    int field() {
        return tag >>> 3;
    }

    /// True if the current field has this number and holds bytes: text or a message.
    boolean isBytes(int field) {
        return open && field() == field && (tag & 7) == BYTES;
    }

    /// True if the current field has this number and holds a number of 8 bytes.
    boolean isFixed64(int field) {
        return open && field() == field && (tag & 7) == FIXED64;
    }

    /// True if the current field has this number and holds a number of variable length.
    boolean isVarint(int field) {
        return open && field() == field && (tag & 7) == VARINT;
    }

    /// The current field's message.
    WireReader message() throws InvalidTelemetryException {
        return new WireReader(slice());
    }

    /// The current field's text, cut to `maxBytes`.
    String text(int maxBytes) throws InvalidTelemetryException {
        ByteBuffer text = slice();
        if (text.remaining() > maxBytes) {
            text.limit(text.position() + maxBytes);
        }
        return StandardCharsets.UTF_8.decode(text).toString();
    }

    /// The current field's number of 8 bytes.
    long fixed64() throws InvalidTelemetryException {
        open = false;
        require(Long.BYTES);
        return bytes.getLong();
    }

    /// The current field's number of variable length.
    long number() throws InvalidTelemetryException {
        open = false;
        return varint();
    }

    private ByteBuffer slice() throws InvalidTelemetryException {
        open = false;
        int length = length();
        ByteBuffer slice = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return slice;
    }

    private void skip() throws InvalidTelemetryException {
        open = false;
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> skip(Long.BYTES);
            case BYTES -> skip(length());
            case FIXED32 -> skip(Integer.BYTES);
            default -> throw new InvalidTelemetryException("A field has the unknown wire type " + (tag & 7));
        }
    }

    private void skip(int count) throws InvalidTelemetryException {
        require(count);
        bytes.position(bytes.position() + count);
    }

    private int length() throws InvalidTelemetryException {
        long length = varint();
        if (length < 0 || length > bytes.remaining()) {
            throw new InvalidTelemetryException(
                    "A field claims " + Long.toUnsignedString(length) + " bytes, and " + bytes.remaining() + " remain");
        }
        return (int) length;
    }

    private long varint() throws InvalidTelemetryException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            require(1);
            byte next = bytes.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new InvalidTelemetryException("A number has more than ten bytes");
    }

    private void require(int count) throws InvalidTelemetryException {
        if (count > bytes.remaining()) {
            throw new InvalidTelemetryException("A field is cut short");
        }
    }
}
