package io.kurier.broker.api.records;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;

/// A produce answer in the making: complete when every partition that it waits for has said what became of its append.
final class PendingProduce {
    final ProduceResponseData response = new ProduceResponseData();
    private final CompletableFuture<ProduceResponseData> future = new CompletableFuture<>();
    /// Partitions that have not answered, and one more until all are asked.
    private final AtomicInteger open = new AtomicInteger(1);

    /// One more partition will call [#arrived].
    void expect() {
        open.incrementAndGet();
    }

    /// One partition has answered.
    void arrived(PartitionProduceResponse answer, Errors outcome) {
        if (outcome != Errors.NONE) {
            answer.setErrorCode(outcome.code()).setBaseOffset(-1).setLogAppendTimeMs(-1);
        }
        countDown();
    }

    /// All partitions are asked.
    CompletableFuture<ProduceResponseData> finish() {
        countDown();
        return future;
    }

    private void countDown() {
        if (open.decrementAndGet() == 0) {
            future.complete(response);
        }
    }
}
