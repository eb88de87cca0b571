package io.kurier.cli.records;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Writes records to standard output, many at a time.
public final class RecordSink {
    private static final int FLUSH_BYTES = 1 << 16;

    private final PrintStream out;
    private final RecordText text;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(FLUSH_BYTES);

    /// How a record is written.
    public interface RecordText {
        /// Appends a record's bytes. False if it cannot be shown and is passed over.
        boolean write(ConsumerRecord<byte[], byte[]> record, ByteArrayOutputStream out);
    }

    /// Writes records to `out` as `text` says.
    public RecordSink(PrintStream out, RecordText text) {
        this.out = out;
        this.text = text;
    }

    /// False if the record cannot be shown and is passed over.
    boolean write(ConsumerRecord<byte[], byte[]> record) {
        boolean isShown = text.write(record, buffer);
        if (buffer.size() >= FLUSH_BYTES) {
            flush();
        }
        return isShown;
    }

    /// Hands on what was written; false when nobody reads it any more (`| head`).
    boolean flush() {
        out.writeBytes(buffer.toByteArray());
        buffer.reset();
        return !out.checkError();
    }
}
