package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TruncationTest {
    @Test
    void anyOffsetOfALogOfSegments() {
        for (int offset = 0; offset <= 30; offset++) {
            LogWorld world = new LogWorld(offset).with(LogConfig.defaults().withSegmentBytes(250));
            List<String> all = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                world.append("a" + i, "b" + i);
                all.add("a" + i);
                all.add("b" + i);
            }
            world.settle();
            world.directory.checkpoint();
            world.log.truncateTo(offset);
            int end = offset / 2 * 2;
            assertThat(world.log.logEndOffset()).isEqualTo(end);
            assertThat(world.log.durableEndOffset()).isEqualTo(end);
            assertThat(world.values(0)).isEqualTo(all.subList(0, end));
            world.losePowerAndStart();
            assertThat(world.values(0)).as("nothing comes back").isEqualTo(all.subList(0, end));
            assertThat(world.append("next").baseOffset()).isEqualTo(end);
            world.stopAndStart();
            assertThat(world.values(0)).hasSize(end + 1).endsWith("next");
        }
    }

    @Test
    void whatProducersAndEpochsKnewGoesWithTheRecords() throws Exception {
        LogWorld world = new LogWorld();
        for (int i = 0; i < 5; i++) {
            world.log.append(TestBatch.of("v" + i).by(3, 0, i).build(), i, Origin.CLIENT);
        }
        world.log.truncateTo(2);
        assertThat(world.log.latestEpoch()).isEqualTo(1);
        assertThat(world.log.endOfEpoch(1)).isEqualTo(new EpochEnd(1, 2));
        assertThat(world.log.endOfEpoch(4)).isEqualTo(EpochEnd.UNKNOWN);
        assertThat(world.append(TestBatch.of("w").by(3, 0, 2)).baseOffset()).isEqualTo(2);
    }

    @Test
    void aLogCanBeginAnew() {
        LogWorld world = new LogWorld();
        world.append("a");
        world.settle();
        world.directory.checkpoint();
        world.log.truncateFullyAndStartAt(500);
        assertThat(world.log.logStartOffset()).isEqualTo(500);
        assertThat(world.append("b").baseOffset()).isEqualTo(500);
        world.settle();
        world.losePowerAndStart();
        assertThat(world.log.logStartOffset()).isEqualTo(500);
        assertThat(world.values(500)).containsExactly("b");
    }

    @Test
    void copiedBatchesKeepTheirOffsetsAndMayLeap() throws Exception {
        LogWorld world = new LogWorld();
        var copied = TestBatch.of("a", "b").build();
        new io.kurier.protocol.records.BatchView(copied, 0).place(10, 4);
        world.log.append(copied, -1, Origin.REPLICA);
        assertThat(world.log.logEndOffset()).isEqualTo(12);
        assertThat(world.log.latestEpoch()).isEqualTo(4);
        var far = TestBatch.of("c").build();
        new io.kurier.protocol.records.BatchView(far, 0).place(1L << 40, 4);
        world.log.append(far, -1, Origin.REPLICA);
        assertThat(world.records(10)).extracting(record -> record.offset()).containsExactly(10L, 11L, 1L << 40);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> world.log.append(copied, -1, Origin.REPLICA)))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("base offset 10");
    }
}
