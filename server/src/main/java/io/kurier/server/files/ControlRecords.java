package io.kurier.server.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.kurier.protocol.records.LogRecord;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.message.EndTxnMarker;
import org.apache.kafka.common.message.KRaftVersionRecord;
import org.apache.kafka.common.message.KRaftVersionRecordJsonConverter;
import org.apache.kafka.common.message.LeaderChangeMessage;
import org.apache.kafka.common.message.LeaderChangeMessageJsonConverter;
import org.apache.kafka.common.message.SnapshotFooterRecord;
import org.apache.kafka.common.message.SnapshotFooterRecordJsonConverter;
import org.apache.kafka.common.message.SnapshotHeaderRecord;
import org.apache.kafka.common.message.SnapshotHeaderRecordJsonConverter;
import org.apache.kafka.common.message.VotersRecord;
import org.apache.kafka.common.message.VotersRecordJsonConverter;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.jspecify.annotations.Nullable;

/// What control batches hold: the ends of transactions and the quorum's own records. Their key is a version and a type
/// of two bytes each.
final class ControlRecords {
    private ControlRecords() {}

    /// Adds what a control record says, under the names that Kafka's tool uses.
    static void add(Map<String, @Nullable Object> fields, LogRecord record) {
        ByteBuffer key = record.key();
        ByteBuffer value = record.value();
        if (key == null || key.remaining() < 4 || value == null) {
            fields.put("control", "unknown");
            return;
        }
        short type = key.getShort(key.position() + 2);
        try {
            ByteBufferAccessor in = new ByteBufferAccessor(value.duplicate());
            // Every value begins with its own version, which is a field of the quorum's records.
            short version = type < 2 ? value.duplicate().getShort() : 0;
            switch (type) {
                case 0, 1 -> {
                    in.readShort();
                    EndTxnMarker marker = new EndTxnMarker(in, version);
                    fields.put("endTxnMarker", type == 0 ? "ABORT" : "COMMIT");
                    fields.put("coordinatorEpoch", marker.coordinatorEpoch());
                }
                case 2 -> put(fields, "LeaderChange", leaderChange(in));
                case 3 ->
                    put(
                            fields,
                            "SnapshotHeader ",
                            SnapshotHeaderRecordJsonConverter.write(new SnapshotHeaderRecord(in, version), version));
                case 4 ->
                    put(
                            fields,
                            "SnapshotFooter ",
                            SnapshotFooterRecordJsonConverter.write(new SnapshotFooterRecord(in, version), version));
                case 5 ->
                    put(
                            fields,
                            "KRaftVersion ",
                            KRaftVersionRecordJsonConverter.write(new KRaftVersionRecord(in, version), version));
                case 6 ->
                    put(
                            fields,
                            "KRaftVoters ",
                            VotersRecordJsonConverter.write(new VotersRecord(in, version), version));
                default -> fields.put("controlType", type);
            }
        } catch (RuntimeException e) {
            fields.put("controlType", type + " (unreadable: " + e.getMessage() + ")");
        }
    }

    private static JsonNode leaderChange(ByteBufferAccessor in) {
        short version = 0;
        return LeaderChangeMessageJsonConverter.write(new LeaderChangeMessage(in, version), version);
    }

    private static void put(Map<String, @Nullable Object> fields, String name, JsonNode json) {
        fields.put(name, json.toString());
    }
}
