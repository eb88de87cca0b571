package io.kurier.protocol;

import io.kurier.kernel.Network.FileRange;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.RecordsSend;

/// A range of a log file as the records field of an answer: the encoder hands it to the network as it is.
public final class FileRecords implements BaseRecords {
    private final FileRange range;

    public FileRecords(FileRange range) {
        this.range = range;
    }

    /// The range that is sent in this field's place.
    public FileRange range() {
        return range;
    }

    @Override
    public int sizeInBytes() {
        return Math.toIntExact(range.length());
    }

    /// Never used: the node's own encoder sends the range.
    ///
    /// @throws IllegalStateException always
    @Override
    public RecordsSend<? extends BaseRecords> toSend() {
        throw new IllegalStateException("sent by the network as a file range");
    }
}
