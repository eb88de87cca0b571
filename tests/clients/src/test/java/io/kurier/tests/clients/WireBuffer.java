package io.kurier.tests.clients;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/// Builds frames of Kafka's protocol byte by byte, right or wrong ones.
final class WireBuffer {
    private static final int MAGIC_AT = 16;
    private static final int CRC_AT = 17;
    private static final int ATTRIBUTES_AT = 21;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// A request's first fields (header version 1): key, version, correlation id, client id.
    static WireBuffer request(int apiKey, int version, int correlationId) {
        return new WireBuffer().i16(apiKey).i16(version).i32(correlationId).string("raw");
    }

    /// Produce 3 with acks=all of these batch bytes to one partition.
    static WireBuffer produce(String topic, int partition, byte[] batch) {
        return request(0, 3, 1)
                .i16(-1) // no transactional id
                .i16(-1) // acks
                .i32(10_000)
                .i32(1)
                .string(topic)
                .i32(1)
                .i32(partition)
                .i32(batch.length)
                .raw(batch);
    }

    /// Fetch 4 from one partition.
    static WireBuffer fetch(String topic, int partition, long offset) {
        return request(1, 4, 1)
                .i32(-1)
                .i32(100)
                .i32(1)
                .i32(1 << 20)
                .i8(0)
                .i32(1)
                .string(topic)
                .i32(1)
                .i32(partition)
                .i64(offset)
                .i32(1 << 20);
    }

    /// A whole batch of format 2 with one record, its checksum right.
    static byte[] batch(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        var record = new WireBuffer()
                .i8(0)
                .i8(0)
                .i8(0)
                .i8(1)
                .varint(text.length)
                .raw(text)
                .i8(0);
        var body = new WireBuffer().varint(record.toBytes().length).raw(record.toBytes());
        var batch = new WireBuffer()
                .i64(0)
                .i32(49 + body.toBytes().length)
                .i32(-1)
                .i8(2)
                .i32(0)
                .i16(0)
                .i32(0)
                .i64(1_700_000_000_000L)
                .i64(1_700_000_000_000L)
                .i64(-1)
                .i16(-1)
                .i32(-1)
                .i32(1)
                .raw(body.toBytes())
                .toBytes();
        return withRightChecksum(batch);
    }

    static byte[] withMagic(byte[] batch, int magic) {
        byte[] changed = batch.clone();
        changed[MAGIC_AT] = (byte) magic;
        return withRightChecksum(changed);
    }

    /// The batch with these attribute bits; the records stay as they are.
    static byte[] withAttributes(byte[] batch, int attributes) {
        byte[] changed = batch.clone();
        ByteBuffer.wrap(changed).putShort(ATTRIBUTES_AT, (short) attributes);
        return withRightChecksum(changed);
    }

    static byte[] withWrongChecksum(byte[] batch) {
        byte[] changed = batch.clone();
        changed[CRC_AT] ^= 1;
        return changed;
    }

    private static byte[] withRightChecksum(byte[] batch) {
        var crc = new CRC32C();
        crc.update(batch, ATTRIBUTES_AT, batch.length - ATTRIBUTES_AT);
        ByteBuffer.wrap(batch).putInt(CRC_AT, (int) crc.getValue());
        return batch;
    }

    WireBuffer i8(int value) {
        bytes.write(value);
        return this;
    }

    WireBuffer i16(int value) {
        return i8(value >> 8).i8(value);
    }

    WireBuffer i32(int value) {
        return i16(value >> 16).i16(value);
    }

    WireBuffer i64(long value) {
        return i32((int) (value >> 32)).i32((int) value);
    }

    /// A zig-zag varint below 8192.
    WireBuffer varint(int value) {
        int zigzag = value << 1;
        return zigzag < 128 ? i8(zigzag) : i8(zigzag & 127 | 128).i8(zigzag >> 7);
    }

    WireBuffer string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return i16(utf8.length).raw(utf8);
    }

    WireBuffer raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /// The bytes with their length before them.
    byte[] framed() {
        return new WireBuffer().i32(bytes.size()).raw(toBytes()).toBytes();
    }
}
