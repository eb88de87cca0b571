package io.kurier.tests.clients;

import io.kurier.tests.clients.TextRecord.TextHeader;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A slice of the text in a file, for drivers in any language: per record, big-endian, partition i32, timestamp i64,
/// key, value, number of headers i32, and each header's name and value; texts as in [RecordDigest].
final class SliceFile {
    private SliceFile() {}

    static void write(Path file, List<TextRecord> records) throws IOException {
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (TextRecord text : records) {
                out.writeInt(text.partition());
                out.writeLong(text.timestampMs());
                write(out, text.key());
                write(out, text.value());
                out.writeInt(text.headers().size());
                for (TextHeader header : text.headers()) {
                    write(out, header.name());
                    write(out, header.value());
                }
            }
        }
    }

    static List<TextRecord> read(Path file) throws IOException {
        var records = new ArrayList<TextRecord>();
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (in.available() > 0) {
                int partition = in.readInt();
                long timestampMs = in.readLong();
                String key = readText(in);
                String value = readText(in);
                var headers = new ArrayList<TextHeader>();
                for (int left = in.readInt(); left > 0; left--) {
                    String name = readText(in);
                    headers.add(new TextHeader(name == null ? "" : name, readText(in)));
                }
                records.add(new TextRecord(partition, timestampMs, key, value, headers));
            }
        }
        return records;
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        byte[] bytes = RecordDigest.bytes(text);
        out.writeInt(bytes == null ? -1 : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static @Nullable String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
