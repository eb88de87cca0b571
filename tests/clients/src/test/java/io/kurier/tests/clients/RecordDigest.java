package io.kurier.tests.clients;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The running SHA-256 over the records of one partition, in the encoding that every driver computes alike
/// (big-endian): offset i64, timestamp i64 (0 where the producer could not choose it), key, value, number of headers
/// i32, then each header's name and value. A key, a name, a value: its length i32 and its bytes; -1 for null.
final class RecordDigest {
    private final boolean withTimestamps;
    private final MessageDigest sha = sha256();
    private long count;

    RecordDigest(boolean withTimestamps) {
        this.withTimestamps = withTimestamps;
    }

    /// The start of a record; exactly `headerCount` calls of [#header] must follow.
    void record(long offset, long timestampMs, byte @Nullable [] key, byte @Nullable [] value, int headerCount) {
        sha.update(ByteBuffer.allocate(16)
                .putLong(offset)
                .putLong(withTimestamps ? timestampMs : 0)
                .flip());
        blob(key);
        blob(value);
        number(headerCount);
        count++;
    }

    void header(String name, byte @Nullable [] value) {
        blob(name.getBytes(StandardCharsets.UTF_8));
        blob(value);
    }

    void add(long offset, TextRecord text) {
        record(
                offset,
                text.timestampMs(),
                bytes(text.key()),
                bytes(text.value()),
                text.headers().size());
        text.headers().forEach(header -> header(header.name(), bytes(header.value())));
    }

    long count() {
        return count;
    }

    /// Ends the digest; call once.
    String hex() {
        return HexFormat.of().formatHex(sha.digest());
    }

    static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private void blob(byte @Nullable [] bytes) {
        number(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            sha.update(bytes);
        }
    }

    private void number(int value) {
        sha.update(ByteBuffer.allocate(4).putInt(value).flip());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
