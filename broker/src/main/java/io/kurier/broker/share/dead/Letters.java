package io.kurier.broker.share.dead;

import io.kurier.broker.share.machine.Dying;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.protocol.records.Unpacking;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// Makes dead letters of records (KIP-1191): headers tell where each came from and why, behind the record's own where
/// the whole record is wanted.
final class Letters {
    static final String TOPIC = "__dlq.errors.topic";
    static final String PARTITION = "__dlq.errors.partition";
    static final String OFFSET = "__dlq.errors.offset";
    static final String GROUP = "__dlq.errors.group";
    static final String DELIVERY_COUNT = "__dlq.errors.delivery.count";
    static final String MESSAGE = "__dlq.errors.message";

    private static final String REJECTED = "Offset rejected by client.";
    private static final String EXHAUSTED = "Offset delivery count exceeded the threshold.";
    private static final int BYTES_PER_LETTER = 300;

    private final String groupId;
    private final TopicPartition source;
    private final Dying dying;
    private final Form form;
    /// Of all letters so far.
    private long bytes;

    /// How letters look.
    ///
    /// @param wholeRecord with the record's key, value and headers
    /// @param maxBytes about so large are all together; one is made even if it is larger
    /// @param nowMs their timestamp: by the record's own they might be too old for their topic
    record Form(boolean wholeRecord, int maxBytes, long nowMs) {}

    /// Some letters.
    ///
    /// @param upTo there are letters for all below
    record Some(List<NewRecord> letters, long upTo) {}

    Letters(String groupId, TopicPartition source, Dying dying, Form form) {
        this.groupId = groupId;
        this.source = source;
        this.dying = dying;
        this.form = form;
    }

    /// @param batches of the log, whole; what is not in them is not in the log any more
    /// @param readUpTo the offset up to which was read
    Some of(ByteBuffer batches, long readUpTo) {
        List<NewRecord> letters = new ArrayList<>();
        int at = batches.position();
        while (at < batches.limit()) {
            BatchView batch = new BatchView(batches, at);
            at = batch.end();
            if (!batch.isControl() && batch.lastOffset() >= dying.first()) {
                long left = Unpacking.of(batch, records -> write(records, letters));
                if (left <= batch.lastOffset()) {
                    return new Some(letters, left);
                }
            }
        }
        return new Some(letters, Math.min(readUpTo, dying.last() + 1));
    }

    /// The first offset for which there is no letter because there are enough, or because it does not die;
    /// `Long.MAX_VALUE` if there is none.
    private long write(RecordIterator records, List<NewRecord> letters) {
        while (records.hasNext()) {
            LogRecord record = records.next();
            if (record.offset() > dying.last()) {
                return dying.last() + 1;
            }
            if (record.offset() >= dying.first()) {
                bytes += size(record);
                if (bytes > form.maxBytes() && !letters.isEmpty()) {
                    return record.offset();
                }
                letters.add(letter(record));
            }
        }
        return Long.MAX_VALUE;
    }

    private int size(LogRecord record) {
        if (!form.wholeRecord()) {
            return BYTES_PER_LETTER;
        }
        int size = BYTES_PER_LETTER + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    private NewRecord letter(LogRecord record) {
        List<Header> headers = new ArrayList<>(form.wholeRecord() ? record.headers() : List.of());
        headers.add(header(TOPIC, source.topic()));
        headers.add(header(PARTITION, String.valueOf(source.partition())));
        headers.add(header(OFFSET, String.valueOf(record.offset())));
        headers.add(header(GROUP, groupId));
        headers.add(header(DELIVERY_COUNT, String.valueOf(dying.deliveries())));
        headers.add(header(MESSAGE, dying.rejected() ? REJECTED : EXHAUSTED));
        return form.wholeRecord()
                ? new NewRecord(form.nowMs(), copy(record.key()), copy(record.value()), headers)
                : new NewRecord(form.nowMs(), null, null, headers);
    }

    /// A record's memory is valid only while it is looked at.
    private static @Nullable ByteBuffer copy(@Nullable ByteBuffer bytes) {
        return bytes == null
                ? null
                : ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
