package io.kurier.coordinator.txn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.coordinator.transaction.generated.CoordinatorRecordJsonConverters;
import org.apache.kafka.coordinator.transaction.generated.CoordinatorRecordType;

/// Shows a record of `__transaction_state` to people, in the JSON of Kafka's tools.
public final class TxnRecordJson {
    private TxnRecordJson() {}

    /// The key: `{"type":"0","data":{"transactionalId":...}}`.
    ///
    /// @param key the record's key, read through a duplicate
    /// @throws IllegalArgumentException if it is of no known type
    public static String key(ByteBuffer key) {
        try {
            ByteBuffer bytes = key.duplicate();
            CoordinatorRecordType type = CoordinatorRecordType.fromId(bytes.getShort());
            ApiMessage message = type.newRecordKey();
            message.read(new ByteBufferAccessor(bytes), (short) 0);
            return json("type", type.id(), CoordinatorRecordJsonConverters.writeRecordKeyAsJson(message));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("no key of a transaction's record: " + e.getMessage(), e);
        }
    }

    /// The value: `{"version":"1","data":{"producerId":...}}`.
    ///
    /// @param key the record's key, read through a duplicate
    /// @param value the record's value, read through a duplicate
    /// @throws IllegalArgumentException if the key is of no known type or the value does not fit it
    public static String value(ByteBuffer key, ByteBuffer value) {
        try {
            CoordinatorRecordType type = CoordinatorRecordType.fromId(key.getShort(key.position()));
            ByteBuffer bytes = value.duplicate();
            short version = bytes.getShort();
            ApiMessage message = type.newRecordValue();
            message.read(new ByteBufferAccessor(bytes), version);
            return json("version", version, CoordinatorRecordJsonConverters.writeRecordValueAsJson(message, version));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("no value of a transaction's record: " + e.getMessage(), e);
        }
    }

    private static String json(String kind, short number, JsonNode data) {
        ObjectNode json = new ObjectNode(JsonNodeFactory.instance);
        json.put(kind, String.valueOf(number));
        json.set("data", data);
        return json.toString();
    }
}
