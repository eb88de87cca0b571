package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppendAndReadTest {
    private final LogWorld world = new LogWorld();

    @Test
    void whatIsAppendedIsReadInOrder() {
        assertThat(world.append("a", "b"))
                .isEqualTo(new Appended(
                        0, 1, -1, false, world.log.read(0, 2, 1, true).sizeInBytes()));
        assertThat(world.append("c").baseOffset()).isEqualTo(2);
        assertThat(world.log.logEndOffset()).isEqualTo(3);
        assertThat(world.values(0)).containsExactly("a", "b", "c");
        assertThat(world.values(1)).containsExactly("b", "c");
        assertThat(world.values(3)).isEmpty();
    }

    @Test
    void itIsDurableAfterTheFlusherRan() {
        List<Long> told = new ArrayList<>();
        world.log.onDurable(told::add);
        world.append("a");
        world.append("b");
        assertThat(world.log.durableEndOffset()).isZero();
        world.settle();
        assertThat(world.log.durableEndOffset()).isEqualTo(2);
        assertThat(told).containsExactly(2L);
    }

    @Test
    void offsetsOutOfRangeAreNamed() {
        world.append("a");
        assertThatThrownBy(() -> world.log.read(2, 10, 100, true))
                .isInstanceOf(OffsetOutOfRangeException.class)
                .hasMessageContaining("from 0 to 1");
        assertThatThrownBy(() -> world.log.read(-1, 10, 100, true)).isInstanceOf(OffsetOutOfRangeException.class);
        assertThat(world.log.read(1, 10, 100, true).isEmpty()).isTrue();
    }

    @Test
    void whatIsNotInMemoryIsReadOnlyByWhoMayWait() throws Exception {
        world.append("a");
        world.append("b", "c");
        world.settle();
        Slice fresh = world.log.tryRead(0, 3, 1000, true);
        assertThat(fresh).isNotNull();
        assertThat(fresh.bytes()).isEqualTo(world.log.read(0, 3, 1000, true).bytes());
        world.directory.close();
        world.startAgain(1);
        world.disk.chill();

        assertThat(world.log.tryRead(0, 3, 1000, true)).isNull();
        assertThat(world.log.tryRead(1, 3, 1000, true)).isNull();
        assertThat(world.log.tryRead(3, 3, 1000, true)).isEqualTo(Slice.empty(3));
        Slice read = world.log.read(0, 3, 1000, true);
        assertThat(read.nextOffset()).isEqualTo(3);
        // Finding it has begun to load it.
        Slice now = world.log.tryRead(0, 3, 1000, true);
        assertThat(now).isNotNull();
        assertThat(now.hot()).isTrue();
        assertThat(now.bytes()).isEqualTo(read.bytes());
    }

    @Test
    void readsStopBeforeTheEndOffsetAndWithinTheBytes() {
        world.append("a");
        world.append("b", "c");
        world.append("d");
        int first = world.log.read(0, 1, 1000, false).sizeInBytes();
        assertThat(world.log.read(0, 2, 1000, false).nextOffset()).isEqualTo(1);
        assertThat(world.log.read(0, 3, 1000, false).nextOffset()).isEqualTo(3);
        assertThat(world.log.read(0, 3, first - 1, false).isEmpty()).isTrue();
        assertThat(world.log.read(0, 3, first - 1, true).nextOffset()).isEqualTo(1);
        assertThat(world.log.read(0, 4, first + 1, true).nextOffset()).isEqualTo(1);
        assertThat(world.log.read(2, 4, 1000, true).baseOffset()).isEqualTo(1);
    }

    @Test
    void readsGoOverSegmentsAndAgreeWithAWalkFromTheStart() {
        world.with(LogConfig.defaults().withSegmentBytes(2000));
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add("value-" + i);
            world.append("value-" + i);
        }
        assertThat(world.disk.files(LogWorld.FOLDER).stream()
                        .filter(file -> file.toString().endsWith(".log"))
                        .count())
                .isGreaterThan(10);
        for (int from = 0; from < 300; from += 7) {
            assertThat(world.values(from)).isEqualTo(all.subList(from, 300));
        }
        world.stopAndStart();
        for (int from = 0; from < 300; from += 7) {
            assertThat(world.values(from)).isEqualTo(all.subList(from, 300));
        }
    }

    @Test
    void anEmptyAppendIsRefused() {
        assertThatThrownBy(() -> world.log.append(ByteBuffer.allocate(0), 0, Origin.CLIENT))
                .hasMessageContaining("no batches");
    }
}
