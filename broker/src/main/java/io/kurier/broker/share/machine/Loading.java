package io.kurier.broker.share.machine;

import io.kurier.broker.share.machine.RecordState.Plain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Makes of what is stored of a share partition what is known of its offsets.
final class Loading {
    private Loading() {}

    /// @param logEndOffset there are no records from here on: what is stored about them is of records that were lost
    static Runs runs(StoredState stored, ShareRules rules, long logStartOffset, long logEndOffset) {
        long start = Math.min(stored.startOffset(), Math.max(logEndOffset, logStartOffset));
        Runs runs = new Runs(start);
        List<StateBatch> inOrder = new ArrayList<>(stored.batches());
        inOrder.sort(Comparator.comparingLong(StateBatch::first));
        for (StateBatch batch : inOrder) {
            long first = Math.max(batch.first(), start);
            long last = Math.min(batch.last(), logEndOffset - 1);
            if (first > last) {
                continue;
            }
            if (first > runs.end()) {
                runs.set(new Run(runs.end(), first - 1, 0, Plain.AVAILABLE));
            }
            runs.set(new Run(first, last, batch.deliveries(), state(batch, rules)));
        }
        return runs;
    }

    /// Why a record dies is not stored, so it is guessed.
    private static Plain state(StateBatch stored, ShareRules rules) {
        return switch (stored.state()) {
            case StateBatch.ACKNOWLEDGED -> Plain.ACKNOWLEDGED;
            case StateBatch.ARCHIVED -> Plain.ARCHIVED;
            case StateBatch.ARCHIVING ->
                stored.deliveries() >= rules.deliveryLimit() ? Plain.EXHAUSTED : Plain.REJECTED;
            default -> Plain.AVAILABLE;
        };
    }
}
