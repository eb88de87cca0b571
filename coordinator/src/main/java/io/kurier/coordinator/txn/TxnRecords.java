package io.kurier.coordinator.txn;

import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogKey;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue;
import org.apache.kafka.coordinator.transaction.generated.TransactionLogValue.PartitionsSchema;
import org.jspecify.annotations.Nullable;

/// Writes and reads the records of `__transaction_state` in Apache Kafka's layout: a 2-byte type before each key, a
/// 2-byte version before each value (docs/formats/transaction-state.md).
public final class TxnRecords {
    private static final short KEY_TYPE = 0;
    private static final short VALUE_VERSION = 1;
    /// A batch without its record's key and value, rounded up.
    private static final int BATCH_BYTES = 100;

    private TxnRecords() {}

    /// One record, decoded.
    ///
    /// @param id the transactional id
    /// @param txn null takes it back
    record Stored(String id, @Nullable Txn txn) {}

    static NewRecord of(Txn txn) {
        TransactionLogValue value = new TransactionLogValue()
                .setProducerId(txn.producerId())
                .setProducerEpoch(txn.epoch())
                .setPreviousProducerId(txn.previousProducerId())
                .setNextProducerId(txn.nextProducerId())
                .setTransactionTimeoutMs(txn.timeoutMs())
                .setTransactionStatus(txn.state().number())
                .setTransactionPartitions(txn.state() == TxnState.EMPTY ? null : partitions(txn.partitions()))
                .setTransactionLastUpdateTimestampMs(txn.updatedMs())
                .setTransactionStartTimestampMs(txn.startMs())
                .setClientTransactionVersion(txn.clientVersion());
        return new NewRecord(
                txn.updatedMs(), key(txn.id()), MessageUtil.toVersionPrefixedByteBuffer(VALUE_VERSION, value));
    }

    static NewRecord none(String id, long nowMs) {
        return new NewRecord(nowMs, key(id), null);
    }

    private static ByteBuffer key(String id) {
        return MessageUtil.toVersionPrefixedByteBuffer(KEY_TYPE, new TransactionLogKey().setTransactionalId(id));
    }

    private static List<PartitionsSchema> partitions(Set<TopicPartition> partitions) {
        return Partitions.byTopic(partitions).entrySet().stream()
                .map(topic -> new PartitionsSchema().setTopic(topic.getKey()).setPartitionIds(topic.getValue()))
                .toList();
    }

    /// Bytes that a record takes in a batch, rounded up, as if it were the only one.
    static int storedBytes(NewRecord record) {
        return BATCH_BYTES + length(record.key()) + length(record.value());
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    /// Decodes a stored record; null if it is of a kind that says nothing to this version.
    ///
    /// @throws IllegalArgumentException if it must be understood, and cannot be
    static @Nullable Stored read(LogRecord record) {
        ByteBuffer key = view(record.key());
        ByteBuffer value = view(record.value());
        if (key == null || key.remaining() < 2 || key.getShort(key.position()) != KEY_TYPE) {
            return null;
        }
        try {
            String id = new TransactionLogKey(body(key), (short) 0).transactionalId();
            return new Stored(id, value == null ? null : txn(id, value));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "the record at offset " + record.offset() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Txn txn(String id, ByteBuffer bytes) {
        short version = bytes.getShort(bytes.position());
        if (version < TransactionLogValue.LOWEST_SUPPORTED_VERSION
                || version > TransactionLogValue.HIGHEST_SUPPORTED_VERSION) {
            throw new IllegalArgumentException("the value has version " + version + ", known are "
                    + TransactionLogValue.LOWEST_SUPPORTED_VERSION + " to "
                    + TransactionLogValue.HIGHEST_SUPPORTED_VERSION);
        }
        TransactionLogValue value = new TransactionLogValue(body(bytes), version);
        TxnState state = TxnState.of(value.transactionStatus())
                .orElseThrow(() ->
                        new IllegalArgumentException("the state has the unknown number " + value.transactionStatus()));
        Set<TopicPartition> partitions = new TreeSet<>(Partitions.ORDER);
        if (value.transactionPartitions() != null) {
            for (PartitionsSchema topic : value.transactionPartitions()) {
                topic.partitionIds().forEach(index -> partitions.add(new TopicPartition(topic.topic(), index)));
            }
        }
        return new Txn(
                id,
                value.producerId(),
                value.producerEpoch(),
                Txn.NO_EPOCH,
                value.previousProducerId(),
                value.nextProducerId(),
                value.transactionTimeoutMs(),
                state,
                partitions,
                value.transactionStartTimestampMs(),
                value.transactionLastUpdateTimestampMs(),
                value.clientTransactionVersion());
    }

    private static @Nullable ByteBuffer view(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : bytes.slice();
    }

    private static ByteBufferAccessor body(ByteBuffer prefixed) {
        return new ByteBufferAccessor(prefixed.slice(2, prefixed.remaining() - 2));
    }
}
