package io.kurier.protocol;

import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;

/// Writes a message into one buffer and cuts it where records are to be sent from elsewhere.
final class PartWriter extends ByteBufferAccessor {
    private final List<Part> parts = new ArrayList<>();
    private int cut;

    PartWriter(ByteBuffer buffer) {
        super(buffer);
    }

    @Override
    public void writeRecords(BaseRecords records) {
        switch (records) {
            case MemoryRecords memory -> splice(new Bytes(memory.buffer()));
            case UnalignedMemoryRecords memory ->
                splice(new Bytes(memory.buffer().duplicate()));
            case FileRecords file -> splice(file.range());
            default -> throw new IllegalArgumentException("unknown records: " + records.getClass());
        }
    }

    @Override
    public void writeByteBuffer(ByteBuffer bytes) {
        splice(new Bytes(bytes.duplicate()));
    }

    private void splice(Part part) {
        cutHere();
        if (part.length() > 0) {
            parts.add(part);
        } else {
            part.release();
        }
    }

    private void cutHere() {
        int end = buffer().position();
        if (end > cut) {
            parts.add(new Bytes(buffer().slice(cut, end - cut)));
            cut = end;
        }
    }

    /// All parts in order.
    List<Part> finish() {
        cutHere();
        return parts;
    }

    /// Parts that all lie in memory, as one.
    ///
    /// @throws IllegalArgumentException if one lies in a file
    static ByteBuffer gather(List<Part> parts) {
        long length = 0;
        for (Part part : parts) {
            length += part.length();
        }
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(length));
        for (Part part : parts) {
            if (!(part instanceof Bytes bytes)) {
                throw new IllegalArgumentException("a part lies in a file");
            }
            all.put(bytes.buffer());
        }
        return all.flip();
    }
}
