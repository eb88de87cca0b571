package io.kurier.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.tests.chaos.Anomaly.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each anomaly is found in a history that has it, and none in one that is right.
class HistoryTest {
    private final History history = new History(1);

    @Test
    void whatWasAcknowledgedAndReadIsThere() {
        send(1, 0, 0);
        send(2, 0, 1);
        send(1, 1, 2);
        var reading = history.reading("g", "c", 0);
        reading.read(0, value(1, 0));
        reading.read(1, value(2, 0));
        history.reading("g", "d", 0).read(2, value(1, 1));
        history.committed("g", 0, 2);
        history.foundCommitted("g", 0, history.promised("g", 0), 2);
        finish(value(1, 0), value(2, 0), value(1, 1));
        assertThat(history.anomalies()).isEmpty();
    }

    @Test
    void aSendOfUnknownFateMayBeThereOrNot() {
        send(1, 0, 0);
        history.sending(new Sent(1, 1));
        history.unknown();
        history.sending(new Sent(1, 2));
        history.unknown();
        finish(value(1, 0), value(1, 2));
        assertThat(history.anomalies()).isEmpty();
    }

    @Test
    void aLostWrite() {
        send(1, 0, 0);
        send(1, 1, 1);
        finish(value(1, 0));
        assertKinds(Kind.LOST_WRITE);
    }

    @Test
    void aWriteAcknowledgedWithoutItsOffset() {
        send(1, 0, Offsets.NONE);
        send(1, 1, Offsets.NONE);
        finish(value(1, 1));
        assertKinds(Kind.LOST_WRITE);
    }

    @Test
    void aMovedWrite() {
        send(1, 0, 1);
        finish(value(1, 0));
        assertKinds(Kind.MOVED_WRITE);
    }

    @Test
    void aDuplicate() {
        send(1, 0, 0);
        finish(value(1, 0), value(1, 0));
        assertKinds(Kind.DUPLICATE);
    }

    @Test
    void recordsInAnotherOrder() {
        send(1, 0, 1);
        send(1, 1, 0);
        finish(value(1, 1), value(1, 0));
        assertKinds(Kind.REORDERED);
    }

    @Test
    void twoRecordsAcknowledgedAtOneOffset() {
        send(1, 0, 0);
        send(2, 0, 0);
        assertKinds(Kind.INCONSISTENT_OFFSET);
    }

    @Test
    void anotherRecordReadThanAcknowledged() {
        send(1, 0, 0);
        history.sending(new Sent(2, 0));
        history.reading("g", "c", 0).read(0, value(2, 0));
        assertKinds(Kind.INCONSISTENT_OFFSET);
    }

    @Test
    void aRecordThatWasReadAndIsGone() {
        history.sending(new Sent(1, 0));
        history.reading("g", "c", 0).read(0, value(1, 0));
        finish();
        assertKinds(Kind.VANISHED);
    }

    @Test
    void aGapAndAStepBack() {
        send(1, 0, 0);
        send(1, 1, 1);
        send(1, 2, 2);
        var gap = history.reading("g", "c", 0);
        gap.read(0, value(1, 0));
        gap.read(2, value(1, 2));
        var back = history.reading("g", "c", 0);
        back.read(1, value(1, 1));
        back.read(0, value(1, 0));
        assertKinds(Kind.POLL_SKIP, Kind.NON_MONOTONIC_POLL);
    }

    @Test
    void aRecordThatTheNextMemberOfAGroupPassesOver() {
        send(1, 0, 0);
        send(1, 1, 1);
        send(1, 2, 2);
        history.reading("g", "c", 0).read(0, value(1, 0));
        history.reading("g", "d", 0).read(2, value(1, 2));
        assertThat(history.unread()).isEqualTo(1);
        finish(value(1, 0), value(1, 1), value(1, 2));
        assertKinds(Kind.UNSEEN);
    }

    @Test
    void aLostCommit() {
        history.committed("g", 0, 7);
        long promised = history.promised("g", 0);
        history.foundCommitted("g", 0, promised, 5);
        assertKinds(Kind.LOST_COMMIT);
    }

    @Test
    void aRecordThatNobodySent() {
        finish(value(3, 4));
        assertKinds(Kind.UNKNOWN_RECORD);
    }

    private static long value(int producer, long number) {
        return new Sent(producer, number).value();
    }

    private void send(int producer, long number, long offset) {
        history.sending(new Sent(producer, number));
        history.acknowledged(new Sent(producer, number), 0, offset);
    }

    private void finish(Long... log) {
        history.finish(0, List.of(log));
    }

    private void assertKinds(Kind... kinds) {
        assertThat(history.anomalies().stream().map(Anomaly::kind)).containsExactly(kinds);
    }
}
