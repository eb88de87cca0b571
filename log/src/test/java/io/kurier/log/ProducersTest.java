package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.protocol.records.InvalidBatchException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an idempotent producer may send next, and what it is answered otherwise.
class ProducersTest {
    private final LogWorld world = new LogWorld();

    private Errors refused(TestBatch batch) {
        long end = world.log.logEndOffset();
        InvalidBatchException e = catchThrowableOfType(
                InvalidBatchException.class, () -> world.log.append(batch.build(), 0, Origin.CLIENT));
        assertThat(e).isNotNull();
        assertThat(world.log.logEndOffset()).as("nothing was written").isEqualTo(end);
        return e.error();
    }

    /// The producer is at epoch 5 with batches of two records: sequences 0-1, ..., 12-13; the last five are known.
    @ParameterizedTest
    @CsvSource({
        "5, 14, 2, NEXT, the next one",
        "5, 12, 2, 12, the last one again",
        "5, 4, 2, 4, the oldest of the last five",
        "5, 2, 2, OUT_OF_ORDER_SEQUENCE_NUMBER, older than that",
        "5, 12, 1, OUT_OF_ORDER_SEQUENCE_NUMBER, the last one with fewer records",
        "5, 15, 1, OUT_OF_ORDER_SEQUENCE_NUMBER, one left out",
        "5, 0, 1, OUT_OF_ORDER_SEQUENCE_NUMBER, from the start",
        "4, 14, 1, INVALID_PRODUCER_EPOCH, an epoch that is over",
        "6, 0, 2, NEXT, a new epoch",
        "6, 14, 2, OUT_OF_ORDER_SEQUENCE_NUMBER, a new epoch that does not begin at 0"
    })
    void table(int epoch, int sequence, int count, String outcome, String what) {
        for (int i = 0; i < 14; i += 2) {
            world.append(TestBatch.of("a", "b").by(9, 5, i));
        }
        TestBatch batch = TestBatch.of(
                        IntStream.range(0, count).mapToObj(i -> "x").toArray(String[]::new))
                .by(9, epoch, sequence);
        if (outcome.equals("NEXT")) {
            assertThat(world.append(batch))
                    .as(what)
                    .isEqualTo(new Appended(
                            14,
                            13 + count,
                            -1,
                            false,
                            world.log.read(14, 99, 1, true).sizeInBytes()));
        } else if (Character.isDigit(outcome.charAt(0))) {
            int offset = Integer.parseInt(outcome);
            assertThat(world.append(batch)).as(what).isEqualTo(new Appended(offset, offset + 1, -1, true, 0));
        } else {
            assertThat(refused(batch)).as(what).isEqualTo(Errors.valueOf(outcome));
        }
    }

    @Test
    void anUnknownProducerMayBeginAnywhere() {
        assertThat(world.append(TestBatch.of("a").by(9, 3, 77)).baseOffset()).isZero();
        assertThat(refused(TestBatch.of("a").by(9, 3, 79))).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void sequencesWrap() {
        world.append(TestBatch.of("a", "b").by(9, 0, Integer.MAX_VALUE - 1));
        assertThat(world.append(TestBatch.of("c").by(9, 0, 0)).baseOffset()).isEqualTo(2);
        TestBatch over = TestBatch.of("a", "b", "c").by(8, 0, Integer.MAX_VALUE - 1);
        world.append(over);
        assertThat(world.append(TestBatch.of("d").by(8, 0, 1)).baseOffset()).isEqualTo(6);
        assertThat(world.append(over).duplicate()).isTrue();
    }

    @Test
    void severalBatchesOfOneProducerInOneAppend() throws Exception {
        ByteBuffer first = TestBatch.of("a").by(9, 0, 0).build();
        ByteBuffer second = TestBatch.of("b", "c").by(9, 0, 1).build();
        ByteBuffer both = ByteBuffer.allocate(first.remaining() + second.remaining())
                .put(first.duplicate())
                .put(second.duplicate())
                .flip();
        ByteBuffer copy =
                ByteBuffer.allocate(both.remaining()).put(both.duplicate()).flip();
        assertThat(world.log.append(both, 0, Origin.CLIENT).lastOffset()).isEqualTo(2);
        assertThat(world.log.append(copy, 0, Origin.CLIENT)).isEqualTo(new Appended(0, 2, -1, true, 0));
        assertThat(world.values(0)).containsExactly("a", "b", "c");
    }

    @Test
    void quietProducersAreForgottenAndTheNumberIsBounded() {
        world.append(TestBatch.of("a").by(1, 0, 0));
        world.sim.advance(Duration.ofHours(23));
        world.append(TestBatch.of("b").by(2, 0, 0));
        world.sim.advance(Duration.ofHours(2));
        world.log.applyRetention(world.sim.clock().wallMs(), 0);
        assertThat(world.log.activeProducers())
                .extracting(ProducerSnapshot::producerId)
                .containsExactly(2L);
        for (int i = 10; i < 1500; i++) {
            world.append(TestBatch.of("x").by(i, 0, 0));
        }
        assertThat(world.log.activeProducers()).hasSize(1000);
        assertThat(refused(TestBatch.of("y").by(1499, 0, 5))).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void whatIsKnownSurvivesRollsRestartsAndKills() {
        world.with(LogConfig.defaults().withSegmentBytes(300));
        for (int i = 0; i < 20; i++) {
            world.append(TestBatch.of("v" + i).by(4, 1, i));
            world.settle();
        }
        world.killAndStart();
        assertThat(world.append(TestBatch.of("v19").by(4, 1, 19)).baseOffset()).isEqualTo(19);
        assertThat(world.append(TestBatch.of("v20").by(4, 1, 20)).duplicate()).isFalse();
        world.stopAndStart();
        assertThat(world.append(TestBatch.of("v20").by(4, 1, 20)).duplicate()).isTrue();
        world.losePowerAndStart();
        assertThat(world.append(TestBatch.of("v20").by(4, 1, 20)).duplicate()).isTrue();
    }

    @Test
    void snapshotsTellWhatKafkaTells() {
        world.append(TestBatch.of("a", "b").at(5000).by(4, 1, 0));
        assertThat(world.log.activeProducers())
                .containsExactly(new ProducerSnapshot(4, (short) 1, 1, 1, 1, 5001, -1, -1));
    }
}
