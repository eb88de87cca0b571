package io.kurier.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.log.AbortedTransaction;
import io.kurier.log.TestBatch;
import io.kurier.log.cleaner.BatchRules.Verdict;
import io.kurier.log.cleaner.BatchRules.What;
import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.RewrittenBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Each rule of compaction on a single batch.
class BatchRulesTest {
    private static final long NOW_MS = 10_000;
    private static final long RETENTION_MS = 500;

    private final KeyMap keys = new KeyMap(10_000, 0.9, new KeyHash(1, 2));

    @AfterEach
    void giveBack() {
        keys.close();
    }

    private static KeyedBatch batch() {
        return new KeyedBatch(5_000);
    }

    private static BatchView at(long offset, ByteBuffer bytes) {
        BatchView batch = new BatchView(bytes, 0);
        batch.place(offset, 3);
        return batch;
    }

    private static BatchView at(long offset, KeyedBatch batch) {
        return at(offset, batch.build());
    }

    private void newest(String key, long offset) {
        keys.put(ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)), offset);
    }

    private BatchRules rules(long nowMs, List<AbortedTransaction> aborted, ProducerSnapshot... producers) {
        return new BatchRules(
                keys,
                1_000,
                new AbortedRanges(aborted),
                new ProducerEnds(List.of(producers)),
                new BatchRules.Times(nowMs, RETENTION_MS));
    }

    private BatchRules rules() {
        return rules(NOW_MS, List.of());
    }

    private static ProducerSnapshot producer(long id, long lastOffset) {
        return new ProducerSnapshot(id, (short) 0, lastOffset < 0 ? -1 : 7, lastOffset, 0, 0, -1, -1);
    }

    private static BitSet kept(int... numbers) {
        BitSet kept = new BitSet();
        for (int number : numbers) {
            kept.set(number);
        }
        return kept;
    }

    @Test
    void theNewestRecordOfAKeyStays() {
        newest("a", 11);
        newest("b", 30);
        BatchView batch =
                at(10, batch().with("a", "1").with("a", "2").with("b", "3").with("c", "4"));
        assertThat(rules().of(batch)).isEqualTo(new Verdict(What.REWRITE, kept(1, 3), RewrittenBatch.NO_HORIZON));
    }

    @Test
    void aBatchOfWhichAllStaysIsLeftAlone() {
        newest("a", 10);
        assertThat(rules().of(at(10, batch().with("a", "1").with("b", "2"))).what())
                .isEqualTo(What.KEEP);
    }

    @Test
    void aBatchWithoutRecordsGoes() {
        newest("a", 30);
        assertThat(rules().of(at(10, batch().with("a", "1"))).what()).isEqualTo(What.DROP);
    }

    @Test
    void whatLiesBehindTheEndIsLeftAlone() {
        newest("a", 3_000);
        assertThat(rules().of(at(1_000, batch().with("a", "1"))).what()).isEqualTo(What.KEEP);
    }

    @Test
    void recordsWithoutAKeyGo() {
        BatchRules rules = rules();
        assertThat(rules.of(at(
                                10,
                                batch().with(null, "1")
                                        .with("a", "2")
                                        .compressed(Compression.lz4().build())))
                        .kept())
                .isEqualTo(kept(1));
        assertThat(rules.keyless()).isEqualTo(1);
    }

    @Test
    void aTombstoneGetsAHorizonAndGoesAfterIt() {
        newest("a", 10);
        BatchRules first = rules();
        BatchView batch = at(10, batch().with("a", null).with("b", "1"));
        Verdict verdict = first.of(batch);
        assertThat(verdict).isEqualTo(new Verdict(What.REWRITE, kept(0, 1), NOW_MS + RETENTION_MS));
        assertThat(first.nextHorizonMs()).isEqualTo(NOW_MS + RETENTION_MS);

        BatchView marked = new BatchView(RewrittenBatch.of(batch, verdict.kept(), verdict.deleteHorizonMs()), 0);
        assertThat(marked.hasDeleteHorizon()).isTrue();
        assertThat(marked.baseTimestamp()).isEqualTo(NOW_MS + RETENTION_MS);
        BatchRules before = rules(NOW_MS + RETENTION_MS - 1, List.of());
        assertThat(before.of(marked).what()).isEqualTo(What.KEEP);
        assertThat(before.nextHorizonMs()).isEqualTo(NOW_MS + RETENTION_MS);
        assertThat(rules(NOW_MS + RETENTION_MS, List.of()).of(marked))
                .as("what else is in the batch stays, and its horizon")
                .isEqualTo(new Verdict(What.REWRITE, kept(1), NOW_MS + RETENTION_MS));
    }

    @Test
    void anOlderTombstoneThanAValueGoesAtOnce() {
        newest("a", 30);
        assertThat(rules().of(at(10, batch().with("a", null))).what()).isEqualTo(What.DROP);
    }

    @Test
    void recordsOfAnAbortedTransactionGo() {
        BatchView batch = at(10, batch().with("a", "1").by(7, 0).inTransaction());
        List<AbortedTransaction> aborted = List.of(new AbortedTransaction(7, 10, 20, 10));
        assertThat(rules(NOW_MS, aborted).of(batch).what()).isEqualTo(What.DROP);
        assertThat(rules(NOW_MS, aborted)
                        .of(at(21, batch().with("a", "1").by(7, 1).inTransaction()))
                        .what())
                .as("the producer's next transaction")
                .isEqualTo(What.KEEP);
        assertThat(rules(NOW_MS, aborted)
                        .of(at(15, batch().with("a", "1").by(8, 1).inTransaction()))
                        .what())
                .as("another producer's")
                .isEqualTo(What.KEEP);
    }

    @Test
    void aMarkerStaysWhileAnyBatchOfItsTransactionIsThere() {
        for (boolean commit : new boolean[] {true, false}) {
            List<AbortedTransaction> aborted = commit ? List.of() : List.of(new AbortedTransaction(7, 10, 20, 10));
            BatchRules rules = rules(NOW_MS, aborted);
            rules.of(at(10, batch().with("a", "1").by(7, 0).inTransaction()));
            assertThat(rules.of(at(20, TestBatch.marker(7, 0, commit, 1))).what())
                    .as("its records were there when the pass began")
                    .isEqualTo(What.KEEP);
        }
    }

    @Test
    void aMarkerWithoutRecordsGetsAHorizonAndGoesAfterIt() {
        BatchView marker = at(20, TestBatch.marker(7, 0, true, 1));
        BatchRules rules = rules();
        rules.of(at(10, batch().with("a", "1").by(8, 0).inTransaction()));
        Verdict verdict = rules.of(marker);
        assertThat(verdict).isEqualTo(new Verdict(What.REWRITE, kept(0), NOW_MS + RETENTION_MS));
        BatchView marked = new BatchView(RewrittenBatch.of(marker, verdict.kept(), verdict.deleteHorizonMs()), 0);
        assertThat(marked.isControl()).isTrue();
        assertThat(rules().of(marked).what()).isEqualTo(What.KEEP);
        assertThat(rules(NOW_MS + RETENTION_MS, List.of()).of(marked).what()).isEqualTo(What.DROP);
    }

    @Test
    void markersAreNotCompactedByKey() {
        BatchRules rules = rules();
        for (long offset : new long[] {11, 13}) {
            rules.of(at(offset - 1, batch().with("a", "1").by(7, 0).inTransaction()));
            assertThat(rules.of(at(offset, TestBatch.marker(7, 0, true, 1))).what())
                    .isEqualTo(What.KEEP);
        }
    }

    @Test
    void theLastBatchOfAProducerStaysWithoutRecords() {
        newest("a", 30);
        BatchView batch = at(10, batch().with("a", "1").by(7, 5));
        assertThat(rules(NOW_MS, List.of(), producer(7, 10)).of(batch).what()).isEqualTo(What.EMPTY);
        BatchView empty = new BatchView(RewrittenBatch.empty(batch), 0);
        assertThat(rules(NOW_MS, List.of(), producer(7, 10)).of(empty).what()).isEqualTo(What.KEEP);
        assertThat(rules(NOW_MS, List.of(), producer(7, 90)).of(empty).what())
                .as("when it has written since, behind what is clean")
                .isEqualTo(What.KEEP);
        ProducerEnds seen = new ProducerEnds(List.of(producer(7, 90)));
        seen.see(at(90, batch().with("b", "1").by(7, 6)));
        BatchRules later = new BatchRules(
                keys, 1_000, new AbortedRanges(List.of()), seen, new BatchRules.Times(NOW_MS, RETENTION_MS));
        assertThat(later.of(empty).what()).as("when it has written since").isEqualTo(What.DROP);
    }

    @Test
    void theMarkerThatAloneTellsOfAProducerStaysWithoutRecords() {
        BatchView marker = at(20, TestBatch.marker(7, 0, true, 1));
        BatchView marked = new BatchView(RewrittenBatch.of(marker, kept(0), NOW_MS - 1), 0);
        assertThat(rules(NOW_MS, List.of(), producer(7, -1)).of(marked).what()).isEqualTo(What.EMPTY);
    }
}
