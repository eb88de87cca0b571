package io.kurier.tests.attacks.guided;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.log.Slice;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.InvalidBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// The files of a stopped log, damaged as the input says, then opened and used. It refuses with words, or it serves
/// whole batches in order, takes another and opens once more. It ends.
///
/// The input's first byte chooses how the log was stopped. Then come deeds: a file, what is done to it, where (2
/// bytes), and a length with so many bytes.
final class RecoveryTarget implements Target {
    private static final int DEEDS = 20;
    private static final long ALLOWED_BYTES = 48 << 20;

    private final List<StoppedLog> logs =
            Arrays.stream(StoppedLog.End.values()).map(StoppedLog::make).toList();

    @Override
    public void accept(byte[] input) throws Exception {
        if (input.length > 0) {
            Allocation.bounded(ALLOWED_BYTES, () -> damageAndUse(input));
        }
    }

    private void damageAndUse(byte[] input) throws IOException {
        try (StoppedLog.Copy log = logs.get((input[0] & 255) % logs.size()).copy()) {
            ByteBuffer deeds = ByteBuffer.wrap(input, 1, input.length - 1);
            for (int i = 0; i < DEEDS && deeds.remaining() >= 5; i++) {
                damage(log, deeds);
            }
            try {
                use(log.open());
                log.close();
                PartitionLog again = log.open();
                again.recover();
                assertThat(again.logEndOffset()).isGreaterThanOrEqualTo(again.logStartOffset());
            } catch (IOException | LogException e) {
                assertThat(input.length)
                        .as("an undamaged log is refused: %s", e)
                        .isGreaterThan(5);
                assertThat(e).hasMessageMatching("(?s).*\\w{3,} \\w+.*");
            }
        }
    }

    private static void damage(StoppedLog.Copy log, ByteBuffer deeds) throws IOException {
        int file = deeds.get() & 255;
        int deed = deeds.get() & 7;
        int at = deeds.getShort() & 0xffff;
        byte[] bytes = new byte[Math.min(deeds.get() & 255, deeds.remaining())];
        deeds.get(bytes);
        byte[] content = log.content(file);
        int inside = content.length == 0 ? 0 : at % (content.length + 1);
        switch (deed) {
            case 0, 1 -> log.write(file, inside, bytes);
            case 2 -> log.truncate(file, inside);
            case 3 -> log.write(file, content.length, bytes);
            case 4 -> log.replace(file, bytes);
            case 5 -> log.write(file, inside, Arrays.copyOfRange(content, inside / 2, content.length));
            case 6 -> log.delete(file);
            default -> seal(log, file, inside);
        }
    }

    /// Makes the checksum of the batch right that holds this place.
    private static void seal(StoppedLog.Copy log, int file, int place) throws IOException {
        byte[] content = log.content(file);
        for (int start = 0; start + BatchView.HEADER_BYTES <= content.length; ) {
            BatchView batch = new BatchView(ByteBuffer.wrap(content), start);
            if (!batch.isWhole()) {
                return;
            }
            if (place < batch.end()) {
                byte[] whole = Arrays.copyOfRange(content, start, batch.end());
                BatchTarget.seal(whole);
                log.write(file, start, whole);
                return;
            }
            start = batch.end();
        }
    }

    private static void use(PartitionLog log) throws IOException {
        log.recover();
        long end = log.logEndOffset();
        assertThat(log.logStartOffset()).isBetween(0L, end);
        int read = 0;
        for (long at = log.logStartOffset(); at < end; ) {
            Slice slice = log.read(at, end, 1, true);
            ByteBuffer bytes = slice.bytes();
            if (!bytes.hasRemaining()) {
                break;
            }
            assertThat(new BatchView(bytes, 0).isWhole())
                    .as("the batch at %s is whole", at)
                    .isTrue();
            assertThat(slice.nextOffset()).as("what follows %s", at).isGreaterThan(at);
            assertThat(++read).as("batches").isLessThan(10_000);
            at = slice.nextOffset();
        }
        look(log, end);
        try {
            long base = log.append(StoppedLog.batch(3, 2), log.latestEpoch() + 1, Origin.CLIENT)
                    .baseOffset();
            assertThat(base).isEqualTo(end);
            log.flush();
        } catch (InvalidBatchException e) {
            // an offset beyond the last there is, or a producer's state that was damaged
        }
        log.truncateTo(Math.max(log.logStartOffset(), end - 3));
    }

    private static void look(PartitionLog log, long end) {
        log.activeProducers();
        log.lastStableOffset(end);
        log.abortedTransactions(log.logStartOffset(), end);
        log.endOfEpoch(log.latestEpoch());
        log.epochAt(log.logStartOffset());
        try {
            log.offsetForTimestamp(StoppedLog.TIME_MS + 1, end);
            log.maxTimestamp(end);
        } catch (LogException e) {
            assertThat(e).hasMessageMatching("(?s).*\\w{3,} \\w+.*");
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                new byte[] {0},
                new byte[] {1},
                new byte[] {2},
                new byte[] {0, 1, 2, 0, 100, 0},
                new byte[] {1, 2, 0, 0, 7, 4, 0, 0, 0, 9},
                new byte[] {0, 0, 4, 0, 0, 6, '0', '\n', '1', '\n', 'x', '\n'},
                new byte[] {0, 7, 0, 0, 3, 1, 9, 7, 7, 0, 3, 0});
    }
}
