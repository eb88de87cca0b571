package io.kurier.broker.share.machine;

import io.kurier.broker.share.machine.RecordState.Settling;
import java.util.ArrayList;
import java.util.List;

/// What one write of a share partition has to say: the start as it will be, and what changes from there on.
final class Changes {
    private Changes() {}

    /// What is to be stored so that the changes of this write hold.
    static StateWrite of(Runs runs, long write) {
        long start = runs.end();
        long completed = 0;
        List<StateBatch> batches = new ArrayList<>();
        for (Run run : runs.all()) {
            Settling settling = run.settlingIn(write);
            boolean finished = settling == null
                    ? run.state().isFinished()
                    : settling.after().isFinished();
            if (!finished) {
                start = Math.min(start, run.first());
            }
            if (start <= run.first()) {
                completed += finished ? run.size() : 0;
                if (settling != null) {
                    add(batches, run, settling);
                }
            }
        }
        return new StateWrite(start, Math.clamp(completed, 0, Integer.MAX_VALUE), batches);
    }

    private static void add(List<StateBatch> batches, Run run, Settling settling) {
        byte state = switch (settling.after()) {
            case AVAILABLE -> StateBatch.AVAILABLE;
            case ACKNOWLEDGED -> StateBatch.ACKNOWLEDGED;
            case ARCHIVED -> StateBatch.ARCHIVED;
            case REJECTED, EXHAUSTED -> StateBatch.ARCHIVING;
        };
        short deliveries = (short) settling.deliveriesAfter();
        StateBatch before = batches.isEmpty() ? null : batches.getLast();
        if (before != null
                && before.last() + 1 == run.first()
                && before.state() == state
                && before.deliveries() == deliveries) {
            batches.set(batches.size() - 1, new StateBatch(before.first(), run.last(), state, deliveries));
        } else {
            batches.add(new StateBatch(run.first(), run.last(), state, deliveries));
        }
    }
}
