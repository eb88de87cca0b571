package io.kurier.cli.records;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Writes records to standard output, many at a time.
final class RecordSink {
    private static final int FLUSH_BYTES = 1 << 16;

    private final PrintStream out;
    private final @Nullable RecordFormat format;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(FLUSH_BYTES);

    /// Without a format, a record is a line of JSON.
    RecordSink(PrintStream out, @Nullable RecordFormat format) {
        this.out = out;
        this.format = format;
    }

    void write(ConsumerRecord<byte[], byte[]> record) {
        if (format == null) {
            buffer.writeBytes(RecordFormat.json(record).getBytes(StandardCharsets.UTF_8));
            buffer.write('\n');
        } else {
            format.write(record, buffer);
        }
        if (buffer.size() >= FLUSH_BYTES) {
            flush();
        }
    }

    /// Hands on what was written; false when nobody reads it any more (`| head`).
    boolean flush() {
        out.writeBytes(buffer.toByteArray());
        buffer.reset();
        return !out.checkError();
    }
}
