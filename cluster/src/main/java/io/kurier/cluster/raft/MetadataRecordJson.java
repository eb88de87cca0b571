package io.kurier.cluster.raft;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kurier.cluster.image.MetadataRecord;
import java.nio.ByteBuffer;
import org.apache.kafka.common.metadata.MetadataJsonConverters;
import org.apache.kafka.common.metadata.MetadataRecordType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/// Shows a record of the metadata log to people, in the JSON of Kafka's tools.
public final class MetadataRecordJson {
    private MetadataRecordJson() {}

    /// `{"type":"TOPIC_RECORD","version":0,"data":{...}}`.
    ///
    /// @param value the record's value, read through a duplicate
    /// @throws IllegalArgumentException if it is no record of metadata
    public static String of(ByteBuffer value) {
        try {
            ByteBuffer bytes = value.duplicate();
            MetadataRecord record = new RecordFrames().read(new ByteBufferAccessor(bytes), bytes.remaining());
            ObjectNode json = new ObjectNode(JsonNodeFactory.instance);
            json.put(
                    "type", MetadataRecordType.fromId(record.message().apiKey()).toString());
            json.put("version", record.version());
            json.set("data", MetadataJsonConverters.writeJson(record.message(), record.version()));
            return json.toString();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("no record of metadata: " + e.getMessage(), e);
        }
    }
}
