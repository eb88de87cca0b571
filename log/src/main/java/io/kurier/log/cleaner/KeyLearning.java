package io.kurier.log.cleaner;

import io.kurier.log.LogException;
import io.kurier.log.segment.BatchScanner;
import io.kurier.log.segment.Segment;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.protocol.records.Unpacking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// Learns the newest offset of each key in the dirty part of a log, in steps, as far as the memory for it goes: then
/// the part ends where a batch does not fit any more, and the rest is left for the next pass.
final class KeyLearning implements AutoCloseable {
    private final List<Segment> segments;
    private final CleanRange range;
    private final ProducerEnds producers;
    private final KeyMap keys;
    private int number;
    private int position = -1;
    private long end;
    private boolean done;

    KeyLearning(List<Segment> segments, CleanRange range, CleaningPass.Settings settings, ProducerEnds producers) {
        this.segments = segments;
        this.range = range;
        this.producers = producers;
        this.end = range.end();
        this.keys = new KeyMap(settings.mapBytes(), settings.loadFactor(), settings.hash());
        while (number < segments.size() && segments.get(number).nextOffset() <= range.firstDirty()) {
            number++;
        }
    }

    /// What was learnt.
    KeyMap keys() {
        return keys;
    }

    /// Up to where, when it is done.
    long end() {
        return end;
    }

    /// Reads on; returns how many bytes, 0 if all is learnt.
    int step(AbortedRanges aborted, int maxBytes) throws IOException {
        if (done || number >= segments.size()) {
            return 0;
        }
        Segment segment = segments.get(number);
        if (position < 0) {
            position = segment.locate(range.firstDirty()).position();
        }
        int from = position;
        BatchScanner scanner = segment.scan(from, segment.size(), true);
        try {
            while (!done && scanner.position() - from < maxBytes && scanner.next()) {
                BatchView batch = scanner.wholeBatch();
                if (batch.isControl() || aborted.contains(batch) || learn(batch)) {
                    producers.see(batch);
                    position = (int) scanner.nextPosition();
                }
            }
            requireWhole(segment, scanner);
        } finally {
            segment.log().release();
        }
        int bytes = Math.max(1, position - from);
        if (position >= segment.size()) {
            number++;
            position = 0;
        }
        return bytes;
    }

    /// False if there is no room for its keys.
    private boolean learn(BatchView batch) {
        if (keys.room() < batch.count()) {
            if (keys.keys() > 0) {
                end = batch.baseOffset();
                done = true;
                return false;
            }
            throw new LogException(
                    Errors.POLICY_VIOLATION,
                    "The batch at offset " + batch.baseOffset() + " has " + batch.count()
                            + " records, and there is memory for the keys of " + keys.room()
                            + ": set a larger log.cleaner.dedupe.buffer.size");
        }
        Unpacking.of(batch, this::learn);
        return true;
    }

    private Void learn(RecordIterator records) {
        while (records.hasNext()) {
            LogRecord record = records.next();
            ByteBuffer key = record.key();
            if (key != null && record.offset() >= range.firstDirty()) {
                keys.put(key, record.offset());
            }
        }
        return null;
    }

    /// Throws if a walk ended at bytes that are no batch.
    static void requireWhole(Segment segment, BatchScanner scanner) {
        if (scanner.fault() != null) {
            throw new LogException(
                    Errors.CORRUPT_MESSAGE,
                    segment.log().path() + " is damaged at position " + scanner.position() + ": " + scanner.fault());
        }
    }

    @Override
    public void close() {
        keys.close();
    }
}
