package io.kurier.cluster.raft;

import io.kurier.cluster.image.MetadataRecord;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.server.common.ApiMessageAndVersion;
import org.apache.kafka.server.common.serialization.AbstractApiMessageSerde;
import org.apache.kafka.server.common.serialization.RecordSerde;

/// Metadata records as bytes, in Kafka's frame: three unsigned varints (frame version 1, the record's type, its
/// version), then the record.
final class RecordFrames implements RecordSerde<MetadataRecord> {
    private final AbstractApiMessageSerde frames = new AbstractApiMessageSerde() {
        @Override
        public ApiMessage apiMessageFor(short apiKey) {
            return MetadataRecordType.fromId(apiKey).newMetadataRecord();
        }
    };

    private static ApiMessageAndVersion pair(MetadataRecord record) {
        return new ApiMessageAndVersion(record.message(), record.version());
    }

    @Override
    public int recordSize(MetadataRecord record, ObjectSerializationCache cache) {
        return frames.recordSize(pair(record), cache);
    }

    @Override
    public void write(MetadataRecord record, ObjectSerializationCache cache, Writable out) {
        frames.write(pair(record), cache, out);
    }

    @Override
    public MetadataRecord read(Readable in, int size) {
        ApiMessageAndVersion pair = frames.read(in, size);
        return new MetadataRecord(pair.message(), pair.version());
    }
}
