package io.kurier.log.cleaner;

import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.protocol.records.BatchView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which batches tell what recovery has to know of their producers: the last one of each producer that the log
/// remembers. Where a producer has written since, behind what a pass may clean, that may still be lost, and what it
/// wrote before is the last one then.
final class ProducerEnds {
    private final Map<Long, ProducerSnapshot> producers = new HashMap<>();
    private final Map<Long, Long> seen = new HashMap<>();
    private long end;

    /// @param producers those that the log remembers
    ProducerEnds(List<ProducerSnapshot> producers) {
        producers.forEach(producer -> this.producers.put(producer.producerId(), producer));
    }

    /// A batch that a pass may clean, and none before has; in the order of the offsets.
    void see(BatchView batch) {
        if (batch.hasProducerId() && !batch.isControl() && producers.containsKey(batch.producerId())) {
            seen.put(batch.producerId(), batch.lastOffset());
        }
        end = batch.nextOffset();
    }

    /// True if recovery would know less of the batch's producer without it.
    boolean need(BatchView batch) {
        ProducerSnapshot producer = batch.hasProducerId() ? producers.get(batch.producerId()) : null;
        if (producer == null) {
            return false;
        }
        if (batch.isControl() || producer.lastOffset() < 0) {
            return batch.isControl() && producer.lastOffset() < 0 && batch.producerEpoch() == producer.producerEpoch();
        }
        Long last = seen.get(producer.producerId());
        boolean unknown = last == null && producer.lastOffset() >= end;
        return unknown || batch.lastOffset() == producer.lastOffset() || last != null && batch.lastOffset() == last;
    }
}
