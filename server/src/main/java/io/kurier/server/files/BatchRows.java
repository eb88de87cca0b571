package io.kurier.server.files;

import io.kurier.cluster.raft.MetadataRecordJson;
import io.kurier.coordinator.group.records.GroupRecordJson;
import io.kurier.coordinator.txn.TxnRecordJson;
import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.CorruptBatchException;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/// The batches of a file, and on request their records.
final class BatchRows {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private final Disk disk;
    private final Path file;
    private final FileDump.Options options;

    BatchRows(Disk disk, Path file, FileDump.Options options) {
        this.disk = disk;
        this.file = file;
        this.options = options;
    }

    void read(Consumer<FileRow> out) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Open.READ)) {
            long size = open.size();
            long position = 0;
            while (position < size && position < options.maxBytes()) {
                BatchView batch = next(open, position, size);
                if (batch == null) {
                    out.accept(FileRow.of(
                            FileRow.Kind.PROBLEM,
                            "torn",
                            "at position " + position + " no whole batch of version 2 begins; " + (size - position)
                                    + " bytes are left"));
                    return;
                }
                boolean fits = batch.checksumFits();
                out.accept(row(batch, position, fits));
                if (options.records() && fits) {
                    records(batch, out);
                }
                position += batch.sizeInBytes();
            }
        }
    }

    /// The batch at a position; null where there is none. Never more is read than the file has.
    private static @Nullable BatchView next(DiskFile open, long position, long size) throws IOException {
        if (size - position < BatchView.HEADER_BYTES) {
            return null;
        }
        BatchView header = new BatchView(bytes(open, position, BatchView.HEADER_BYTES), 0);
        long length = header.sizeInBytes();
        if (header.magic() != BatchView.MAGIC || length < BatchView.HEADER_BYTES || length > size - position) {
            return null;
        }
        BatchView batch = new BatchView(bytes(open, position, (int) length), 0);
        return batch.isWhole() ? batch : null;
    }

    private static ByteBuffer bytes(DiskFile open, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining() && open.read(bytes, position + bytes.position()) > 0) {}
        return bytes.flip();
    }

    private static FileRow row(BatchView batch, long position, boolean fits) {
        int codec = batch.codec();
        return FileRow.of(
                FileRow.Kind.BATCH,
                "baseOffset",
                batch.baseOffset(),
                "lastOffset",
                batch.lastOffset(),
                "count",
                batch.count(),
                "baseSequence",
                batch.baseSequence(),
                "lastSequence",
                batch.lastSequence(),
                "producerId",
                batch.producerId(),
                "producerEpoch",
                batch.producerEpoch(),
                "partitionLeaderEpoch",
                batch.leaderEpoch(),
                "isTransactional",
                batch.isTransactional(),
                "isControl",
                batch.isControl(),
                "deleteHorizonMs",
                batch.hasDeleteHorizon() ? OptionalLong.of(batch.baseTimestamp()) : OptionalLong.empty(),
                "position",
                position,
                timestampName(batch),
                batch.maxTimestamp(),
                "size",
                batch.sizeInBytes(),
                "magic",
                batch.magic(),
                "compresscodec",
                codec < CODECS.size() ? CODECS.get(codec) : "unknown " + codec,
                "crc",
                Integer.toUnsignedLong(batch.crc()),
                "isvalid",
                fits);
    }

    private static String timestampName(BatchView batch) {
        return batch.timestampType() == TimestampType.LOG_APPEND_TIME ? "LogAppendTime" : "CreateTime";
    }

    private void records(BatchView batch, Consumer<FileRow> out) {
        int number = 0;
        try (RecordIterator records = RecordIterator.of(batch)) {
            while (records.hasNext()) {
                out.accept(new FileRow(FileRow.Kind.RECORD, fields(batch, records.next(), number++)));
            }
        } catch (CorruptBatchException e) {
            out.accept(FileRow.of(
                    FileRow.Kind.PROBLEM,
                    "unreadable",
                    "the records of the batch at offset " + batch.baseOffset() + ": " + e.getMessage()));
        }
    }

    private Map<String, @Nullable Object> fields(BatchView batch, LogRecord record, int number) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("offset", record.offset());
        fields.put(timestampName(batch), record.timestampMs());
        fields.put("keySize", record.key() == null ? -1 : record.key().remaining());
        fields.put("valueSize", record.value() == null ? -1 : record.value().remaining());
        int base = batch.baseSequence();
        fields.put("sequence", base < 0 ? -1 : (base + number) & Integer.MAX_VALUE);
        fields.put(
                "headerKeys",
                "["
                        + String.join(
                                ",", record.headers().stream().map(Header::key).toList()) + "]");
        if (batch.isControl()) {
            ControlRecords.add(fields, record);
        } else if (options.payload()) {
            payload(fields, record);
        }
        return fields;
    }

    private void payload(Map<String, @Nullable Object> fields, LogRecord record) {
        ByteBuffer key = record.key();
        ByteBuffer value = record.value();
        try {
            switch (options.decoder()) {
                case TEXT -> text(fields, key, value);
                case METADATA -> fields.put("payload", value == null ? null : MetadataRecordJson.of(value));
                case GROUPS -> {
                    if (key == null) {
                        text(fields, null, value);
                        return;
                    }
                    fields.put("key", GroupRecordJson.key(key));
                    fields.put("payload", value == null ? "<DELETE>" : GroupRecordJson.value(key, value));
                }
                case TRANSACTIONS -> {
                    if (key == null) {
                        text(fields, null, value);
                        return;
                    }
                    fields.put("key", TxnRecordJson.key(key));
                    fields.put("payload", value == null ? "<DELETE>" : TxnRecordJson.value(key, value));
                }
            }
        } catch (IllegalArgumentException e) {
            fields.put("payload", "(" + e.getMessage() + ")");
        }
    }

    private static void text(
            Map<String, @Nullable Object> fields, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        if (key != null) {
            fields.put("key", StandardCharsets.UTF_8.decode(key.duplicate()).toString());
        }
        if (value != null) {
            fields.put(
                    "payload", StandardCharsets.UTF_8.decode(value.duplicate()).toString());
        }
    }

    /// The batch that begins at a position of the file, for checking an index.
    static OptionalLong lastOffsetAt(DiskFile open, long position) throws IOException {
        BatchView batch = position < 0 ? null : next(open, position, open.size());
        return batch == null ? OptionalLong.empty() : OptionalLong.of(batch.lastOffset());
    }
}
